/// What a deposit says of its picture, sealed beside its file key. Spec 08 §3.
package struct DepositHead: Hashable, Sendable {
    /// The encoded map has no more bytes.
    package static let maximumByteCount = 3_859
    package static let maximumPictureByteCount: UInt64 = 1 << 40

    /// The file's name, as bytes.
    package let name: [UInt8]
    /// When the file was last modified, in nanoseconds since 1970.
    package let modified: Int64
    package let byteCount: UInt64
    package let digest: ContentDigest
    /// What the depositor's clock said, in seconds since 1970.
    package let deposited: Int64
    package let subject: String?
    package let album: String?
    /// Ascending by their UTF-8 bytes, each once.
    package let tags: [String]
    /// Which request it answers; then it has no subject, album or tags of its own. Spec 13 §5.
    package let answer: DepositAnswer?

    /// Puts the tags in order.
    ///
    /// - Throws: `outOfRange` for a name, a size or texts beyond the bounds.
    package init(
        name: [UInt8], modified: Int64, byteCount: UInt64, digest: ContentDigest, deposited: Int64,
        subject: String? = nil, album: String? = nil, tags: [String] = [],
        answer: DepositAnswer? = nil
    ) throws(FormatError) {
        let sorted = tags.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
        try self.init(
            checking: name, modified, byteCount, digest, deposited, subject, album,
            sorted.indices.filter { $0 == 0 || sorted[$0] != sorted[$0 - 1] }
                .map { String(decoding: sorted[$0], as: UTF8.self) }, answer)
        guard encoded.count <= Self.maximumByteCount else {
            throw .outOfRange("length of subject, album and tags")
        }
    }

    private init(
        checking name: [UInt8], _ modified: Int64, _ byteCount: UInt64, _ digest: ContentDigest,
        _ deposited: Int64, _ subject: String?, _ album: String?, _ tags: [String],
        _ answer: DepositAnswer?
    ) throws(FormatError) {
        guard (1...255).contains(name.count), !name.contains(0), !name.contains(0x2F),
            name != [0x2E], name != [0x2E, 0x2E]
        else { throw .outOfRange("name") }
        guard byteCount <= Self.maximumPictureByteCount else { throw .outOfRange("size") }
        guard subject != "", album != "", !tags.contains("") else { throw .outOfRange("text") }
        guard answer == nil || subject == nil && album == nil && tags.isEmpty else {
            throw .unexpected("answer that says where it belongs")
        }
        self.name = name
        self.modified = modified
        self.byteCount = byteCount
        self.digest = digest
        self.deposited = deposited
        self.subject = subject
        self.album = album
        self.tags = tags
        self.answer = answer
    }

    package var encoded: [UInt8] {
        var writer = CBORWriter()
        writer.map(
            count: 5 + (subject == nil ? 0 : 1) + (album == nil ? 0 : 1) + (tags.isEmpty ? 0 : 1)
                + (answer == nil ? 0 : 2))
        writer.key(1)
        writer.byteString(name)
        writer.key(2)
        writer.integer(modified)
        writer.key(3)
        writer.unsigned(byteCount)
        writer.key(4)
        writer.byteString(digest.bytes)
        writer.key(5)
        writer.integer(deposited)
        if let subject {
            writer.key(6)
            writer.text(subject)
        }
        if let album {
            writer.key(7)
            writer.text(album)
        }
        if !tags.isEmpty {
            writer.key(8)
            writer.array(count: tags.count)
            for tag in tags { writer.text(tag) }
        }
        if let answer {
            writer.key(9)
            writer.byteString(answer.request.bytes)
            writer.key(10)
            writer.byteString(answer.mark)
        }
        return writer.bytes
    }

    package init(parsing buffer: UnsafeRawBufferPointer) throws(FormatError) {
        guard buffer.count <= Self.maximumByteCount else { throw .outOfRange("head") }
        var reader = CBORReader(buffer)
        var name: [UInt8]?
        var modified: Int64?
        var byteCount: UInt64?
        var digest: ContentDigest?
        var deposited: Int64?
        var subject: String?
        var album: String?
        var tags: [String] = []
        var request: RequestID?
        var mark: [UInt8]?
        try reader.map { (key, reader) throws(FormatError) in
            switch key {
            case 1: name = try reader.byteString()
            case 2: modified = try reader.integer()
            case 3: byteCount = try reader.unsigned()
            case 4: digest = try reader.identifier(ContentDigest.self)
            case 5: deposited = try reader.integer()
            case 6: subject = try reader.text()
            case 7: album = try reader.text()
            case 8: tags = try Self.tags(&reader)
            case 9: request = try reader.identifier(RequestID.self)
            case 10: mark = try reader.byteString()
            default: throw .unknown("deposit member \(key)")
            }
        }
        try reader.finish()
        guard let name, let modified, let byteCount, let digest, let deposited else {
            throw .unexpected("deposit without a required member")
        }
        try self.init(
            checking: name, modified, byteCount, digest, deposited, subject, album, tags,
            Self.answer(request, mark))
    }

    private static func answer(
        _ request: RequestID?, _ mark: [UInt8]?
    ) throws(FormatError) -> DepositAnswer? {
        guard (request == nil) == (mark == nil) else { throw .unexpected("half an answer") }
        guard let request, let mark else { return nil }
        guard mark.count == DepositAnswer.markByteCount else {
            throw .wrongLength(expected: DepositAnswer.markByteCount, actual: mark.count)
        }
        return DepositAnswer(request: request, mark: mark)
    }

    private static func tags(_ reader: inout CBORReader) throws(FormatError) -> [String] {
        var tags: [String] = []
        for _ in 0..<(try reader.array()) {
            let tag = try reader.text()
            if let last = tags.last, !last.utf8.lexicographicallyPrecedes(tag.utf8) {
                throw .notCanonical
            }
            tags.append(tag)
        }
        guard !tags.isEmpty else { throw .notCanonical }
        return tags
    }
}

/// What a record says of its picture, sealed under the value key. Spec 04 §3.
package struct RecordValue: Hashable, Sendable {
    /// SHA-256 of the original's bytes.
    package var digest: ContentDigest
    /// The original's size in bytes.
    package var byteCount: UInt64
    /// What the content says it is.
    package var type: MediaType
    /// Where the sealed original lies.
    package var location: ObjectLocation
    /// When it came into the vault, in seconds since 1970.
    package var imported: Int64
    /// Sorted by their UTF-8 bytes, each once: Swift's own order and equality take different bytes
    /// that look the same for one.
    package var tags: [String]

    package init(
        digest: ContentDigest, byteCount: UInt64, type: MediaType, location: ObjectLocation,
        imported: Int64, tags: [String] = []
    ) {
        self.digest = digest
        self.byteCount = byteCount
        self.type = type
        self.location = location
        self.imported = imported
        let sorted = tags.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
        self.tags = sorted.indices.filter { $0 == 0 || sorted[$0] != sorted[$0 - 1] }
            .map { String(decoding: sorted[$0], as: UTF8.self) }
    }

    package var encoded: [UInt8] {
        var writer = CBORWriter()
        writer.map(count: 6 + (tags.isEmpty ? 0 : 1))
        writer.key(1)
        writer.byteString(digest.bytes)
        writer.key(2)
        writer.unsigned(byteCount)
        writer.key(3)
        writer.text(type.name)
        writer.key(4)
        writer.byteString(location.pack.bytes)
        writer.key(5)
        writer.unsigned(location.offset)
        writer.key(6)
        writer.integer(imported)
        if !tags.isEmpty {
            writer.key(7)
            writer.array(count: tags.count)
            for tag in tags { writer.text(tag) }
        }
        return writer.bytes
    }

    package init(parsing buffer: UnsafeRawBufferPointer) throws(FormatError) {
        var reader = CBORReader(buffer)
        var digest: ContentDigest?
        var byteCount: UInt64?
        var type: MediaType?
        var pack: PackName?
        var offset: UInt64?
        var imported: Int64?
        var tags: [String] = []
        try reader.map { (key, reader) throws(FormatError) in
            switch key {
            case 1: digest = try reader.identifier(ContentDigest.self)
            case 2: byteCount = try reader.unsigned()
            case 3: type = MediaType(name: try reader.text())
            case 4: pack = try reader.identifier(PackName.self)
            case 5: offset = try reader.unsigned()
            case 6: imported = try reader.integer()
            case 7: tags = try Self.tags(&reader)
            default: throw .unknown("record member \(key)")
            }
        }
        try reader.finish()
        guard let digest, let byteCount, let type, let pack, let offset, let imported else {
            throw .unexpected("record without a required member")
        }
        self.init(
            digest: digest, byteCount: byteCount, type: type,
            location: ObjectLocation(pack: pack, offset: offset), imported: imported,
            tags: tags)
    }

    private static func tags(_ reader: inout CBORReader) throws(FormatError) -> [String] {
        let count = try reader.array()
        guard count > 0 else { throw .notCanonical }
        var tags: [String] = []
        for _ in 0..<count {
            let tag = try reader.text()
            if let last = tags.last, !last.utf8.lexicographicallyPrecedes(tag.utf8) {
                throw .notCanonical
            }
            tags.append(tag)
        }
        return tags
    }
}

/// Where an object begins; its length follows from the picture's size. Spec 03 §3.
package struct ObjectLocation: Hashable, Sendable {
    package var pack: PackName
    /// Bytes from the start of the pack.
    package var offset: UInt64

    package init(pack: PackName, offset: UInt64) {
        self.pack = pack
        self.offset = offset
    }
}

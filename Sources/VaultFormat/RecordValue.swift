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
    /// Beside those of its occurrences; sorted likewise.
    package var albums: [String] = []
    /// What a look at it told; `nil` before the first.
    package var look: LookValue?
    /// What a person set right; never one that says nothing.
    package var edit: PictureEdit?
    /// What a sidecar said; never one that says nothing.
    package var sidecar: SidecarFacts?

    package init(
        digest: ContentDigest, byteCount: UInt64, type: MediaType, location: ObjectLocation,
        imported: Int64, tags: [String] = []
    ) {
        self.digest = digest
        self.byteCount = byteCount
        self.type = type
        self.location = location
        self.imported = imported
        self.tags = Self.sorted(tags)
    }

    /// Sorted by their UTF-8 bytes, each once.
    package static func sorted(_ texts: [String]) -> [String] {
        guard texts.count > 1 else { return texts }
        let sorted = texts.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
        return sorted.indices.filter { $0 == 0 || sorted[$0] != sorted[$0 - 1] }
            .map { String(decoding: sorted[$0], as: UTF8.self) }
    }

    package var encoded: [UInt8] {
        var writer = CBORWriter()
        let optional = [
            !tags.isEmpty, !albums.isEmpty, look != nil, edit != nil, sidecar != nil,
        ]
        writer.map(count: 6 + optional.count { $0 })
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
        for (key, texts) in [(7, tags), (8, albums)] as [(UInt8, [String])] where !texts.isEmpty {
            writer.key(key)
            writer.array(count: texts.count)
            for text in texts { writer.text(text) }
        }
        if let look {
            writer.key(9)
            look.encode(into: &writer)
        }
        if let edit {
            writer.key(10)
            edit.encode(into: &writer)
        }
        if let sidecar {
            writer.key(11)
            sidecar.encode(into: &writer)
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
        var albums: [String] = []
        var look: LookValue?
        var edit: PictureEdit?
        var sidecar: SidecarFacts?
        try reader.map { (key, reader) throws(FormatError) in
            switch key {
            case 1: digest = try reader.identifier(ContentDigest.self)
            case 2: byteCount = try reader.unsigned()
            case 3: type = MediaType(name: try reader.text())
            case 4: pack = try reader.identifier(PackName.self)
            case 5: offset = try reader.unsigned()
            case 6: imported = try reader.integer()
            case 7: tags = try Self.texts(&reader)
            case 8: albums = try Self.texts(&reader)
            case 9: look = try LookValue(&reader)
            case 10: edit = try PictureEdit(&reader)
            case 11: sidecar = try SidecarFacts(&reader)
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
        self.albums = albums
        self.look = look
        self.edit = edit
        self.sidecar = sidecar
    }

    private static func texts(_ reader: inout CBORReader) throws(FormatError) -> [String] {
        let count = try reader.array()
        guard count > 0 else { throw .notCanonical }
        var texts: [String] = []
        for _ in 0..<count {
            let text = try reader.text()
            if let last = texts.last, !last.utf8.lexicographicallyPrecedes(text.utf8) {
                throw .notCanonical
            }
            texts.append(text)
        }
        return texts
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

/// What a package says of its pictures: the plaintext of its object 0. Spec 11 §3.
package struct LinkManifest: Hashable, Sendable, Codable {
    package static let format = "lighttight/1 link"
    /// Of the padded plaintext, in bytes.
    package static let maximumByteCount = 1 << 20
    package static let itemCounts = 1...1_000
    /// Of the note, in Unicode scalars.
    package static let noteLengths = 1...2_000
    package static let sides = 1...Int(Int32.max)
    package static let sizes: ClosedRange<Int64> = 0...(1 << 39)

    /// One picture.
    package struct Item: Hashable, Sendable, Codable {
        /// In pixels, as the picture is to be seen; `nil` where nobody knows, like `width`.
        package var height: Int?
        /// In bytes, without padding.
        package var size: Int64
        /// Media type, such as `image/jpeg`.
        package var type: String
        package var width: Int?

        package init(type: String, size: Int64, width: Int? = nil, height: Int? = nil) {
            self.type = type
            self.size = size
            self.width = width
            self.height = height
        }
    }

    package var format: String
    package var items: [Item]
    /// What the sender says.
    package var note: String?
    private var original: Bool?

    /// Whether pictures are the files as they came, with all that is in them.
    package var isOriginal: Bool { original == true }

    package init(items: [Item], note: String? = nil, isOriginal: Bool = false) {
        format = Self.format
        self.items = items
        self.note = note
        original = isOriginal ? true : nil
    }

    /// With its length before it and padding behind it.
    ///
    /// - Precondition: `check()` lets it pass.
    package var paddedPlaintext: [UInt8] {
        let json = CanonicalJSON.encode(self)
        var bytes = withUnsafeBytes(of: UInt32(json.count).bigEndian) { Array($0) } + json
        let size = Int(Padme.paddedSize(of: UInt64(bytes.count)))
        bytes += [UInt8](repeating: 0, count: size - bytes.count)
        precondition(size <= Self.maximumByteCount, "a manifest of so few pictures is short")
        return bytes
    }

    /// The same, of what `check()` lets pass.
    package func checkedPlaintext() throws(FormatError) -> [UInt8] {
        try check()
        return paddedPlaintext
    }

    package init(parsing plaintext: [UInt8]) throws(FormatError) {
        guard plaintext.count <= Self.maximumByteCount else { throw .outOfRange("manifest size") }
        guard plaintext.count >= 4 else { throw .truncated }
        let length = plaintext[..<4].reduce(0) { $0 << 8 | Int($1) }
        guard length <= plaintext.count - 4 else { throw .truncated }
        let padded = Int(Padme.paddedSize(of: UInt64(4 + length)))
        guard plaintext.count == padded, plaintext[(4 + length)...].allSatisfy({ $0 == 0 }) else {
            throw .notCanonical
        }
        let json = Array(plaintext[4..<4 + length])
        guard try CanonicalJSON.format(of: json) == Self.format else {
            throw .unknown("package format")
        }
        self = try CanonicalJSON.decode(Self.self, from: json)
        try check()
    }

    /// Throws `.outOfRange` for what no package may say.
    package func check() throws(FormatError) {
        guard Self.itemCounts.contains(items.count) else { throw .outOfRange("items") }
        if let note, !Self.noteLengths.contains(note.unicodeScalars.count) {
            throw .outOfRange("note")
        }
        guard original != false else { throw .outOfRange("original") }
        for item in items {
            guard (item.width == nil) == (item.height == nil) else {
                throw .unexpected("one side of two")
            }
            guard [item.width, item.height].allSatisfy({ $0.map(Self.sides.contains) ?? true })
            else { throw .outOfRange("side") }
            guard Self.sizes.contains(item.size) else { throw .outOfRange("size") }
            guard Self.isType(item.type) else { throw .outOfRange("type") }
        }
    }

    /// Two names of lower-case letters, digits and `.+-`, a slash between them, 127 bytes at most.
    private static func isType(_ type: String) -> Bool {
        let parts = type.utf8.split(separator: 0x2F, omittingEmptySubsequences: false)
        return type.utf8.count <= 127 && parts.count == 2
            && parts.allSatisfy { part in
                !part.isEmpty
                    && part.allSatisfy {
                        (0x61...0x7A).contains($0) || (0x30...0x39).contains($0)
                            || ".+-".utf8.contains($0)
                    }
            }
    }
}

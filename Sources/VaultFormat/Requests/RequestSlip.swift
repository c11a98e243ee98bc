/// What whoever answers a request is told, and what they seal to. Its SHA-256 is in the link, so it never
/// changes. Spec 13 §2.
package struct RequestSlip: Hashable, Sendable, Codable {
    package static let format = "lighttight/1 request"
    /// A longer file is refused before it is parsed, in bytes.
    package static let maximumByteCount = 16_384
    /// In Unicode scalars, as those of the asker.
    package static let noteLengths = 1...2_000
    package static let askerLengths = 1...100

    /// Of the deposit key.
    package var epoch: UInt32
    package var format: String
    /// Who asks, as the sender shall read it.
    package var from: String?
    /// What is asked for.
    package var note: String?
    /// X25519.
    package var `public`: JSONBytes
    package var vault: VaultID

    package init(
        vault: VaultID, epoch: UInt32, public key: [UInt8], from asker: String?, note: String?
    ) {
        format = Self.format
        self.vault = vault
        self.epoch = epoch
        self.public = JSONBytes(key)
        from = asker
        self.note = note
    }

    package var encoded: [UInt8] { CanonicalJSON.encode(self) }

    package init(parsing bytes: [UInt8]) throws(FormatError) {
        guard bytes.count <= Self.maximumByteCount else { throw .outOfRange("slip size") }
        guard try CanonicalJSON.format(of: bytes) == Self.format else {
            throw .unknown("slip format")
        }
        self = try CanonicalJSON.decode(Self.self, from: bytes)
        try check()
    }

    /// Throws `.outOfRange` for what no slip may say.
    package func check() throws(FormatError) {
        guard epoch >= 1 else { throw .outOfRange("epoch") }
        _ = try self.public.exactly(32)
        if let from, !Self.askerLengths.contains(from.unicodeScalars.count) {
            throw .outOfRange("name of who asks")
        }
        if let note, !Self.noteLengths.contains(note.unicodeScalars.count) {
            throw .outOfRange("note")
        }
        guard encoded.count <= Self.maximumByteCount else { throw .outOfRange("slip size") }
    }
}

/// A slot's private half, sealed under a key that the kernel keeps for a while. Spec 02 §12.
package struct SessionFile: Hashable, Sendable, Codable {
    package static let format = "lighttight/1 session"
    /// A longer file is refused before it is parsed, in bytes.
    package static let maximumByteCount = 1024

    package var format: String
    package var sealed: JSONBytes
    package var slot: SlotID
    package var vault: VaultID

    package init(vault: VaultID, slot: SlotID, sealed: [UInt8]) {
        format = Self.format
        self.sealed = JSONBytes(sealed)
        self.slot = slot
        self.vault = vault
    }

    package var encoded: [UInt8] { CanonicalJSON.encode(self) }

    package init(parsing bytes: [UInt8]) throws(FormatError) {
        guard bytes.count <= Self.maximumByteCount else { throw .outOfRange("session size") }
        guard try CanonicalJSON.format(of: bytes) == Self.format else {
            throw .unknown("session format")
        }
        self = try CanonicalJSON.decode(Self.self, from: bytes)
        _ = try sealed.exactly(PrivateHalf.sealedByteCount)
    }
}

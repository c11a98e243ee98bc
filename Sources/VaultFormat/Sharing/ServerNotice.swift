/// What the vault tells its server: to whom it seals what it saw. The file `shares/vault.json`. Spec 11 §9.
package struct ServerNotice: Hashable, Sendable, Codable {
    package static let format = "lighttight/1 share server"
    /// A longer file is refused before it is parsed, in bytes.
    package static let maximumByteCount = 1_024

    /// The vault's public audit key, 32 bytes.
    package var audit: JSONBytes
    /// From 1.
    package var epoch: UInt32
    package var format: String
    package var vault: VaultID

    package init(vault: VaultID, epoch: UInt32, audit key: [UInt8]) {
        format = Self.format
        self.vault = vault
        self.epoch = epoch
        audit = JSONBytes(key)
    }

    package var encoded: [UInt8] { CanonicalJSON.encode(self) }

    package init(parsing bytes: [UInt8]) throws(FormatError) {
        guard bytes.count <= Self.maximumByteCount else { throw .outOfRange("notice size") }
        guard try CanonicalJSON.format(of: bytes) == Self.format else {
            throw .unknown("notice format")
        }
        self = try CanonicalJSON.decode(Self.self, from: bytes)
        _ = try audit.exactly(32)
        guard epoch >= 1 else { throw .outOfRange("epoch") }
    }
}

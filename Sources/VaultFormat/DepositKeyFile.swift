/// A vault's public deposit key, for a machine that has nothing else of the vault. Spec 08 §8.
package struct DepositKeyFile: Hashable, Sendable, Codable {
    package static let format = "lighttight/1 deposit key"
    /// A longer file is refused before it is parsed, in bytes; a line end comes on top.
    package static let maximumByteCount = 1024

    package var epoch: UInt32
    package var format: String
    /// X25519.
    package var `public`: JSONBytes
    package var signature: JSONBytes
    /// The vault's Ed25519 key that signed.
    package var signing: JSONBytes
    package var vault: VaultID

    package init(
        vault: VaultID, epoch: UInt32, public key: [UInt8], signing: [UInt8], signature: [UInt8]
    ) {
        format = Self.format
        self.epoch = epoch
        self.public = JSONBytes(key)
        self.signature = JSONBytes(signature)
        self.signing = JSONBytes(signing)
        self.vault = vault
    }

    /// What `signature` is over.
    package var signedBytes: [UInt8] {
        Associated.depositKey(vault: vault, epoch: epoch, public: self.public.bytes)
    }

    /// Without a line end.
    package var encoded: [UInt8] { CanonicalJSON.encode(self) }

    /// Parses; the signature is *not* checked here.
    package init(parsing bytes: [UInt8]) throws(FormatError) {
        let json = bytes.last == 0x0A ? Array(bytes.dropLast()) : bytes
        guard json.count <= Self.maximumByteCount else { throw .outOfRange("deposit key size") }
        guard try CanonicalJSON.format(of: json) == Self.format else {
            throw .unknown("deposit key format")
        }
        self = try CanonicalJSON.decode(Self.self, from: json)
        guard epoch >= 1 else { throw .outOfRange("epoch") }
        _ = try self.public.exactly(32)
        _ = try signature.exactly(64)
        _ = try signing.exactly(32)
    }
}

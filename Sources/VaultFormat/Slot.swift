/// One way to open the vault. Spec 02 §3.
package struct Slot: Hashable, Sendable, Codable {
    /// The role's keys, sealed to `receiving`. Spec 02 §6.
    package var bundle: JSONBytes
    package var id: SlotID
    package var kind: SlotKind
    /// What its holder calls it: 1 to 100 characters.
    package var label: String
    /// The private half of the slot's keys, sealed under what its holder knows.
    package var `private`: PrivateHalf
    /// X25519 public key.
    package var receiving: JSONBytes
    package var role: Role
    /// Ed25519 public key.
    package var signing: JSONBytes

    package init(
        bundle: [UInt8], id: SlotID, kind: SlotKind, label: String, private half: PrivateHalf,
        receiving: [UInt8], role: Role, signing: [UInt8]
    ) {
        self.bundle = JSONBytes(bundle)
        self.id = id
        self.kind = kind
        self.label = label
        self.private = half
        self.receiving = JSONBytes(receiving)
        self.role = role
        self.signing = JSONBytes(signing)
    }

    /// What the private half's seal binds besides vault and slot ID. Spec 02 §5.
    package var bound: [UInt8] {
        struct Bound: Encodable {
            var kdf: KDF
            var kind: SlotKind
            var receiving: JSONBytes
            var signing: JSONBytes
        }
        return CanonicalJSON.encode(
            Bound(kdf: self.private.kdf, kind: kind, receiving: receiving, signing: signing))
    }

    func check() throws(FormatError) {
        _ = try receiving.exactly(32)
        _ = try signing.exactly(32)
        _ = try self.private.commitment.exactly(32)
        try self.private.kdf.check(for: kind)
        // 24 nonce + 106 of CBOR (Spec 02 §5) + 16 tag.
        _ = try self.private.sealed.exactly(PrivateHalf.sealedByteCount)
        try Self.check(label: label)
        guard bundle.bytes.count <= 1024 else { throw .outOfRange("role bundle") }
    }

    /// - Throws: `outOfRange` for what no slot can be called.
    package static func check(label: String) throws(FormatError) {
        // Scalars, not what the eye takes for a character: that changes with each Unicode version.
        guard (1...100).contains(label.unicodeScalars.count),
            !label.unicodeScalars.contains(where: { $0.value < 32 })
        else { throw .outOfRange("slot label") }
    }
}

package struct PrivateHalf: Hashable, Sendable, Codable {
    package static let sealedByteCount = 24 + 106 + 16

    /// Must match what the KDF gives before anything is opened.
    package var commitment: JSONBytes
    package var kdf: KDF
    package var sealed: JSONBytes

    package init(commitment: [UInt8], kdf: KDF, sealed: [UInt8]) {
        self.commitment = JSONBytes(commitment)
        self.kdf = kdf
        self.sealed = JSONBytes(sealed)
    }
}

/// What opens a slot. Spec 02 §4.
package enum SlotKind: String, Hashable, Sendable, Codable, CaseIterable {
    case passphrase
    case passphraseAndKeyFile = "passphrase and key file"
    case recovery

    package init(from decoder: any Decoder) throws { self = try decoder.known("slot kind") }
}

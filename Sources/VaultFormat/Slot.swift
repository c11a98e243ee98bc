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
        _ = try self.private.kdf.salt.exactly(16)
        // 24 nonce + 106 of CBOR (Spec 02 §5) + 16 tag.
        _ = try self.private.sealed.exactly(PrivateHalf.sealedByteCount)
        // Scalars, not what the eye takes for a character: that changes with each Unicode version.
        guard (1...100).contains(label.unicodeScalars.count),
            !label.unicodeScalars.contains(where: { $0.value < 32 })
        else { throw .outOfRange("slot label") }
        guard bundle.bytes.count <= 1024 else { throw .outOfRange("role bundle") }
        switch (kind, self.private.kdf.name) {
        case (.passphrase, .argon2id):
            guard let memory = self.private.kdf.memory, let passes = self.private.kdf.passes else {
                throw .unexpected("Argon2id without its cost")
            }
            try KDF.check(memory: memory, passes: passes)
        case (.recovery, .hkdf):
            guard self.private.kdf.memory == nil, self.private.kdf.passes == nil else {
                throw .notCanonical
            }
        default: throw .unexpected("slot kind and KDF that do not go together")
        }
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

package enum SlotKind: String, Hashable, Sendable, Codable {
    case passphrase
    case recovery

    package init(from decoder: any Decoder) throws { self = try decoder.known("slot kind") }
}

/// What a slot's bundle holds, so what its holder can do. Spec 02 §6.
package enum Role: String, Hashable, Sendable, Codable {
    case owner

    package init(from decoder: any Decoder) throws { self = try decoder.known("role") }
}

/// How what the holder knows becomes a slot key. Spec 02 §4.
package struct KDF: Hashable, Sendable, Codable {
    package enum Name: String, Hashable, Sendable, Codable {
        case argon2id
        case hkdf = "hkdf-sha256"

        package init(from decoder: any Decoder) throws { self = try decoder.known("KDF") }
    }

    /// Bytes; a multiple of 1 MiB.
    package var memory: UInt64?
    package var name: Name
    package var passes: UInt32?
    package var salt: JSONBytes

    package static func argon2id(memory: UInt64, passes: UInt32, salt: [UInt8]) -> KDF {
        KDF(memory: memory, name: .argon2id, passes: passes, salt: JSONBytes(salt))
    }

    package static func hkdf(salt: [UInt8]) -> KDF {
        KDF(memory: nil, name: .hkdf, passes: nil, salt: JSONBytes(salt))
    }

    package static let memoryRange: ClosedRange<UInt64> = 64 << 20...1 << 30
    package static let passesRange: ClosedRange<UInt32> = 1...10

    /// Refuses a cost that would be weak, or that would spend the machine, before it is spent.
    package static func check(memory: UInt64, passes: UInt32) throws(FormatError) {
        guard memoryRange.contains(memory), memory.isMultiple(of: 1 << 20) else {
            throw .outOfRange("Argon2id memory")
        }
        guard passesRange.contains(passes) else { throw .outOfRange("Argon2id passes") }
    }
}

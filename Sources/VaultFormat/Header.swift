/// The signed description of a vault: its ID, its public keys and its slots. Spec 02 §3.
///
/// Stored in `records.db`; `vault.json` is a copy of the same bytes.
package struct Header: Hashable, Sendable, Codable {
    package static let format = "lighttight/1"
    /// More slots than this are refused before any is looked at.
    package static let maximumSlotCount = 256
    /// The greatest integer that every JSON reader keeps exact.
    package static let maximumGeneration: UInt64 = 1 << 53 - 1
    /// A longer header is refused before it is parsed, in bytes.
    package static let maximumByteCount = 1 << 20

    package var format: String
    /// Grows by one with each change of the header.
    package var generation: UInt64
    package var keys: PublicKeys
    /// Public signing keys of slots that are gone, so that what they signed can still be checked.
    package var retired: [RetiredSlot]
    /// The vault's Ed25519 signature over `signedBytes`.
    package var signature: JSONBytes
    package var slots: [Slot]
    package var vault: VaultID

    package init(
        generation: UInt64, keys: PublicKeys, retired: [RetiredSlot] = [], slots: [Slot],
        vault: VaultID
    ) {
        self.format = Self.format
        self.generation = generation
        self.keys = keys
        self.retired = retired
        self.signature = JSONBytes([])
        self.slots = slots
        self.vault = vault
    }

    /// The one encoding; what is stored.
    package var encoded: [UInt8] { CanonicalJSON.encode(self) }

    /// Parses and bounds a stored header. Its signature is *not* checked here: that needs a key that
    /// a slot pinned (Spec 02 §7).
    package init(parsing bytes: [UInt8]) throws(FormatError) {
        guard bytes.count <= Self.maximumByteCount else { throw .outOfRange("header size") }
        let probe = try CanonicalJSON.format(of: bytes)
        guard probe == Self.format else { throw .unknown("vault format \"\(probe)\"") }
        self = try CanonicalJSON.decode(Self.self, from: bytes)
        guard (1...Self.maximumSlotCount).contains(slots.count) else {
            throw .outOfRange("number of slots")
        }
        guard Set(slots.map(\.id)).count == slots.count else { throw .notCanonical }
        guard slots.map(\.id) == slots.map(\.id).sorted() else { throw .notCanonical }
        for slot in slots { try slot.check() }
        for slot in retired { _ = try slot.signing.exactly(32) }
        guard generation <= Self.maximumGeneration else { throw .outOfRange("generation") }
        try keys.check()
        guard signature.bytes.count == 64 else {
            throw .wrongLength(expected: 64, actual: signature.bytes.count)
        }
    }

    /// What the vault's signature covers: all but the signature itself and each slot's private half,
    /// which its holder may change alone. Spec 02 §7.
    package var signedBytes: [UInt8] {
        struct Signed: Encodable {
            var format: String
            var generation: UInt64
            var keys: PublicKeys
            var retired: [RetiredSlot]
            var slots: [SignedSlot]
            var vault: VaultID
        }
        struct SignedSlot: Encodable {
            var bundle: JSONBytes
            var id: SlotID
            var kind: SlotKind
            var label: String
            var receiving: JSONBytes
            var role: Role
            var signing: JSONBytes
        }
        let signed = Signed(
            format: format, generation: generation, keys: keys, retired: retired,
            slots: slots.map {
                SignedSlot(
                    bundle: $0.bundle, id: $0.id, kind: $0.kind, label: $0.label,
                    receiving: $0.receiving, role: $0.role, signing: $0.signing)
            }, vault: vault)
        return Associated.headerPrefix + CanonicalJSON.encode(signed)
    }
}

/// The public halves of the keyring, with their epochs. Spec 02 §8.
package struct PublicKeys: Hashable, Sendable, Codable {
    package struct Epoch: Hashable, Sendable, Codable {
        package var epoch: UInt32
        package var `public`: JSONBytes

        package init(epoch: UInt32, public key: [UInt8]) {
            self.epoch = epoch
            self.public = JSONBytes(key)
        }
    }

    /// Ascending epochs; the last is in use.
    package var audit: [Epoch]
    package var deposit: [Epoch]
    package var signing: [Epoch]

    package init(audit: [Epoch], deposit: [Epoch], signing: [Epoch]) {
        self.audit = audit
        self.deposit = deposit
        self.signing = signing
    }

    func check() throws(FormatError) {
        for keys in [audit, deposit, signing] {
            guard !keys.isEmpty, keys.count <= 4096 else { throw .outOfRange("number of keys") }
            guard zip(keys, keys.dropFirst()).allSatisfy({ $0.epoch < $1.epoch }) else {
                throw .notCanonical
            }
            guard keys[0].epoch >= 1 else { throw .outOfRange("epoch") }
            for key in keys { _ = try key.public.exactly(32) }
        }
    }
}

package struct RetiredSlot: Hashable, Sendable, Codable {
    package var id: SlotID
    package var signing: JSONBytes

    package init(id: SlotID, signing key: [UInt8]) {
        self.id = id
        self.signing = JSONBytes(key)
    }
}

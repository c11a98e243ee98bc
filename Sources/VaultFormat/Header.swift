/// The signed description of a vault: its ID, its public keys and its slots. Spec 02 §3.
///
/// Stored in `records.db`; `vault.json` is a copy of the same bytes.
package struct Header: Hashable, Sendable, Codable {
    package static let format = "lighttight/1"
    /// More slots than this are refused before any is looked at.
    package static let maximumSlotCount = 256
    package static let maximumRetiredCount = 4096
    /// Generations and sequences: the greatest integer that every JSON reader keeps exact.
    package static let maximumInteger: UInt64 = 1 << 53 - 1
    /// A longer header is refused before it is parsed, in bytes.
    package static let maximumByteCount = 1 << 20

    package var format: String
    /// Grows by one with each change of what is signed.
    package var generation: UInt64
    package var keys: PublicKeys
    /// Slots that were removed, in the order of their removal.
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
        try check()
    }

    /// The bounds of Spec 02 §3; nothing is derived before they hold.
    private func check() throws(FormatError) {
        guard generation <= Self.maximumInteger else { throw .outOfRange("generation") }
        try keys.check()
        guard retired.count <= Self.maximumRetiredCount else {
            throw .outOfRange("number of retired slots")
        }
        for slot in retired { try slot.check() }
        guard zip(retired, retired.dropFirst()).allSatisfy({ $0.until <= $1.until }) else {
            throw .notCanonical
        }
        guard (1...Self.maximumSlotCount).contains(slots.count) else {
            throw .outOfRange("number of slots")
        }
        guard zip(slots, slots.dropFirst()).allSatisfy({ $0.id < $1.id }) else {
            throw .notCanonical
        }
        let ids = Set(retired.map(\.id) + slots.map(\.id))
        guard ids.count == retired.count + slots.count else { throw .notCanonical }
        for slot in slots { try slot.check() }
        guard slots.contains(where: { $0.role == .owner }) else {
            throw .unexpected("slots without an owner")
        }
        _ = try signature.exactly(64)
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

/// A slot that was removed: what it signed can still be checked.
package struct RetiredSlot: Hashable, Sendable, Codable {
    package var id: SlotID
    package var label: String
    package var role: Role
    package var signing: JSONBytes
    /// Sequence of the entry that removed it.
    package var until: UInt64

    package init(id: SlotID, label: String, role: Role, signing key: [UInt8], until: UInt64) {
        self.id = id
        self.label = label
        self.role = role
        self.signing = JSONBytes(key)
        self.until = until
    }

    func check() throws(FormatError) {
        _ = try signing.exactly(32)
        try Slot.check(label: label)
        guard until <= Header.maximumInteger else { throw .outOfRange("sequence") }
    }
}

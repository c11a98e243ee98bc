package import VaultCrypto
package import VaultFormat

/// A slot with the key that it signs its entries and checkpoints with. Spec 07 §3.
package struct SlotSigner: ~Copyable, Sendable {
    package let slot: SlotID
    package let key: SigningKey

    package init(slot: SlotID, key: consuming SigningKey) {
        self.slot = slot
        self.key = key
    }

    /// Must pass before the slot signs: the newest entry that names it has its signature. So its next
    /// one vouches for all that name it, and nobody else can have written one. Spec 07 §3.
    ///
    /// Throws `.notMine` otherwise, and `.format` for a leaf that is none.
    package borrowing func check(
        newest leaf: UnsafeRawBufferPointer, vault: VaultID
    ) throws(AuditError) {
        let leaf = try EntryLeaf(reading: leaf)
        guard leaf.actor == slot,
            key.verifyingKey.verify(
                signature: leaf.signature, of: leaf.signedBytes(vault: vault))
        else { throw .notMine }
    }
}

extension EntryLeaf {
    /// Parses, with the errors of this room.
    init(reading bytes: UnsafeRawBufferPointer) throws(AuditError) {
        do throws(FormatError) {
            try self.init(parsing: bytes)
        } catch {
            throw .format(error)
        }
    }
}

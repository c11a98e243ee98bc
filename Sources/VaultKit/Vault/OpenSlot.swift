import VaultCrypto
package import VaultFormat
import VaultKeys
import VaultRecords

/// A vault with one of its slots open: what can be done is what the slot's role holds keys for.
package final class OpenSlot: Sendable {
    /// The same vault without keys.
    package let locked: Vault
    let keys: RoleKeys

    init(_ locked: Vault, _ keys: RoleKeys) {
        self.locked = locked
        self.keys = keys
    }

    package var id: SlotID { keys.slot }
    package var role: Role { keys.role }
    package var label: String { locked.label(of: keys.slot) }

    /// The vault with its pictures open.
    ///
    /// - Throws: `notPermitted` when the role does not hold the keys for that.
    package func pictures() throws(VaultError) -> UnlockedVault { try UnlockedVault(self) }

    /// Writes the entry of a reading; plaintext may leave once this has returned. Spec 07 §1.
    ///
    /// - Throws: what keeps the entry from being durable. Where the vault cannot be written, an owner who
    ///   said so goes on without.
    func tell(_ telling: Telling) throws(VaultError) { try tell([telling]) }

    /// The same of several readings, an entry each.
    package func tell(_ tellings: [Telling]) throws(VaultError) {
        do throws(VaultError) {
            for telling in tellings {
                try locked.transact(
                    by: keys, reading: true, locked.draft(), telling: { _ in telling }, { _ in })
            }
            try locked.settle()
        } catch {
            guard error.code == .readOnly || error.code == .olderState else { throw error }
            guard locked.context.unlogged, role == .owner else {
                var error = error
                error.message += "; so the reading cannot be logged, and nothing is shown"
                if role == .owner {
                    error.hint = "an owner may read without an entry: --unlogged"
                }
                throw error
            }
        }
    }
}

extension Vault {
    package var id: VaultID { header.vault }

    /// Whether a slot was taken away.
    package func isRetired(_ slot: SlotID) -> Bool { header.retired.contains { $0.id == slot } }

    /// What the slot of the first recovery code is called.
    package var recoveryLabel: String {
        header.slots.first { $0.kind == .recovery }?.label ?? "recovery code"
    }

    /// What a slot is called, whether it is still there or not.
    package func label(of slot: SlotID) -> String {
        header.slots.first { $0.id == slot }?.label
            ?? header.retired.first { $0.id == slot }?.label ?? String(slot.hex.prefix(8))
    }
}

import Synchronization
import VaultAudit
import VaultCrypto
import VaultFiles
import VaultFormat
import VaultKeys
import VaultRecords

/// An entry in the making: its transaction key, under which details are sealed before the transaction.
/// Used for one transaction only.
final class BegunEntry: Sendable {
    let entry: EntryDraft

    init(vault: VaultID, _ key: PublicKeys.Epoch) throws(VaultError) {
        do throws(AuditError) {
            entry = try EntryDraft(
                vault: vault, auditEpoch: key.epoch, auditKey: key.public.bytes)
        } catch {
            throw VaultError(.damaged, "the vault's audit key is not a key")
        }
    }
}

extension Vault {
    /// Begins an entry. Spec 07 §3.
    func draft() throws(VaultError) -> BegunEntry {
        let key = header.keys.audit[header.keys.audit.count - 1]
        return try BegunEntry(vault: header.vault, key)
    }

    /// One transaction of the records with the entry that tells of it; the caller then calls `settle`
    /// before anything is reported.
    ///
    /// - Parameters:
    ///   - keys: of the slot that acts, which signs; `nil` for a program that holds no key.
    ///   - reading: writes the entry although nothing else is written.
    ///   - accepting: is the one that accepts an older state. Spec 07 §8.
    ///   - telling: what the entry says of what `body` did.
    /// - Throws: `olderState` when this machine has seen a newer state of the vault.
    @discardableResult
    func transact<R>(
        by keys: RoleKeys?, destroying: Bool = false, reading: Bool = false,
        accepting: Bool = false,
        _ draft: BegunEntry, telling: (R) -> Telling, _ body: (RecordsWriter) throws -> R
    ) throws(VaultError) -> R {
        if !accepting { try requireNewest(reading: reading) }
        return try writing {
            try records.transaction(
                destroying: destroying, reading: reading,
                entry: { place, result in
                    try EntryMaker(vault: header.vault, context: context).entry(
                        telling(result), at: place, by: keys, draft)
                },
                { writer in
                    if let keys { try require(keys, in: writer) }
                    return try body(writer)
                })
        }
    }

    /// After a transaction: the second copy is brought up, and this machine remembers the new state.
    func settle() throws(VaultError) {
        try VaultKit.reading { () throws(RecordsError) in _ = try records.mirror() }
        try remember()
    }

    /// The slot may be gone by now, or the keys others: then nothing may be written with what was opened.
    private func require(_ keys: RoleKeys, in writer: RecordsWriter) throws {
        let bytes = try writer.header()
        if knownHeader.withLock({ $0 == bytes }) { return }
        let now = try Header(parsing: bytes)
        guard let slot = now.slots.first(where: { $0.id == keys.slot }), slot.role == keys.role
        else {
            throw VaultError(
                .notPermitted, "this slot was removed or changed meanwhile",
                hint: "ask an owner, or unlock again")
        }
        guard now.keys.signing.last?.epoch == keys.epoch else { throw RecordsError.rotated }
        knownHeader.withLock { $0 = bytes }
    }
}

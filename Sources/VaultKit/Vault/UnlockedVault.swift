import VaultCrypto
import VaultFormat
import VaultKeys
import VaultRecords
import VaultStore

/// A vault whose pictures are open: they can come in, be found, and go out. An owner's or a manager's.
package final class UnlockedVault: Sendable {
    /// The slot by which it was opened.
    package let slot: OpenSlot
    private let wrapKey: WrapKey
    private let tagKey: TagKey
    private let deskKey: DeskKey

    init(_ slot: OpenSlot) throws(VaultError) {
        self.slot = slot
        do throws(KeysError) {
            wrapKey = try slot.keys.wrapKey()
            tagKey = try slot.keys.tagKey()
            deskKey = try slot.keys.deskKey()
        } catch {
            throw VaultError(error)
        }
        try slot.locked.requireNothingUndone()
    }

    /// The same vault without its keys.
    package var locked: Vault { slot.locked }
    var keys: RoleKeys { slot.keys }
    var id: VaultID { keys.vault }
    var place: VaultPlace { locked.place }
    var records: RecordsDatabase { locked.records }
    var store: DirectoryPackStore { locked.store }

    /// Opens records; one for each thread.
    func opener() -> RecordOpener { RecordOpener(vault: id, epoch: keys.epoch, wrapKey: wrapKey) }

    /// Seals records; one for each thread.
    func sealer() -> RecordSealer {
        RecordSealer(vault: id, wrapKey: wrapKey, tagKey: tagKey, deskKey: deskKey)
    }

    /// The key of the keyring that remembers what was purged.
    func erasureKey() throws(VaultError) -> ErasureKey {
        let rows = try keyring()
        do throws(KeysError) { return try keys.erasureKey(rows) } catch { throw VaultError(error) }
    }

    /// The keyring that goes with these keys. Throws `vaultInUse` when the keys were rotated since the vault was
    /// opened: then none of it opens, and nothing is wrong with it.
    func keyring() throws(VaultError) -> [KeyringRow] {
        let rows = try reading { () throws(RecordsError) in try records.keyring() }
        guard !rows.contains(where: { $0.purpose == .signing && $0.epoch > keys.epoch }) else {
            throw VaultError(RecordsError.rotated)
        }
        return rows
    }

    /// One transaction that changes something, and its entry.
    ///
    /// - Parameter reading: writes the entry also when nothing changes.
    func change<R>(
        destroying: Bool = false, _ draft: BegunEntry, reading: Bool = false,
        telling: (R) -> Telling,
        _ body: (RecordsWriter) throws -> R
    ) throws(VaultError) -> R {
        try locked.transact(
            by: keys, destroying: destroying, reading: reading, draft, telling: telling, body)
    }

    /// Brings the second copy up; nothing is reported as done before.
    func settle() throws(VaultError) { try locked.settle() }
}

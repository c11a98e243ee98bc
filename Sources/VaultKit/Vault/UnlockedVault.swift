import VaultCrypto
import VaultFormat
import VaultKeys
import VaultRecords
import VaultStore

/// A vault whose keys are open: pictures can come in, be found, and go out.
package final class UnlockedVault: Sendable {
    /// The same vault without its keys.
    package let locked: Vault
    let keys: RoleKeys
    let wrap: WrapKey
    let tag: TagKey

    init(_ locked: Vault, _ keys: RoleKeys) throws(KeysError) {
        self.locked = locked
        self.keys = keys
        wrap = try keys.wrapKey()
        tag = try keys.tagKey()
    }

    var id: VaultID { keys.vault }
    var place: VaultPlace { locked.place }
    var records: RecordsDatabase { locked.records }
    var store: DirectoryPackStore { locked.store }

    /// Opens records; one for each thread.
    func opener() -> RecordOpener { RecordOpener(vault: id, wrapKey: wrap) }

    /// Seals records; one for each thread.
    func sealer() -> RecordSealer {
        RecordSealer(vault: id, wrapKey: wrap, tagKey: tag)
    }

    /// The key of the keyring that remembers what was purged.
    func erasureKey() throws(VaultError) -> ErasureKey {
        let rows = try reading { () throws(RecordsError) in try records.keyring() }
        do throws(KeysError) { return try keys.erasureKey(rows) } catch { throw VaultError(error) }
    }

    /// Brings the second copy up; nothing is reported as done before.
    func mirror() throws(VaultError) {
        try reading { () throws(RecordsError) in _ = try records.mirror() }
    }
}

import VaultCrypto
import VaultFormat
import VaultKeys
import VaultRecords
import VaultStore

/// A vault whose keys are open: pictures can come in, be found, and go out.
package final class UnlockedVault: Sendable {
    /// The same vault without its keys.
    package let locked: Vault
    let keys: OwnerKeys

    init(_ locked: Vault, _ keys: OwnerKeys) {
        self.locked = locked
        self.keys = keys
    }

    var id: VaultID { keys.vault }
    var place: VaultPlace { locked.place }
    var records: RecordsDatabase { locked.records }
    var store: DirectoryPackStore { locked.store }

    /// Opens records; one for each thread.
    func opener() -> RecordOpener { RecordOpener(vault: id, wrapKey: keys.wrap) }

    /// Seals records; one for each thread.
    func sealer() -> RecordSealer {
        RecordSealer(vault: id, wrapKey: keys.wrap, tagKey: keys.tag)
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

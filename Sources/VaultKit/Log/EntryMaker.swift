import VaultAudit
import VaultCrypto
import VaultFormat
import VaultKeys
import VaultRecords

/// Makes the entry of a transaction. Spec 07 §3.
struct EntryMaker {
    let vault: VaultID
    let context: VaultContext

    /// - Parameter keys: of the slot that acts, which signs; `nil` for a program that holds no key.
    /// - Throws: `damaged` when an entry claims to be this slot's and is not: its signature would vouch for
    ///   it.
    func entry(
        _ telling: Telling, at position: LogPosition, by keys: RoleKeys?, _ draft: BegunEntry
    ) throws(VaultError) -> LoggedEntry {
        do {
            var edge = try MerkleEdge(size: UInt64(position.sequence), edge: position.edge)
            let place = EntryPlace(
                sequence: UInt64(position.sequence), before: edge.root(),
                revision: UInt64(position.revision), time: Wall.seconds, rows: position.rows)
            let new: NewEntry
            if let keys {
                let signer = try SlotSigner(
                    slot: keys.slot, key: SigningKey(seed: keys.signer.seed()))
                if let newest = try position.newestLeaf(keys.slot) {
                    try newest.withUnsafeBytes { try signer.check(newest: $0, vault: vault) }
                }
                new = try draft.entry.entry(content(telling), at: place, signer: signer)
            } else {
                new = try draft.entry.keylessEntry(content(telling), at: place)
            }
            edge.append(leaf: new.leaf)
            return LoggedEntry(
                actor: new.actor, leaf: new.leaf, rows: new.rows, edge: edge.encoded)
        } catch AuditError.notMine {
            throw VaultError(
                .damaged, "an entry of the log says that this slot wrote it, and it did not",
                hint: "somebody forged it; lighttight audit verify tells which")
        } catch let error as RecordsError {
            throw VaultError(error)
        } catch {
            throw VaultError(
                .damaged, "the audit log cannot be continued",
                hint: "lighttight audit verify tells what is wrong with it")
        }
    }

    private func content(_ telling: Telling) -> EntryContent {
        EntryContent(
            telling.action, pictures: telling.pictures,
            count: telling.count.map { UInt64($0) }, slot: telling.slot, remark: telling.remark,
            user: context.user, machine: context.machine,
            said: telling.said)
    }
}

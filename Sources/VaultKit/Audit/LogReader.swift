import VaultAudit
import VaultCrypto
import VaultFormat
import VaultKeys
import VaultRecords

/// Opens the log for a slot that holds the audit key.
final class LogReader {
    private let vault: Vault
    private var reader: AuditReader
    private var batch = RecordBatch()

    /// - Throws: `notPermitted` for a role without the audit key.
    init(_ slot: OpenSlot) throws(VaultError) {
        vault = slot.locked
        reader = AuditReader(vault: slot.locked.header.vault)
        do throws(KeysError) {
            let keys = try slot.keys.auditKeys(slot.keyring())
            for epoch in keys.epochs {
                if let key = keys.key(epoch) { reader.add(key, epoch: epoch) }
            }
        } catch {
            throw VaultError(error)
        }
    }

    /// What an entry says.
    func open(_ row: EntryRow) throws(VaultError) -> AuditEntry {
        do throws(AuditError) {
            let leaf = try Self.leaf(row)
            let content = try reader.open(leaf)
            var entry = AuditEntry(
                sequence: leaf.sequence, time: leaf.time, actor: leaf.actor,
                action: content.action, before: leaf.before)
            if let actor = leaf.actor {
                entry.actorLabel = vault.label(of: actor)
                entry.actorRole = vault.role(of: actor)
            }
            entry.pictures = content.pictures
            entry.count = content.count
            entry.slot = content.slot
            entry.slotLabel = content.slot.map { vault.label(of: $0) }
            entry.remark = content.remark
            entry.user = content.user
            entry.machine = content.machine
            entry.said = said(content.said)
            return entry
        } catch {
            throw VaultError(
                .damaged, "entry \(row.sequence) of the log does not open",
                hint: "run lighttight audit verify")
        }
    }

    /// What an event says; `nil` when it does not open.
    func content(_ event: ServerEvent) -> ServerEventContent? {
        do throws(AuditError) { return try reader.open(event) } catch { return nil }
    }

    /// What the log may still say of pictures: names and subjects of those that are not destroyed.
    func details(_ ids: [RecordID]) throws(VaultError) -> [RecordID: DetailValue] {
        try reading { () throws(RecordsError) in try vault.records.fill(&batch, ids: ids) }
        return try openDetails()
    }

    /// The pictures of one subject, as far as they are not destroyed.
    func pictures(of subject: String) throws(VaultError) -> Set<RecordID> {
        var found: Set<RecordID> = []
        var row: Int64 = 0
        while true {
            try reading { () throws(RecordsError) in try vault.records.fill(&batch, after: row) }
            if batch.isEmpty { return found }
            row = batch.lastRow
            for (id, detail) in try openDetails() where detail.subjects.contains(subject) {
                found.insert(id)
            }
        }
    }

    /// Of the records in the batch. What does not open is damage for `verify` to tell.
    private func openDetails() throws(VaultError) -> [RecordID: DetailValue] {
        var found: [RecordID: DetailValue] = [:]
        let batch = batch
        for index in 0..<batch.count {
            let id = batch.id(at: index)
            let detail = batch.withRecord(at: index) { record in
                let (sealed, entry) = (record.detail, record.entry)
                return sealed.withUnsafeBytes { sealed in open(sealed, of: id, entry) }
            }
            if let detail { found[id] = detail }
        }
        return found
    }

    private func open(
        _ sealed: UnsafeRawBufferPointer, of id: RecordID, _ entry: Int64
    ) -> DetailValue? {
        do throws(AuditError) {
            return try reader.detail(sealed, record: id, entry: UInt64(max(entry, 0))) {
                (sequence) throws(AuditError) in
                let row: EntryRow?
                do throws(RecordsError) {
                    row = try vault.records.entry(Int64(sequence))
                } catch {
                    row = nil
                }
                guard let row else { throw .format(.truncated) }
                return try Self.leaf(row)
            }
        } catch {
            return nil
        }
    }

    static func leaf(_ row: EntryRow) throws(AuditError) -> EntryLeaf {
        guard let leaf = EntryLeaf.ifOne(row.leaf) else { throw .format(.truncated) }
        return leaf
    }
}

extension Vault {
    /// The role of a slot, whether it is still there or not.
    func role(of slot: SlotID) -> Role? {
        header.slots.first { $0.id == slot }?.role ?? header.retired.first { $0.id == slot }?.role
    }
}

import VaultAudit
import VaultCrypto
import VaultFormat
import VaultKeys
import VaultRecords

extension OpenSlot {
    /// An entry, with what may still be said of the pictures that it names.
    package struct ToldEntry: Sendable {
        package var entry: AuditEntry
        /// Subjects of its pictures, ascending; of the first pictures only, when there are many.
        package var subjects: [String] = []
        /// Names of its pictures, likewise.
        package var names: [[UInt8]] = []
        /// How many of those pictures are destroyed by now.
        package var destroyed = 0
    }

    /// Of how many pictures of one entry names and subjects are looked up.
    private static let lookedUpCount = 64

    /// Reads the log: the entries that a filter means, oldest first. Everything that is told was verified before
    /// (Spec 07 §3). Reading is in the log itself.
    ///
    /// - Throws: `notPermitted` for a role that may not read it; `damaged`, before anything is told, when the
    ///   log does not hold together.
    package func readLog(
        _ filter: AuditFilter, stop: StopSign, _ body: (ToldEntry) throws(VaultError) -> Void
    ) throws(VaultError) {
        let reader = try LogReader(self)
        try tell(Telling(.logRead))
        let log = try locked.soundLog(stop: stop, progress: { _ in })
        let pictures = try filter.subject.map { (subject) throws(VaultError) in
            try reader.pictures(of: subject)
        }
        var newest: [AuditEntry] = []
        try walk(log) { (row) throws(VaultError) in
            guard let entry = try self.entry(row, filter, pictures, reader) else { return }
            guard let limit = filter.limit else { return try body(told(entry, reader)) }
            newest.append(entry)
            // Shifted seldom, so that a small limit does not cost a move for each entry.
            if newest.count > 2 * limit + 1_000 { newest.removeFirst(newest.count - limit) }
        }
        for entry in newest.suffix(filter.limit ?? 0) { try body(told(entry, reader)) }
    }

    /// Lends the entries that were verified, once more; what is not the same by now is refused at the end.
    private func walk(
        _ log: LogVerification, _ body: (EntryRow) throws(VaultError) -> Void
    ) throws(VaultError) {
        var edge = MerkleEdge()
        var next: Int64 = 0
        while edge.size < UInt64(log.entries) {
            let rows = try reading { () throws(RecordsError) in
                try locked.records.entries(from: next)
            }
            guard let last = rows.last else { break }
            for row in rows where edge.size < UInt64(log.entries) {
                edge.append(leaf: row.leaf)
                try body(row)
            }
            guard last.sequence < .max else { break }
            next = last.sequence + 1
        }
        guard LogHash(edge.root()) == log.root else {
            throw VaultError(.damaged, "the log was changed while it was read")
        }
    }

    /// The entry of a row, opened, when the filter means it.
    func entry(
        _ row: EntryRow, _ filter: AuditFilter, _ pictures: Set<RecordID>?, _ reader: LogReader
    ) throws(VaultError) -> AuditEntry? {
        let entry = try reader.open(row)
        guard filter.means(time: entry.time, actor: entry.actor) else { return nil }
        if !filter.actions.isEmpty, !filter.actions.contains(entry.action) { return nil }
        if let pictures, pictures.isDisjoint(with: entry.pictures) { return nil }
        if !filter.pictures.isEmpty, filter.pictures.isDisjoint(with: entry.pictures) { return nil }
        return entry
    }

    /// An entry with what may still be said of its pictures.
    func told(_ entry: AuditEntry, _ reader: LogReader) throws(VaultError) -> ToldEntry {
        var told = ToldEntry(entry: entry)
        guard !entry.pictures.isEmpty else { return told }
        let asked = Array(entry.pictures.prefix(Self.lookedUpCount))
        let details = try reader.details(asked)
        told.subjects = Set(details.values.flatMap(\.subjects)).sorted()
        told.names = asked.flatMap { details[$0]?.names ?? [] }
        told.destroyed = asked.count { details[$0] == nil }
        return told
    }

    // MARK: - Checkpoints

    /// Makes a checkpoint of the log as it is, to be kept elsewhere; it is an entry of the log itself.
    /// An owner's is signed by the vault, others' by their slot. Spec 07 §7.
    package func makeCheckpoint() throws(VaultError) -> [UInt8] {
        let note = try newCheckpoint().note
        try locked.remember(checkpoint: Wall.seconds)
        return note
    }

    /// A checkpoint, with the header as it was at its size.
    ///
    /// - Parameter remark: why it is made, for the log.
    func newCheckpoint(
        remark: String? = nil
    ) throws(VaultError) -> (checkpoint: Checkpoint, note: [UInt8], header: Header) {
        try tell(Telling(.checkpoint, remark: remark))
        let (head, header) = try locked.headAndHeader()
        do {
            let checkpoint = Checkpoint(
                vault: header.vault, size: UInt64(head.size),
                root: LogHash(try MerkleEdge.root(of: head)))
            guard role == .owner else {
                let signer = try SlotSigner(slot: id, key: SigningKey(seed: keys.signer.seed()))
                return (checkpoint, CheckpointMaker.make(checkpoint, signer: signer), header)
            }
            let key = try keys.signingKey(keyring(), header: header)
            return (checkpoint, CheckpointMaker.make(checkpoint, vaultKey: key), header)
        } catch let error as KeysError {
            throw VaultError(error)
        } catch {
            throw VaultError(.damaged, "the log's edge is not one")
        }
    }
}

extension Vault {
    /// The log's size and the header of one moment: each change of a header grows the log.
    fileprivate func headAndHeader() throws(VaultError) -> (LogHead, Header) {
        while true {
            let before = try currentHeader()
            let head = try reading { () throws(RecordsError) in try records.logHead() }
            if try currentHeader() == before { return (head, before) }
        }
    }
}

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
        let log = try locked.verifyLog(comparingTables: false, stop: stop, progress: { _ in })
        if let first = log.findings.first {
            throw VaultError(
                .damaged, "the log does not hold together: " + first.message,
                hint: "lighttight audit verify tells everything that is wrong with it")
        }
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
            next = last.sequence + 1
        }
        guard LogHash(edge.root()) == log.root else {
            throw VaultError(.damaged, "the log was changed while it was read")
        }
    }

    private func entry(
        _ row: EntryRow, _ filter: AuditFilter, _ pictures: Set<RecordID>?, _ reader: LogReader
    ) throws(VaultError) -> AuditEntry? {
        let entry = try reader.open(row)
        if let since = filter.since, entry.time < since { return nil }
        if let until = filter.until, entry.time >= until { return nil }
        if let actor = filter.actor, entry.actor != actor { return nil }
        if !filter.actions.isEmpty, !filter.actions.contains(entry.action) { return nil }
        if let pictures, pictures.isDisjoint(with: entry.pictures) { return nil }
        return entry
    }

    private func told(_ entry: AuditEntry, _ reader: LogReader) throws(VaultError) -> ToldEntry {
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
        let note = try checkpoint()
        try locked.remember(checkpoint: Wall.seconds)
        return note
    }

    private func checkpoint() throws(VaultError) -> [UInt8] {
        try tell(Telling(.checkpoint))
        let head = try reading { () throws(RecordsError) in try locked.records.logHead() }
        let header = try locked.currentHeader()
        do {
            let checkpoint = Checkpoint(
                vault: header.vault, size: UInt64(head.size),
                root: LogHash(try MerkleEdge.root(of: head)))
            guard role == .owner else {
                let signer = try SlotSigner(slot: id, key: SigningKey(seed: keys.signer.seed()))
                return CheckpointMaker.make(checkpoint, signer: signer)
            }
            let key = try keys.signingKey(keyring(), header: header)
            return CheckpointMaker.make(checkpoint, vaultKey: key)
        } catch let error as KeysError {
            throw VaultError(error)
        } catch {
            throw VaultError(.damaged, "the log's edge is not one")
        }
    }
}

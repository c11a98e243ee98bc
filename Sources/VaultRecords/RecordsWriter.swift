import VaultCrypto
import VaultFiles
package import VaultFormat

/// What can be done inside a transaction. Not to be kept after it.
package final class RecordsWriter {
    let session: Session
    /// The number that every row written in this transaction carries. Spec 04 §7.
    package let revision: Int64

    /// The sequence of the entry that this transaction will write. Spec 07 §1.
    package let sequence: Int64

    private let destroying: Bool
    private var hasChanged = false
    /// The largest row ever given to a record.
    private var lastRow: Int64
    /// What the entry will commit to. Spec 07 §4.
    var changes = RowChanges()

    init(_ session: Session, destroying: Bool) throws(RecordsError) {
        self.session = session
        self.destroying = destroying
        sequence = try session.number("SELECT size FROM log")
        guard sequence >= 0 else { throw .damaged(session.file) }
        let last = try session.number("SELECT revision FROM vault")
        // Nobody lives to see the last of either by honest means.
        guard last >= 0, last < .max / 2 else { throw .damaged(session.file) }
        revision = last + 1
        lastRow = try session.number(
            "SELECT max(ifnull((SELECT max(row) FROM record), 0), "
                + "ifnull((SELECT max(row) FROM destroyed), 0))")
        guard lastRow >= 0, lastRow < .max / 2 else { throw .damaged(session.file) }
    }

    /// Writes the revision, when anything was changed that counts as a change. Returns the one in force.
    func finish() throws(RecordsError) -> Int64 {
        guard hasChanged else { return revision - 1 }
        let update = try session.statement("UPDATE vault SET revision = ?1")
        update.bind(1, revision)
        try update.run()
        return revision
    }

    func noteChange() { hasChanged = true }

    func requireDestroying() {
        precondition(destroying, "what is taken away needs a transaction(destroying: true)")
    }

    // MARK: - Records

    /// Adds every record of a batch, with file key and occurrences; `batch` then holds their rows.
    /// Throws `.conflict` when an ID is taken; the transaction must then be given up.
    package func insert(_ batch: inout RecordBatch) throws(RecordsError) {
        guard !batch.isEmpty else { return }
        hasChanged = true
        let record = try session.statement(
            "INSERT INTO record VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)")
        let key = try session.statement("INSERT INTO filekey VALUES(?1, ?2, ?3)")
        let occurrence = try session.statement("INSERT INTO occurrence VALUES(?1, ?2, ?3, ?4)")
        let finder = try session.statement("INSERT INTO finder VALUES(?1, ?2, ?3, ?4, ?5)")
        record.bind(3, revision)
        record.bind(6, sequence)
        let first = lastRow + 1
        for index in batch.entries.indices {
            batch.entries[index].row = first + Int64(index)
            batch.entries[index].revision = revision
            batch.entries[index].entry = sequence
        }
        lastRow += Int64(batch.count)
        let (entries, occurrences) = (batch.entries, batch.occurrences)
        var hasher = RowStateHasher()
        try batch.bytes.borrowed { (all) throws(RecordsError) in
            for entry in entries {
                try withUnsafeBytes(of: entry.id.words) { (id) throws(RecordsError) in
                    record.bind(1, entry.row)
                    record.bind(2, staying: id)
                    record.bind(4, Int64(entry.version))
                    record.bind(5, staying: UnsafeRawBufferPointer(rebasing: all[entry.sealed]))
                    record.bind(7, staying: UnsafeRawBufferPointer(rebasing: all[entry.detail]))
                    try record.run()
                }
                key.bind(1, entry.row)
                key.bind(2, entry.tag)
                key.bind(3, staying: UnsafeRawBufferPointer(rebasing: all[entry.wrapped]))
                try key.run()
                occurrence.bind(1, entry.row)
                finder.bind(1, entry.row)
                for place in occurrences[entry.occurrences] {
                    occurrence.bind(2, Int64(place.number))
                    occurrence.bind(3, Int64(place.version))
                    occurrence.bind(
                        4, staying: UnsafeRawBufferPointer(rebasing: all[place.sealed]))
                    try occurrence.run()
                    guard let found = place.finder else {
                        preconditionFailure("what is inserted was sealed, with its finder")
                    }
                    finder.bind(2, Int64(place.number))
                    finder.bind(3, found.place)
                    if let subject = found.subject {
                        finder.bind(4, subject.tag)
                        finder.bind(
                            5, staying: UnsafeRawBufferPointer(rebasing: all[subject.wrapped]))
                    } else {
                        finder.bindNull(4)
                        finder.bindNull(5)
                    }
                    try finder.run()
                }
                changes.set(row: entry.row, state: entry.state(all, occurrences, &hasher))
            }
        }
    }

    /// Puts what the auditor may know of a picture in place of what he might know before, sealed under
    /// this transaction's key. Spec 07 §6.
    package func replaceDetail(_ detail: [UInt8], of id: RecordID) throws(RecordsError) {
        let row = try touch(id)
        let update = try session.statement(
            "UPDATE record SET detail = ?2, entry = ?3 WHERE row = ?1")
        update.bind(1, row)
        update.bind(2, detail)
        update.bind(3, sequence)
        try update.run()
    }

    /// Puts a value sealed anew in the place of the one with version `version - 1`.
    /// Throws `.conflict` when that is not the one there, `.noSuchRecord` when there is none.
    package func replaceValue(_ value: SealedValue) throws(RecordsError) {
        guard let row = try row(of: value.id) else { throw .noSuchRecord }
        hasChanged = true
        changes.touch(row)
        let update = try session.statement(
            "UPDATE record SET version = ?2, sealed = ?3, revision = ?4 "
                + "WHERE id = ?1 AND version = ?2 - 1")
        update.bind(1, value.id.bytes)
        update.bind(2, Int64(value.version))
        update.bind(3, value.sealed)
        update.bind(4, revision)
        try update.run()
        if session.changes == 0 { throw .conflict }
    }

    /// Destroys records: their rows go, and their IDs are remembered. IDs that are not there are
    /// passed over; returns how many were. Spec 04 §8.
    @discardableResult
    package func destroy(_ ids: some Sequence<RecordID>) throws(RecordsError) -> Int {
        requireDestroying()
        let remember = try session.statement("INSERT INTO destroyed VALUES(?1, ?2, ?3)")
        let deletions = try ["finder", "occurrence", "filekey", "record"].map {
            (table) throws(RecordsError) in
            try session.statement("DELETE FROM \(table) WHERE row = ?1")
        }
        var count = 0
        for id in ids {
            guard let row = try row(of: id) else { continue }
            hasChanged = true
            count += 1
            changes.set(row: row, state: nil)
            for deletion in deletions {
                deletion.bind(1, row)
                try deletion.run()
            }
            remember.bind(1, row)
            remember.bind(2, id.bytes)
            remember.bind(3, revision)
            try remember.run()
        }
        return count
    }

    // MARK: - Occurrences

    /// Adds one place to a record that is there. Throws `.conflict` when the number is taken.
    package func addOccurrence(_ occurrence: SealedOccurrence) throws(RecordsError) {
        let row = try touch(occurrence.id)
        let insert = try session.statement("INSERT INTO occurrence VALUES(?1, ?2, ?3, ?4)")
        insert.bind(1, row)
        insert.bind(2, Int64(occurrence.number))
        insert.bind(3, Int64(occurrence.version))
        insert.bind(4, occurrence.sealed)
        try insert.run()
        try putFinder(occurrence.finder, row, occurrence.number)
    }

    func putFinder(
        _ finder: SealedFinder, _ row: Int64, _ number: UInt32
    ) throws(RecordsError) {
        let put = try session.statement("INSERT OR REPLACE INTO finder VALUES(?1, ?2, ?3, ?4, ?5)")
        put.bind(1, row)
        put.bind(2, Int64(number))
        put.bind(3, finder.place)
        if let subject = finder.subject {
            put.bind(4, subject.tag)
            put.bind(5, subject.wrapped)
        } else {
            put.bindNull(4)
            put.bindNull(5)
        }
        try put.run()
    }

    /// Puts an occurrence sealed anew in the place of the one with version `version - 1`.
    package func replaceOccurrence(_ occurrence: SealedOccurrence) throws(RecordsError) {
        let row = try touch(occurrence.id)
        let update = try session.statement(
            "UPDATE occurrence SET version = ?3, sealed = ?4 "
                + "WHERE row = ?1 AND number = ?2 AND version = ?3 - 1")
        update.bind(1, row)
        update.bind(2, Int64(occurrence.number))
        update.bind(3, Int64(occurrence.version))
        update.bind(4, occurrence.sealed)
        try update.run()
        if session.changes == 0 { throw .conflict }
        try putFinder(occurrence.finder, row, occurrence.number)
    }

    /// Takes places away from a record; their numbers are not used again as long as a later one is
    /// left. The last one is not taken: `.conflict`, for then it is the record that goes.
    package func removeOccurrences(
        _ numbers: some Sequence<UInt32>, of id: RecordID
    ) throws(RecordsError) {
        requireDestroying()
        let row = try touch(id)
        let deletions = try ["finder", "occurrence"].map { (table) throws(RecordsError) in
            try session.statement("DELETE FROM \(table) WHERE row = ?1 AND number = ?2")
        }
        for number in numbers {
            for deletion in deletions {
                deletion.bind(1, row)
                deletion.bind(2, Int64(number))
                try deletion.run()
            }
        }
        let left = try session.statement("SELECT 1 FROM occurrence WHERE row = ?1 LIMIT 1")
        left.bind(1, row)
        guard try left.step() else { throw .conflict }
        left.reset()
    }

    /// Marks a record as changed; returns its row.
    private func touch(_ id: RecordID) throws(RecordsError) -> Int64 {
        guard let row = try row(of: id) else { throw .noSuchRecord }
        hasChanged = true
        changes.touch(row)
        let update = try session.statement("UPDATE record SET revision = ?2 WHERE row = ?1")
        update.bind(1, row)
        update.bind(2, revision)
        try update.run()
        return row
    }

    // MARK: - Packs and erased contents

    /// Adds a pack that is durable. One that is there already stays as it is.
    package func addPack(_ name: PackName, byteCount: Int64) throws(RecordsError) {
        hasChanged = true
        let insert = try session.statement("INSERT OR IGNORE INTO pack VALUES(?1, ?2, ?3)")
        insert.bind(1, name.bytes)
        insert.bind(2, byteCount)
        insert.bind(3, revision)
        try insert.run()
        if session.changes > 0 { changes.set(pack: name, byteCount: byteCount) }
    }

    /// Takes a pack's row away and remembers its name; one that is not there is passed over.
    /// The file is the caller's, after the commit.
    package func dropPack(_ name: PackName) throws(RecordsError) {
        let deletion = try session.statement("DELETE FROM pack WHERE name = ?1")
        deletion.bind(1, name.bytes)
        try deletion.run()
        guard session.changes > 0 else { return }
        hasChanged = true
        changes.set(pack: name, byteCount: nil)
        let insert = try session.statement("INSERT INTO dropped(name, revision) VALUES(?1, ?2)")
        insert.bind(1, name.bytes)
        insert.bind(2, revision)
        try insert.run()
    }

    /// Remembers an erased content by its tag. Spec 04 §5.
    package func addErasedTag(_ tag: ErasureTag) throws(RecordsError) {
        noteChange()
        let insert = try session.statement("INSERT OR IGNORE INTO erased VALUES(?1, ?2)")
        insert.bind(1, tag.bytes)
        insert.bind(2, revision)
        try insert.run()
        if session.changes > 0 { changes.set(erased: tag, isThere: true) }
    }

    /// Forgets that a content was erased.
    package func removeErasedTag(_ tag: ErasureTag) throws(RecordsError) {
        requireDestroying()
        let deletion = try session.statement("DELETE FROM erased WHERE tag = ?1")
        deletion.bind(1, tag.bytes)
        try deletion.run()
        guard session.changes > 0 else { return }
        noteChange()
        changes.set(erased: tag, isThere: false)
    }

    // MARK: - Looking

    package func contains(_ id: RecordID) throws(RecordsError) -> Bool { try row(of: id) != nil }

    private func row(of id: RecordID) throws(RecordsError) -> Int64? {
        try session.row(of: id)
    }

    /// Fills the batch with the records of these IDs that are there.
    package func fill(_ batch: inout RecordBatch, ids: [RecordID]) throws(RecordsError) {
        try session.fill(&batch, ids: ids)
    }

    /// Fills the batch with the records that may have one of these contents or places.
    package func fill(
        _ batch: inout RecordBatch, _ kind: CandidateKind, _ tags: [Int64]
    ) throws(RecordsError) {
        try session.fill(&batch, kind, tags)
    }
}

extension [UInt8] {
    /// `withUnsafeBytes`, which loses the type of what is thrown.
    func borrowed<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
        try span.bytes.withUnsafeBytes(body)
    }
}

import VaultFormat

/// By what records are found without a key; what is found must be opened and compared.
package enum CandidateKind: Sendable {
    /// The duplicate tag of a content. Spec 04 §5.
    case content
    /// The tag of a place. Spec 04 §5.
    case place
}

// The reading that readers and the writer share.
extension Session {
    private static let columns =
        "SELECT r.row, r.id, r.revision, r.version, r.sealed, k.tag, k.wrapped, r.entry, r.detail "
        // LEFT: a record without its key must be noticed.
        + "FROM record r LEFT JOIN filekey k ON k.row = r.row "
    private static let occurrenceColumns =
        "SELECT row, number, version, sealed FROM occurrence "

    /// Runs several queries on one state of the database.
    func consistently<R>(_ body: () throws(RecordsError) -> R) throws(RecordsError) -> R {
        try statement("BEGIN").run()
        do throws(RecordsError) {
            let result = try body()
            try statement("COMMIT").run()
            return result
        } catch {
            rollBack()
            throw error
        }
    }

    /// Empties the batch, and says which root key what comes into it wants.
    private func begin(_ batch: inout RecordBatch) throws(RecordsError) {
        batch.removeAll()
        batch.epoch = try epoch()
    }

    /// The number of the root key in use.
    func epoch() throws(RecordsError) -> UInt32 {
        let query = try statement("SELECT epoch FROM vault")
        defer { query.reset() }
        guard try query.step(), let epoch = UInt32(exactly: query.integer(0)), epoch >= 1 else {
            throw .damaged(file)
        }
        return epoch
    }

    /// Refills the batch with up to `limit` records after a row, in the order of rows.
    func fill(
        _ batch: inout RecordBatch, after row: Int64, limit: Int
    ) throws(RecordsError) {
        try begin(&batch)
        let records = try statement(Self.columns + "WHERE r.row > ?1 ORDER BY r.row LIMIT ?2")
        records.bind(1, row)
        records.bind(2, Int64(limit))
        defer { records.reset() }
        // Fewer when they are uncommonly large, as only forged ones are.
        while batch.byteCount < 32 << 20, try records.step() {
            try batch.append(record: records, file)
        }
        guard !batch.isEmpty else { return }
        let places = try statement(
            Self.occurrenceColumns + "WHERE row > ?1 AND row <= ?2 ORDER BY row, number")
        places.bind(1, row)
        places.bind(2, batch.lastRow)
        defer { places.reset() }
        var index = 0
        while try places.step() {
            let row = places.integer(0)
            while index < batch.count, batch.entries[index].row < row { index += 1 }
            guard index < batch.count, batch.entries[index].row == row else {
                throw .damaged(file)
            }
            try batch.append(occurrence: places, to: index, file)
        }
    }

    /// Refills the batch with up to `limit` records changed after `revision`, by revision and row.
    func fill(
        _ batch: inout RecordBatch, changedAfter revision: Int64, row: Int64, limit: Int
    ) throws(RecordsError) {
        try begin(&batch)
        let records = try statement(
            Self.columns
                + "WHERE (r.revision, r.row) > (?1, ?2) ORDER BY r.revision, r.row LIMIT ?3")
        records.bind(1, revision)
        records.bind(2, row)
        records.bind(3, Int64(limit))
        try append(records, to: &batch)
    }

    func fill(_ batch: inout RecordBatch, ids: [RecordID]) throws(RecordsError) {
        try begin(&batch)
        let records = try statement(Self.columns + "WHERE r.id = ?1")
        for id in ids {
            records.bind(1, id.bytes)
            try append(records, to: &batch)
        }
    }

    /// Each record once, whatever matches.
    func fill(
        _ batch: inout RecordBatch, _ kind: CandidateKind, _ tags: [Int64]
    ) throws(RecordsError) {
        try begin(&batch)
        let find =
            switch kind {
            case .content: try statement("SELECT row FROM filekey WHERE tag = ?1")
            case .place: try statement("SELECT row FROM finder WHERE place = ?1")
            }
        var rows: Set<Int64> = []
        for tag in tags {
            find.bind(1, tag)
            while try find.step() { rows.insert(find.integer(0)) }
        }
        let records = try statement(Self.columns + "WHERE r.row = ?1")
        for row in rows.sorted() {
            records.bind(1, row)
            try append(records, to: &batch)
        }
    }

    func row(of id: RecordID) throws(RecordsError) -> Int64? {
        let find = try statement("SELECT row FROM record WHERE id = ?1")
        find.bind(1, id.bytes)
        defer { find.reset() }
        return try find.step() ? find.integer(0) : nil
    }

    /// Appends what a query yields, each with its occurrences.
    private func append(
        _ records: Statement, to batch: inout RecordBatch
    ) throws(RecordsError) {
        let places = try statement(Self.occurrenceColumns + "WHERE row = ?1 ORDER BY number")
        defer {
            records.reset()
            places.reset()
        }
        while try records.step() {
            try batch.append(record: records, file)
            places.bind(1, batch.lastRow)
            while try places.step() {
                try batch.append(occurrence: places, to: batch.count - 1, file)
            }
        }
    }
}

extension RecordBatch {
    fileprivate mutating func append(
        record row: Statement, _ file: RecordsFile
    ) throws(RecordsError) {
        let id = try row.bytes(1)
        guard id.count == RecordID.byteCount, let version = UInt32(exactly: row.integer(3)) else {
            throw .damaged(file)
        }
        let sealed = append(try row.bytes(4))
        let wrapped = append(try row.bytes(6))
        let detail = append(try row.bytes(8))
        entries.append(
            Entry(
                row: row.integer(0),
                id: RecordID(words: id.loadUnaligned(as: RecordID.Words.self)),
                revision: row.integer(2), version: version, tag: row.integer(5), wrapped: wrapped,
                sealed: sealed, entry: row.integer(7), detail: detail,
                occurrences: occurrences.count..<occurrences.count))
    }

    fileprivate mutating func append(
        occurrence row: Statement, to index: Int, _ file: RecordsFile
    ) throws(RecordsError) {
        guard let number = UInt32(exactly: row.integer(1)),
            let version = UInt32(exactly: row.integer(2))
        else { throw .damaged(file) }
        let sealed = append(try row.bytes(3))
        if entries[index].occurrences.isEmpty {
            entries[index].occurrences = occurrences.count..<occurrences.count
        }
        occurrences.append(
            OccurrenceEntry(number: number, version: version, sealed: sealed, finder: nil))
        let first = entries[index].occurrences.lowerBound
        entries[index].occurrences = first..<occurrences.count
    }
}

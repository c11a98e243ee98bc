package import VaultFormat

// Everything here works without a key.
extension RecordsDatabase {
    /// Refills the batch with the next records after a row (0 for the first), in the order of rows;
    /// it is empty when there are none. Holds the database for these few milliseconds only: what is
    /// done with the rows is done outside, so nobody is kept from writing.
    package func fill(
        _ batch: inout RecordBatch, after row: Int64, limit: Int = 2_000
    ) throws(RecordsError) {
        try reading { (session) throws(RecordsError) in
            try session.consistently { () throws(RecordsError) in
                try session.fill(&batch, after: row, limit: limit)
            }
        }
    }

    /// Calls `body` with one batch after another until all records were seen. Records that come in
    /// or go meanwhile may or may not be among them.
    package func scan(
        limit: Int = 2_000, _ body: (RecordBatch) throws -> Void
    ) throws {
        var batch = RecordBatch()
        var row: Int64 = 0
        while true {
            try fill(&batch, after: row, limit: limit)
            if batch.isEmpty { return }
            row = batch.lastRow
            try body(batch)
        }
    }

    /// Refills the batch with records changed after a revision; `row` is the last one seen of that
    /// very revision (the largest there is, to begin after it). For an index that catches up.
    package func fill(
        _ batch: inout RecordBatch, changedAfter revision: Int64, row: Int64 = .max,
        limit: Int = 2_000
    ) throws(RecordsError) {
        try reading { (session) throws(RecordsError) in
            try session.consistently { () throws(RecordsError) in
                try session.fill(&batch, changedAfter: revision, row: row, limit: limit)
            }
        }
    }

    /// Refills the batch with the records of these IDs that are there.
    package func fill(_ batch: inout RecordBatch, ids: [RecordID]) throws(RecordsError) {
        try reading { (session) throws(RecordsError) in
            try session.consistently { () throws(RecordsError) in
                try session.fill(&batch, ids: ids)
            }
        }
    }

    /// Refills the batch with the records that may have one of these contents or places.
    package func fill(
        _ batch: inout RecordBatch, _ kind: CandidateKind, _ tags: [Int64]
    ) throws(RecordsError) {
        try reading { (session) throws(RecordsError) in
            try session.consistently { () throws(RecordsError) in
                try session.fill(&batch, kind, tags)
            }
        }
    }

    /// What is found under the tag of a subject, with the number of the root key that it wants. Spec 02 §11.
    package func finders(
        subject tag: Int64
    ) throws(RecordsError) -> (rows: [FinderRow], epoch: UInt32) {
        try reading { (session) throws(RecordsError) in
            try session.consistently { () throws(RecordsError) in
                let rows = try session.statement(
                    "SELECT r.id, f.number, f.wrapped FROM finder f JOIN record r ON r.row = f.row "
                        + "WHERE f.subject = ?1 ORDER BY f.row, f.number")
                rows.bind(1, tag)
                let found = try rows.collect { (row) throws(RecordsError) in
                    guard let number = UInt32(exactly: row.integer(1)) else {
                        throw .damaged(session.file)
                    }
                    return FinderRow(
                        id: try row.identifier(0), number: number, wrapped: Array(try row.bytes(2)))
                }
                return (found, try session.epoch())
            }
        }
    }

    /// Which of these IDs are there.
    package func present(_ ids: [RecordID]) throws(RecordsError) -> [RecordID] {
        try reading { (session) throws(RecordsError) in
            var there: [RecordID] = []
            for id in ids where try session.row(of: id) != nil { there.append(id) }
            return there
        }
    }

    /// A batch with the one record of this ID. Throws `.noSuchRecord`.
    package func record(_ id: RecordID) throws(RecordsError) -> RecordBatch {
        var batch = RecordBatch()
        try fill(&batch, ids: [id])
        if batch.isEmpty { throw .noSuchRecord }
        return batch
    }

    /// IDs that begin with these lower-case hexadecimal digits, ascending, at most `limit`.
    package func find(prefix: String, limit: Int = 16) throws(RecordsError) -> [RecordID] {
        let digits = Array(prefix.utf8)
        guard digits.count <= 2 * RecordID.byteCount,
            let lowest = Self.id(digits, filledWith: UInt8(ascii: "0")),
            let highest = Self.id(digits, filledWith: UInt8(ascii: "f"))
        else { return [] }
        return try reading { (session) throws(RecordsError) in
            let rows = try session.statement(
                "SELECT id FROM record WHERE id >= ?1 AND id <= ?2 ORDER BY id LIMIT ?3")
            rows.bind(1, lowest.bytes)
            rows.bind(2, highest.bytes)
            rows.bind(3, Int64(limit))
            return try rows.collect { (row) throws(RecordsError) in try row.identifier(0) }
        }
    }

    private static func id(_ digits: [UInt8], filledWith fill: UInt8) -> RecordID? {
        let all = digits + Array(repeating: fill, count: 2 * RecordID.byteCount - digits.count)
        // Anything but digits finds nothing.
        return try? RecordID(hex: String(decoding: all, as: UTF8.self))
    }

    // MARK: - The vault

    package func revision() throws(RecordsError) -> Int64 {
        try reading { (session) throws(RecordsError) in
            try session.number("SELECT revision FROM vault")
        }
    }

    /// The signed header, as bytes that nobody has checked yet. Spec 02 §3.
    package func header() throws(RecordsError) -> [UInt8] {
        try reading { (session) throws(RecordsError) in try session.header() }
    }

    package func keyring() throws(RecordsError) -> [KeyringRow] {
        try reading { (session) throws(RecordsError) in try session.keyring() }
    }

    package func counts() throws(RecordsError) -> RecordCounts {
        try reading { (session) throws(RecordsError) in
            try session.consistently { () throws(RecordsError) in
                func count(_ table: String) throws(RecordsError) -> Int {
                    Int(try session.number("SELECT count(*) FROM \(table)"))
                }
                return RecordCounts(
                    records: try count("record"), occurrences: try count("occurrence"),
                    packs: try count("pack"), destroyed: try count("destroyed"),
                    erased: try count("erased"))
            }
        }
    }

    // MARK: - Packs, destroyed, erased, copies

    /// All packs, ascending by name.
    package func packs() throws(RecordsError) -> [PackRow] {
        try reading { (session) throws(RecordsError) in
            let rows = try session.statement("SELECT name, bytes, revision FROM pack ORDER BY name")
            return try rows.collect { (row) throws(RecordsError) in
                PackRow(
                    name: try row.identifier(0), byteCount: row.integer(1),
                    revision: row.integer(2))
            }
        }
    }

    /// One of the records that were destroyed last.
    package func lastDestroyed() throws(RecordsError) -> RecordID? {
        try reading { (session) throws(RecordsError) in
            let rows = try session.statement(
                "SELECT id FROM destroyed ORDER BY revision DESC LIMIT 1")
            defer { rows.reset() }
            return try rows.step() ? try rows.identifier(0) : nil
        }
    }

    /// What was destroyed after a revision (0 for all).
    package func destroyed(since revision: Int64) throws(RecordsError) -> [DestroyedRow] {
        try reading { (session) throws(RecordsError) in
            let rows = try session.statement(
                "SELECT row, id, revision FROM destroyed WHERE revision > ?1 ORDER BY row")
            rows.bind(1, revision)
            return try rows.collect { (row) throws(RecordsError) in
                DestroyedRow(
                    row: row.integer(0), id: try row.identifier(1), revision: row.integer(2))
            }
        }
    }

    /// Packs that were dropped after a revision (0 for all).
    package func dropped(since revision: Int64) throws(RecordsError) -> [PackName] {
        try reading { (session) throws(RecordsError) in
            let rows = try session.statement(
                "SELECT name FROM dropped WHERE revision > ?1 ORDER BY row")
            rows.bind(1, revision)
            return try rows.collect { (row) throws(RecordsError) in try row.identifier(0) }
        }
    }

    /// Whether a content with this tag was purged.
    package func isErased(_ tag: ErasureTag) throws(RecordsError) -> Bool {
        try reading { (session) throws(RecordsError) in
            let rows = try session.statement("SELECT 1 FROM erased WHERE tag = ?1")
            rows.bind(1, tag.bytes)
            defer { rows.reset() }
            return try rows.step()
        }
    }

    /// Calls `body` with every tag of one kind, in no order that matters. One short reading of an index.
    package func forEachTag(
        _ kind: CandidateKind, _ body: (Int64) -> Void
    ) throws(RecordsError) {
        try reading { (session) throws(RecordsError) in
            let rows = try session.statement(
                kind == .content ? "SELECT tag FROM filekey" : "SELECT place FROM finder")
            defer { rows.reset() }
            while try rows.step() { body(rows.integer(0)) }
        }
    }

    package func copies() throws(RecordsError) -> [CopyRow] {
        try reading { (session) throws(RecordsError) in try session.copies() }
    }
}

extension Statement {
    func collect<R>(
        _ body: (Statement) throws(RecordsError) -> R
    ) throws(RecordsError) -> [R] {
        defer { reset() }
        var all: [R] = []
        while try step() { all.append(try body(self)) }
        return all
    }
}

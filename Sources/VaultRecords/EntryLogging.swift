package import VaultFormat

/// Where an entry of the audit log is going to stand, and what it is to commit to. Spec 07 §3.
package struct LogPosition {
    package let sequence: Int64
    /// The log's edge over all entries before. Spec 07 §2.
    package let edge: [UInt8]
    /// The vault's revision after the transaction.
    package let revision: Int64
    /// What the transaction wrote. Spec 07 §4.
    package let rows: EntryRows
    /// The leaf of the newest entry that names a slot; `nil` when there is none.
    package let newestLeaf: (SlotID) throws(RecordsError) -> [UInt8]?
}

/// An entry as it is stored, and the log's edge with it.
package struct LoggedEntry: Sendable {
    let actor: SlotID?
    let leaf: [UInt8]
    let rows: [UInt8]
    let edge: [UInt8]

    package init(actor: SlotID?, leaf: [UInt8], rows: [UInt8], edge: [UInt8]) {
        self.actor = actor
        self.leaf = leaf
        self.rows = rows
        self.edge = edge
    }
}

/// An entry as it lies in the database.
package struct EntryRow: Sendable, Equatable {
    package let sequence: Int64
    /// As its column says, which must be what the leaf says; 16 bytes when it is honest.
    package let actor: [UInt8]?
    package let leaf: [UInt8]
    package let rows: [UInt8]
}

/// How far the log goes.
package struct LogHead: Sendable, Equatable {
    /// The number of entries.
    package let size: Int64
    package let edge: [UInt8]
}

extension Session {
    func logHead() throws(RecordsError) -> LogHead {
        let query = try statement("SELECT size, edge FROM log")
        defer { query.reset() }
        guard try query.step(), query.integer(0) >= 0 else { throw .damaged(file) }
        return LogHead(size: query.integer(0), edge: Array(try query.bytes(1)))
    }

    func newestLeaf(of actor: SlotID) throws(RecordsError) -> [UInt8]? {
        let query = try statement(
            "SELECT leaf FROM entry WHERE actor = ?1 ORDER BY sequence DESC LIMIT 1")
        query.bind(1, actor.bytes)
        defer { query.reset() }
        return try query.step() ? Array(try query.bytes(0)) : nil
    }

    func append(_ entry: LoggedEntry, at place: LogPosition) throws(RecordsError) {
        let insert = try statement("INSERT INTO entry VALUES(?1, ?2, ?3, ?4)")
        insert.bind(1, place.sequence)
        if let actor = entry.actor { insert.bind(2, actor.bytes) } else { insert.bindNull(2) }
        insert.bind(3, entry.leaf)
        insert.bind(4, entry.rows)
        do throws(RecordsError) {
            try insert.run()
        } catch .conflict {
            // Nobody else writes meanwhile: somebody planted an entry behind the last one.
            throw .damaged(file)
        }
        let update = try statement("UPDATE log SET size = ?1, edge = ?2")
        update.bind(1, place.sequence + 1)
        update.bind(2, entry.edge)
        try update.run()
    }
}

extension RecordsWriter {
    /// Where this transaction's entry stands; everything else was done.
    func entryPlace() throws(RecordsError) -> LogPosition {
        let revision = try finish()
        let head = try session.logHead()
        guard head.size == sequence else { throw .damaged(session.file) }
        let session = session
        return LogPosition(
            sequence: sequence, edge: head.edge, revision: revision,
            rows: try changes.rows(session),
            newestLeaf: { (actor) throws(RecordsError) in try session.newestLeaf(of: actor) })
    }
}

// Everything here works without a key.
extension RecordsDatabase {
    package func logHead() throws(RecordsError) -> LogHead {
        try reading { (session) throws(RecordsError) in try session.logHead() }
    }

    /// The entry of one sequence; `nil` when there is none.
    package func entry(_ sequence: Int64) throws(RecordsError) -> EntryRow? {
        try entries(from: sequence, limit: 1).first { $0.sequence == sequence }
    }

    /// Up to `limit` entries from a sequence on, ascending, or fewer when they are large.
    package func entries(
        from sequence: Int64, limit: Int = 1_000
    ) throws(RecordsError) -> [EntryRow] {
        try reading { (session) throws(RecordsError) in
            let rows = try session.statement(
                "SELECT sequence, actor, leaf, rows FROM entry "
                    + "WHERE sequence >= ?1 ORDER BY sequence LIMIT ?2")
            rows.bind(1, sequence)
            rows.bind(2, Int64(limit))
            defer { rows.reset() }
            var found: [EntryRow] = []
            var byteCount = 0
            while byteCount < 8 << 20, try rows.step() {
                let entry = EntryRow(
                    sequence: rows.integer(0),
                    actor: rows.isNull(1) ? nil : Array(try rows.bytes(1)),
                    leaf: Array(try rows.bytes(2)), rows: Array(try rows.bytes(3)))
                byteCount += entry.leaf.count + entry.rows.count
                found.append(entry)
            }
            return found
        }
    }

    /// The leaf of the newest entry that names a slot; `nil` when there is none.
    package func newestLeaf(of actor: SlotID) throws(RecordsError) -> [UInt8]? {
        try reading { (session) throws(RecordsError) in try session.newestLeaf(of: actor) }
    }
}

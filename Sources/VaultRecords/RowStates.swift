import VaultCrypto
package import VaultFormat

// The states of records that entries commit to, from what is stored. Spec 07 §4.

extension RecordBatch.Entry {
    /// The state of a record whose finders are there.
    func state(
        _ all: UnsafeRawBufferPointer, _ occurrences: [RecordBatch.OccurrenceEntry],
        _ hasher: inout RowStateHasher
    ) -> LogHash {
        func bytes(_ range: Range<Int>) -> UnsafeRawBufferPointer {
            UnsafeRawBufferPointer(rebasing: all[range])
        }
        withUnsafeBytes(of: id.words) { id in
            hasher.begin(
                id: id, revision: revision, version: version, sealed: bytes(sealed), entry: entry,
                detail: bytes(detail), tag: tag, wrapped: bytes(wrapped),
                occurrenceCount: UInt32(clamping: self.occurrences.count))
        }
        for occurrence in occurrences[self.occurrences] {
            // Without a finder nothing that was ever written has this state.
            let finder = occurrence.finder ?? RecordBatch.Finder(place: 0, subject: (0, 0..<0))
            hasher.occurrence(
                number: occurrence.number, version: occurrence.version,
                sealed: bytes(occurrence.sealed), place: finder.place,
                subject: finder.subject.map { ($0.tag, bytes($0.wrapped)) })
        }
        return LogHash(hasher.finish())
    }
}

extension Session {
    private static let finderColumns = "SELECT row, number, place, subject, wrapped FROM finder "

    /// Adds the finders to a batch of records in the order of rows. Throws `.damaged` for one that
    /// belongs to no occurrence.
    func addFinders(to batch: inout RecordBatch) throws(RecordsError) {
        guard let first = batch.entries.first?.row else { return }
        let rows = try statement(
            Self.finderColumns + "WHERE row >= ?1 AND row <= ?2 ORDER BY row, number")
        rows.bind(1, first)
        rows.bind(2, batch.lastRow)
        defer { rows.reset() }
        var index = 0
        while try rows.step() {
            let row = rows.integer(0)
            while index < batch.count, batch.entries[index].row < row { index += 1 }
            guard index < batch.count, batch.entries[index].row == row else {
                throw .damaged(file)
            }
            try batch.append(finder: rows, to: index, file)
        }
    }

    /// The state of one record as it is stored now. Throws `.noSuchRecord`.
    func state(of row: Int64) throws(RecordsError) -> LogHash {
        var batch = RecordBatch()
        try fill(&batch, after: row - 1, limit: 1)
        guard batch.entries.first?.row == row else { throw .noSuchRecord }
        try addFinders(to: &batch)
        var hasher = RowStateHasher()
        let (entry, occurrences) = (batch.entries[0], batch.occurrences)
        return batch.bytes.borrowed { entry.state($0, occurrences, &hasher) }
    }

    func headerDigest() throws(RecordsError) -> LogHash {
        LogHash(Digest(hashing: try header()))
    }

    func keyringDigest() throws(RecordsError) -> LogHash { try keyring().digest }

    func copiesDigest() throws(RecordsError) -> LogHash {
        var hasher = TableHasher()
        for copy in try copies() {
            hasher.copy(
                id: copy.id.bytes, place: copy.place, revision: copy.revision, time: copy.time)
        }
        return LogHash(hasher.finish())
    }
}

extension Session {
    func cardsDigest() throws(RecordsError) -> LogHash {
        var hasher = TableHasher()
        for card in try cards() {
            hasher.card(
                kind: card.kind.rawValue, id: card.id.bytes, version: card.version,
                sealed: card.sealed)
        }
        return LogHash(hasher.finish())
    }
}

extension [KeyringRow] {
    /// What an entry says of a keyring, whose rows stand by purpose and epoch. Spec 07 §4.
    var digest: LogHash {
        var hasher = TableHasher()
        for row in self {
            hasher.keyring(purpose: row.purpose.rawValue, epoch: row.epoch, wrapped: row.wrapped)
        }
        return LogHash(hasher.finish())
    }
}

extension LogHash {
    init(_ digest: Digest) { self = digest.withUnsafeBytes { LogHash(at: 0, in: $0) } }
}

extension RecordBatch {
    fileprivate mutating func append(
        finder row: Statement, to index: Int, _ file: RecordsFile
    ) throws(RecordsError) {
        guard let number = UInt32(exactly: row.integer(1)),
            let place = occurrences[entries[index].occurrences].firstIndex(where: {
                $0.number == number
            }), row.isNull(3) == row.isNull(4)
        else { throw .damaged(file) }
        let subject =
            row.isNull(3) ? nil : (tag: row.integer(3), wrapped: append(try row.bytes(4)))
        occurrences[place].finder = Finder(place: row.integer(2), subject: subject)
    }
}

/// What the tables say, for a replay of the log to be held against. Spec 07 §4.
package struct TableStates: Sendable {
    package internal(set) var packs: [(name: PackName, byteCount: Int64)] = []
    package internal(set) var erased: [ErasureTag] = []
    /// Rows that belong to no record, and records below the first row: nothing honest writes one.
    package internal(set) var strays: Int64 = 0
    package internal(set) var header: LogHash
    package internal(set) var keyring: LogHash
    package internal(set) var copies: LogHash
    package internal(set) var cards: LogHash
}

extension RecordsDatabase {
    /// Calls `body` with the state of every record, ascending by row, and returns those of the small
    /// tables, all of one moment: nobody can write meanwhile. Needs no key. A row that cannot be read is
    /// told with no state.
    ///
    /// - Parameter size: of the log; when it has another by now, nothing is read and the tables are `nil`.
    package func states(
        ifSize size: Int64? = nil, _ body: (_ row: Int64, _ state: LogHash?) -> Void
    ) throws(RecordsError) -> (head: LogHead, tables: TableStates?) {
        try reading { (session) throws(RecordsError) in
            try session.consistently { () throws(RecordsError) in
                let head = try session.logHead()
                if let size, head.size != size { return (head, nil) }
                try session.forEachState(body)
                var tables = TableStates(
                    header: try session.headerDigest(), keyring: try session.keyringDigest(),
                    copies: try session.copiesDigest(), cards: try session.cardsDigest())
                tables.packs = try session.packs().map { ($0.name, $0.byteCount) }
                tables.strays = try session.strays()
                let erased = try session.statement("SELECT tag FROM erased ORDER BY tag")
                tables.erased = try erased.collect { (row) throws(RecordsError) in
                    try row.identifier(0)
                }
                return (head, tables)
            }
        }
    }
}

extension Session {
    /// What `forEachState` passes over: it follows the records, from row 1 on.
    fileprivate func strays() throws(RecordsError) -> Int64 {
        var count = try number("SELECT count(*) FROM record WHERE row < 1")
        for table in ["filekey", "occurrence", "finder"] {
            count += try number(
                "SELECT count(*) FROM \(table) t "
                    + "WHERE NOT EXISTS(SELECT 1 FROM record r WHERE r.row = t.row)")
        }
        return count
    }

    fileprivate func forEachState(
        _ body: (_ row: Int64, _ state: LogHash?) -> Void
    ) throws(RecordsError) {
        var batch = RecordBatch()
        var hasher = RowStateHasher()
        var row: Int64 = 0
        while true {
            try fill(&batch, after: row, limit: 2_000)
            if batch.isEmpty { return }
            row = batch.lastRow
            do throws(RecordsError) {
                try addFinders(to: &batch)
            } catch .damaged {
                // One of these has a finder too many; which one, a closer look tells.
                try forEachState(oneByOne: batch, body)
                continue
            }
            let (entries, occurrences) = (batch.entries, batch.occurrences)
            batch.bytes.borrowed { bytes in
                for entry in entries { body(entry.row, entry.state(bytes, occurrences, &hasher)) }
            }
        }
    }

    private func forEachState(
        oneByOne batch: RecordBatch, _ body: (_ row: Int64, _ state: LogHash?) -> Void
    ) throws(RecordsError) {
        for entry in batch.entries {
            do throws(RecordsError) {
                body(entry.row, try state(of: entry.row))
            } catch .damaged {
                body(entry.row, nil)
            }
        }
    }
}

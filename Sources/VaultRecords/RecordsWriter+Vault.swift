package import VaultFormat

// What there is one of in a vault: header, keyring, and the list of its copies.
extension RecordsWriter {
    /// The header as it is in this transaction.
    package func header() throws(RecordsError) -> [UInt8] { try session.header() }

    /// The keyring as it is in this transaction.
    package func keyring() throws(RecordsError) -> [KeyringRow] { try session.keyring() }

    /// Puts a new header in the place of the old one, which may hold a slot that was taken away.
    package func replaceHeader(_ header: [UInt8]) throws(RecordsError) {
        requireDestroying()
        noteChange()
        let update = try session.statement("UPDATE vault SET header = ?1")
        update.bind(1, header)
        try update.run()
        changes.header = true
    }

    /// Puts a new keyring in the place of the old one, for the root key of `epoch`.
    package func replaceKeyring(
        _ rows: [KeyringRow], epoch: UInt32
    ) throws(RecordsError) {
        requireDestroying()
        noteChange()
        try session.statement("DELETE FROM keyring").run()
        try session.insert(rows)
        let update = try session.statement("UPDATE vault SET epoch = ?1")
        update.bind(1, Int64(epoch))
        try update.run()
        changes.keyring = true
    }

    /// Notes a copy that `backup` made, or its newer state. Does not count as a change of the records.
    package func setCopy(_ copy: CopyRow) throws(RecordsError) {
        let insert = try session.statement("INSERT OR REPLACE INTO copy VALUES(?1, ?2, ?3, ?4)")
        insert.bind(1, copy.id.bytes)
        insert.bind(2, copy.place)
        insert.bind(3, copy.revision)
        insert.bind(4, copy.time)
        try insert.run()
        changes.copies = true
    }

    /// Forgets a copy.
    package func removeCopy(_ id: CopyID) throws(RecordsError) {
        let deletion = try session.statement("DELETE FROM copy WHERE id = ?1")
        deletion.bind(1, id.bytes)
        try deletion.run()
        if session.changes > 0 { changes.copies = true }
    }
}

extension Session {
    func header() throws(RecordsError) -> [UInt8] {
        let rows = try statement("SELECT header FROM vault")
        defer { rows.reset() }
        guard try rows.step() else { throw .damaged(file) }
        return Array(try rows.bytes(0))
    }

    func keyring() throws(RecordsError) -> [KeyringRow] {
        let rows = try statement(
            "SELECT purpose, epoch, wrapped FROM keyring ORDER BY purpose, epoch")
        return try rows.collect { (row) throws(RecordsError) in
            guard let purpose = KeyringPurpose(rawValue: row.text(0)),
                let epoch = UInt32(exactly: row.integer(1))
            else { throw .damaged(file) }
            return KeyringRow(purpose: purpose, epoch: epoch, wrapped: Array(try row.bytes(2)))
        }
    }

    func copies() throws(RecordsError) -> [CopyRow] {
        let rows = try statement("SELECT id, place, revision, time FROM copy ORDER BY id")
        return try rows.collect { (row) throws(RecordsError) in
            CopyRow(
                id: try row.identifier(0), place: Array(try row.bytes(1)),
                revision: row.integer(2), time: row.integer(3))
        }
    }

    func insert(_ keyring: [KeyringRow]) throws(RecordsError) {
        let insert = try statement("INSERT INTO keyring VALUES(?1, ?2, ?3)")
        for row in keyring {
            insert.bind(1, row.purpose.rawValue)
            insert.bind(2, Int64(row.epoch))
            insert.bind(3, row.wrapped)
            try insert.run()
        }
    }
}

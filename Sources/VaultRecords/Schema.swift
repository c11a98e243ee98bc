/// The tables, text for text. Spec 04 §2.
enum Schema {
    /// "LTG1".
    static let applicationID: Int64 = 0x4C54_4731
    static let version: Int64 = 1

    /// In the order in which they are created.
    static let texts = [
        "CREATE TABLE vault(id INTEGER PRIMARY KEY CHECK(id = 1), header BLOB NOT NULL, "
            + "revision INTEGER NOT NULL, epoch INTEGER NOT NULL)",
        "CREATE TABLE keyring(purpose TEXT NOT NULL, epoch INTEGER NOT NULL, wrapped BLOB NOT NULL, "
            + "PRIMARY KEY(purpose, epoch)) WITHOUT ROWID",
        "CREATE TABLE record(row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, "
            + "revision INTEGER NOT NULL, version INTEGER NOT NULL, sealed BLOB NOT NULL, "
            + "entry INTEGER NOT NULL, detail BLOB NOT NULL)",
        "CREATE TABLE filekey(row INTEGER PRIMARY KEY, tag INTEGER NOT NULL, wrapped BLOB NOT NULL)",
        "CREATE TABLE occurrence(row INTEGER NOT NULL, number INTEGER NOT NULL, "
            + "version INTEGER NOT NULL, sealed BLOB NOT NULL, "
            + "PRIMARY KEY(row, number)) WITHOUT ROWID",
        "CREATE TABLE finder(row INTEGER NOT NULL, number INTEGER NOT NULL, place INTEGER NOT NULL, "
            + "subject INTEGER, wrapped BLOB, PRIMARY KEY(row, number)) WITHOUT ROWID",
        "CREATE TABLE pack(name BLOB PRIMARY KEY, bytes INTEGER NOT NULL, "
            + "revision INTEGER NOT NULL) WITHOUT ROWID",
        "CREATE TABLE destroyed(row INTEGER PRIMARY KEY, id BLOB NOT NULL, "
            + "revision INTEGER NOT NULL)",
        "CREATE TABLE dropped(row INTEGER PRIMARY KEY, name BLOB NOT NULL, "
            + "revision INTEGER NOT NULL)",
        "CREATE TABLE erased(tag BLOB PRIMARY KEY, revision INTEGER NOT NULL) WITHOUT ROWID",
        "CREATE TABLE copy(id BLOB PRIMARY KEY, place BLOB NOT NULL, revision INTEGER NOT NULL, "
            + "time INTEGER NOT NULL) WITHOUT ROWID",
        "CREATE TABLE card(kind INTEGER NOT NULL, id BLOB NOT NULL, version INTEGER NOT NULL, "
            + "sealed BLOB NOT NULL, PRIMARY KEY(kind, id)) WITHOUT ROWID",
        "CREATE TABLE entry(sequence INTEGER PRIMARY KEY, actor BLOB, leaf BLOB NOT NULL, "
            + "rows BLOB NOT NULL)",
        "CREATE TABLE log(id INTEGER PRIMARY KEY CHECK(id = 1), size INTEGER NOT NULL, "
            + "edge BLOB NOT NULL)",
        "CREATE INDEX record_revision ON record(revision)",
        "CREATE INDEX filekey_tag ON filekey(tag)",
        "CREATE INDEX finder_place ON finder(place)",
        "CREATE INDEX finder_subject ON finder(subject) WHERE subject IS NOT NULL",
        "CREATE INDEX entry_actor ON entry(actor)",
    ]

    /// Every table with its columns, for comparing and copying whole rows.
    static let tables: [(name: String, columns: String, key: String)] = [
        ("vault", "id, header, revision, epoch", "id"),
        ("keyring", "purpose, epoch, wrapped", "purpose, epoch"),
        ("record", "row, id, revision, version, sealed, entry, detail", "row"),
        ("filekey", "row, tag, wrapped", "row"),
        ("occurrence", "row, number, version, sealed", "row, number"),
        ("finder", "row, number, place, subject, wrapped", "row, number"),
        ("pack", "name, bytes, revision", "name"),
        ("destroyed", "row, id, revision", "row"),
        ("dropped", "row, name, revision", "row"),
        ("erased", "tag, revision", "tag"),
        ("copy", "id, place, revision, time", "id"),
        ("card", "kind, id, version, sealed", "kind, id"),
        ("entry", "sequence, actor, leaf, rows", "sequence"),
        ("log", "id, size, edge", "id"),
    ]

    /// The index that SQLite makes by itself for `UNIQUE`; it has no text.
    private static let automatic = "sqlite_autoindex_record_1"

    /// Refuses a database that is not exactly ours: another application, a later version, or any
    /// table, index, view or trigger more, less or different. Spec 04 §1.
    static func check(_ session: Session) throws(RecordsError) {
        let file = session.file
        guard try session.number("PRAGMA application_id") == applicationID else {
            throw .foreignSchema(file)
        }
        let found = try session.number("PRAGMA user_version")
        if found > version { throw .newerVersion(Int(found)) }
        guard found == version else { throw .foreignSchema(file) }

        var missing = Set(texts)
        var roots: Set<Int64> = []
        var hasAutomatic = false
        let rows = try session.statement("SELECT name, rootpage, sql FROM main.sqlite_schema")
        defer { rows.reset() }
        while try rows.step() {
            // Two tables on one root would each rewrite the other's rows.
            guard rows.integer(1) > 1, roots.insert(rows.integer(1)).inserted else {
                throw .foreignSchema(file)
            }
            if rows.isNull(2) {
                guard rows.text(0) == automatic, !hasAutomatic else { throw .foreignSchema(file) }
                hasAutomatic = true
            } else if missing.remove(rows.text(2)) == nil {
                throw .foreignSchema(file)
            }
        }
        guard missing.isEmpty, hasAutomatic else { throw .foreignSchema(file) }
    }

    /// Makes the tables in an empty database.
    static func create(_ session: Session) throws(RecordsError) {
        try session.execute("PRAGMA application_id = \(applicationID)")
        try session.execute("PRAGMA user_version = \(version)")
        for text in texts { try session.execute(text) }
        // A number of the vault's own in page 1, by which a journal from elsewhere is told. Where
        // SQLite takes no such wish any more, the change counter must do.
        let cookie = UInt32.random(in: 1_000..<(1 << 30))
        try session.execute("PRAGMA schema_version = \(cookie)")
    }
}

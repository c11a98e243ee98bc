/// The tables of the index. Spec 09 §5.
package enum Schema {
    /// "LTGI".
    static let application: Int64 = 0x4C54_4749
    static let version: Int64 = 1

    package static let tables = [
        """
        CREATE TABLE state(id INTEGER PRIMARY KEY CHECK(id = 1), revision INTEGER NOT NULL, \
        pictures INTEGER NOT NULL, bin INTEGER NOT NULL, waiting INTEGER NOT NULL)
        """,
        """
        CREATE TABLE picture(row INTEGER PRIMARY KEY, id BLOB NOT NULL, revision INTEGER NOT NULL, \
        digest BLOB NOT NULL, bytes INTEGER NOT NULL, type TEXT NOT NULL, imported INTEGER NOT NULL, \
        moment INTEGER NOT NULL, taken INTEGER, zone INTEGER, width INTEGER, height INTEGER, \
        duration INTEGER, latitude INTEGER, longitude INTEGER, rating INTEGER, pdq BLOB, \
        quality INTEGER, stack BLOB, bin INTEGER NOT NULL, looked INTEGER NOT NULL, \
        name BLOB NOT NULL, sort TEXT NOT NULL)
        """,
        """
        CREATE TABLE label(row INTEGER NOT NULL, kind INTEGER NOT NULL, key TEXT NOT NULL, \
        bin INTEGER NOT NULL, moment INTEGER NOT NULL, PRIMARY KEY(row, kind, key)) WITHOUT ROWID
        """,
        """
        CREATE VIRTUAL TABLE words USING fts5(name, caption, tag, album, subject, camera, \
        columnsize = 0, tokenize = 'unicode61 remove_diacritics 2')
        """,
    ]

    /// Made after a new index was filled, which is quicker.
    package static let indexes = [
        "CREATE INDEX picture_id ON picture(id)",
        "CREATE INDEX picture_row ON picture(row, moment, bin)",
        "CREATE INDEX picture_moment ON picture(moment, bin)",
        "CREATE INDEX picture_bytes ON picture(bytes, bin)",
        "CREATE INDEX picture_sort ON picture(sort, bin)",
        "CREATE INDEX picture_place ON picture(latitude) WHERE latitude IS NOT NULL",
        "CREATE INDEX picture_looked ON picture(row) WHERE looked = 0",
        "CREATE INDEX picture_stack ON picture(stack) WHERE stack IS NOT NULL",
        "CREATE INDEX label_key ON label(kind, key, bin, moment, row)",
    ]

    package static let insertPicture =
        "INSERT INTO picture VALUES("
        + Array(repeating: "?", count: 23).joined(separator: ",") + ")"
    package static let insertLabel = "INSERT INTO label VALUES(?,?,?,?,?)"
    package static let insertWords =
        "INSERT INTO words(rowid, name, caption, tag, album, subject, camera) VALUES(?,?,?,?,?,?,?)"

    /// What `state` says of all rows, counted.
    static let totals = "count(*), coalesce(sum(bin), 0), coalesce(sum(looked = 0), 0)"

    static func create(_ session: Session) throws(IndexError) {
        for sql in tables { try session.execute(sql) }
        try session.execute("PRAGMA application_id = \(application)")
        try session.execute("PRAGMA user_version = \(version)")
    }
}

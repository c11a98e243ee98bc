import GRDBSQLite
import VaultFormat
import VaultIndex

/// The same tables, indexes and inserts in a plain SQLite file, to measure against.
final class PlainIndex {
    private let database: OpaquePointer
    private var statements: [String: OpaquePointer] = [:]

    enum Value {
        case integer(Int64)
        case text(String)
        case bytes([UInt8])
        case null
    }

    init(_ path: String) throws {
        var database: OpaquePointer?
        precondition(sqlite3_open(path, &database) == SQLITE_OK, "no such folder")
        self.database = database!
        for sql in [
            "PRAGMA locking_mode = EXCLUSIVE", "PRAGMA temp_store = MEMORY",
            "PRAGMA secure_delete = ON",
            "PRAGMA synchronous = OFF", "PRAGMA journal_mode = OFF", "PRAGMA cache_size = -65536",
            "BEGIN",
        ] + Schema.tables + [
            "INSERT INTO words(words, rank) VALUES('automerge', 0)",
            "INSERT INTO words(words, rank) VALUES('hashsize', 16777216)",
        ] { execute(sql) }
    }

    private func execute(_ sql: String) {
        let code = sqlite3_exec(database, sql, nil, nil, nil)
        precondition(code == SQLITE_OK, "SQLite refused with \(code): \(sql)")
    }

    private func run(_ sql: String, _ values: [Value]) {
        if statements[sql] == nil {
            var statement: OpaquePointer?
            precondition(
                sqlite3_prepare_v3(
                    database, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
                    == SQLITE_OK)
            statements[sql] = statement
        }
        let statement = statements[sql]!
        let copying = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        for (index, value) in values.enumerated() {
            let place = Int32(index + 1)
            switch value {
            case .integer(let number): sqlite3_bind_int64(statement, place, number)
            case .text(let text):
                sqlite3_bind_text(statement, place, text, Int32(text.utf8.count), copying)
            case .bytes(let bytes):
                sqlite3_bind_blob64(statement, place, bytes, UInt64(bytes.count), copying)
            case .null: sqlite3_bind_null(statement, place)
            }
        }
        precondition(sqlite3_step(statement) == SQLITE_DONE)
        sqlite3_reset(statement)
    }

    func insert(_ picture: IndexedPicture) {
        func number(_ value: Int64?) -> Value { value.map { .integer($0) } ?? .null }
        let path = picture.paths[0]
        let name = Array(path.split(separator: UInt8(ascii: "/")).last!)
        let text = String(decoding: name, as: UTF8.self).lowercased()
        run(
            Schema.insertPicture,
            [
                .integer(picture.row), .bytes(picture.id.bytes), .integer(picture.revision),
                .bytes(picture.digest.bytes), .integer(Int64(picture.byteCount)),
                .text(picture.type.name), .integer(picture.imported), .integer(picture.moment),
                number(picture.taken?.local), number(picture.taken?.minutesEast.map { Int64($0) }),
                number(picture.size.map { Int64($0.width) }),
                number(picture.size.map { Int64($0.height) }), .null,
                number(picture.place.map { Int64($0.latitude) }),
                number(picture.place.map { Int64($0.longitude) }), .null,
                .bytes(picture.hash!.bytes), .integer(90), .null, .integer(0), .integer(1),
                .bytes(name), .text(text),
            ])
        for (kind, texts) in [(1, picture.albums), (2, picture.tags), (3, picture.subjects)] {
            for key in Set(texts) {
                run(
                    Schema.insertLabel,
                    [
                        .integer(picture.row), .integer(Int64(kind)), .text(key), .integer(0),
                        .integer(picture.moment),
                    ])
            }
        }
        run(
            Schema.insertWords,
            [
                .integer(picture.row), .text(String(decoding: path, as: UTF8.self)), .text(""),
                .text(picture.tags.joined(separator: "\n")),
                .text(picture.albums.joined(separator: "\n")),
                .text(picture.subjects.joined(separator: "\n")),
                .text([picture.maker!, picture.model!, picture.lens!].joined(separator: "\n")),
            ])
    }

    func finish() {
        for sql in Schema.indexes { execute(sql) }
        execute("INSERT INTO words(words) VALUES('optimize')")
        execute("COMMIT")
        execute("PRAGMA synchronous = NORMAL")
        execute("INSERT INTO state SELECT 1, 1, count(*), sum(bin), sum(looked = 0) FROM picture")
        for statement in statements.values { sqlite3_finalize(statement) }
        sqlite3_close(database)
    }
}

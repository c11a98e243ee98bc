import GRDB
import GRDBSQLite
import Glibc
import Testing
import VaultFiles

@testable import VaultRecords

@Suite("Records: settings and schema")
struct SettingsTests {
    @Test(
        "every setting of the specification is in force on connections that write and that read",
        arguments: [Connection.Access.writing, .reading])
    func settings(access: Connection.Access) throws {
        let fixture = try Fixture()
        try fixture.create()
        let connection = try Connection(
            fixture.folder.appending("records.db"), as: .records, access, wait: .zero)
        try connection.run { (session) throws(RecordsError) in
            #expect(try session.number("PRAGMA synchronous") == 3)
            #expect(try session.number("PRAGMA secure_delete") == 1)
            #expect(try session.number("PRAGMA temp_store") == 2)
            #expect(try session.number("PRAGMA trusted_schema") == 0)
            #expect(try session.number("PRAGMA foreign_keys") == 0)
            #expect(try session.number("PRAGMA mmap_size") == 0)
            #expect(try session.number("PRAGMA page_size") == 4096)
            #expect(try session.number("PRAGMA application_id") == 0x4C54_4731)
            #expect(try session.text("PRAGMA journal_mode") == "delete")
            #expect(try session.text("PRAGMA encoding") == "UTF-8")
            // Defensive: the schema cannot be written, whatever the pragma says.
            try session.execute("PRAGMA writable_schema = ON")
            #expect(throws: RecordsError.self) {
                try session.execute("UPDATE sqlite_schema SET sql = sql || ' '")
            }
        }
    }

    @Test("the schema is the specification's, text for text")
    func specification() throws {
        var root = try FilePath(#filePath).parent
        for _ in 0..<2 { root = root.parent }
        let page = try Directory.open(root).openFile(beneath: FilePath("Docs/Spec/04-records.md"))
        let text = String(decoding: try page.readAll(limit: 1 << 20), as: UTF8.self)
        let lines = text.split(separator: "\n").filter { $0.hasPrefix("CREATE ") }.map(String.init)
        #expect(lines == Schema.texts)
    }

    @Test("a full disk is told, nothing is changed, and writing goes on when there is room")
    func full() throws {
        let fixture = try Fixture()
        try fixture.create()
        let database = try fixture.open()
        var batch = try fixture.batch(500)
        #expect(throws: RecordsError.full) {
            try database.transaction { writer in
                try writer.session.execute("PRAGMA max_page_count = 30")
                try writer.insert(&batch)
            }
        }
        #expect(try database.counts().records == 0)
        try database.transaction { writer in
            try writer.session.execute("PRAGMA max_page_count = 1000000")
            try writer.insert(&batch)
        }
        #expect(try database.counts().records == 500)
    }

    @Test("both databases belong to their owner alone")
    func modes() throws {
        let fixture = try Fixture()
        try fixture.create()
        let directory = try Directory.open(fixture.folder)
        #expect(try directory.status(of: "records.db").mode == 0o600)
        #expect(try directory.status(of: "records.bak").mode == 0o600)
    }

    @Test("a vault is not made over one that is there, whichever copy is left")
    func secondCreation() throws {
        let fixture = try Fixture()
        try fixture.create()
        #expect(throws: RecordsError.conflict) { try fixture.create() }
        try Directory.open(fixture.folder).unlink("records.db")
        #expect(throws: RecordsError.conflict) { try fixture.create() }
    }

    @Test(
        "ATTACK 29: anything planted in the schema refuses the database, and is not run",
        arguments: [
            "CREATE TRIGGER t AFTER INSERT ON record BEGIN DELETE FROM filekey; END",
            "CREATE VIEW v AS SELECT * FROM record", "CREATE TABLE more(a)",
            "CREATE INDEX i ON record(version)", "DROP INDEX record_revision",
            "ALTER TABLE record ADD COLUMN note TEXT",
            "ALTER TABLE copy RENAME COLUMN time TO times",
            "CREATE VIRTUAL TABLE f USING fts5(a)", "PRAGMA application_id = 7",
            "DROP TABLE erased", "ANALYZE", "PRAGMA user_version = 0",
            "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = "
                + "(SELECT rootpage FROM sqlite_schema WHERE name = 'filekey') "
                + "WHERE name = 'erased'",
        ])
    func planted(sql: String) throws {
        let fixture = try Fixture()
        try fixture.create()
        try fixture.plant(sql)
        #expect(throws: RecordsError.foreignSchema(.records)) { try fixture.open() }
    }

    @Test("ATTACK 29: what is planted while the database is open is found by the next transaction")
    func plantedLater() throws {
        let fixture = try Fixture()
        try fixture.create()
        let database = try fixture.open()
        try fixture.insert(1, into: database)
        try fixture.plant("CREATE TRIGGER t AFTER INSERT ON record BEGIN DELETE FROM filekey; END")
        #expect(throws: RecordsError.foreignSchema(.records)) {
            try fixture.insert(1, from: 1, into: database)
        }
    }

    @Test("a later version is refused, and its number told")
    func later() throws {
        let fixture = try Fixture()
        try fixture.create()
        try fixture.plant("PRAGMA user_version = 99")
        #expect(throws: RecordsError.newerVersion(99)) { try fixture.open() }
    }

    @Test("a database that says WAL is refused")
    func writeAhead() throws {
        let fixture = try Fixture()
        try fixture.create()
        try fixture.plant("PRAGMA journal_mode = WAL")
        #expect(throws: RecordsError.self) { try fixture.open() }
    }

    @Test("a reader and a read-only database do not write")
    func readOnly() throws {
        let fixture = try Fixture()
        try fixture.create()
        let database = try fixture.open(.reading)
        #expect(throws: RecordsError.readOnly) { try fixture.insert(1, into: database) }
        #expect(throws: RecordsError.readOnly) { try database.mirror() }
        #expect(throws: RecordsError.self) {
            try database.reader.run { (session) throws(RecordsError) in
                try session.execute("DELETE FROM record")
            }
        }
    }

    @Test("no folder, no database and a link in its place are each told")
    func missing() throws {
        let fixture = try Fixture()
        #expect(throws: RecordsError.notFound(.records)) { try fixture.open() }
        #expect(throws: RecordsError.notFound(.records)) {
            try RecordsDatabase.open(in: fixture.folder.appending("none"), mode: .reading)
        }
        try fixture.create()
        let directory = try Directory.open(fixture.folder)
        try directory.rename("records.db", as: "elsewhere.db")
        symlink("elsewhere.db", fixture.path + "/records.db")
        #expect(throws: RecordsError.file(.notRegular(.symbolicLink))) { try fixture.open() }
    }
}

extension Fixture {
    /// Changes `records.db` as somebody with a plain SQLite would.
    func plant(_ sql: String) throws {
        let path = String(decoding: folder.appending("records.db").bytes, as: UTF8.self)
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { database in try database.execute(sql: sql) }
        try queue.close()
    }
}

import GRDB
import Testing
import VaultFiles

@testable import VaultRecords

@Suite("Records: journals beside the database")
struct JournalTests {
    /// The journal of a transaction that has spilled pages and is then rolled back, and the
    /// database as it stood on the disk at that moment.
    private func interrupted(_ fixture: Fixture) throws -> (journal: [UInt8], database: [UInt8]) {
        let path = String(decoding: fixture.folder.appending("records.db").bytes, as: UTF8.self)
        let queue = try DatabaseQueue(path: path)
        var journal: [UInt8] = []
        var half: [UInt8] = []
        try queue.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA cache_size = 2; BEGIN IMMEDIATE")
            try database.execute(sql: "UPDATE record SET sealed = randomblob(900)")
            try database.execute(sql: "UPDATE vault SET revision = 999")
            journal = try fixture.bytes(of: "records.db-journal")
            half = try fixture.bytes(of: "records.db")
            try database.execute(sql: "ROLLBACK")
        }
        try queue.close()
        return (journal, half)
    }

    private func put(_ bytes: [UInt8], _ name: FileName, _ fixture: Fixture) throws {
        let directory = try Directory.open(fixture.folder)
        try directory.unlinkIfPresent(name)
        try directory.createExclusive(name).write(bytes)
    }

    private func filled(_ count: Int = 300) throws -> Fixture {
        let fixture = try Fixture()
        try fixture.create()
        let database = try fixture.open()
        try fixture.insert(count, into: database)
        try database.mirror()
        return fixture
    }

    @Test("a stopped transaction's journal is played: the state before it is back, and told")
    func rolledBack() throws {
        let fixture = try filled()
        let (journal, half) = try interrupted(fixture)
        try put(half, "records.db", fixture)
        try put(journal, "records.db-journal", fixture)
        let database = try fixture.open()
        #expect(database.report.source == .records)
        #expect(database.report.recovery.rolledBack)
        #expect(try database.compareWithMirror().isEqual)
        #expect(try fixture.openAll(database).count == 300)
        #expect(try !Directory.open(fixture.folder).contains("records.db-journal"))
    }

    @Test("ATTACK 30: the journal of an earlier transaction is not played, and set aside")
    func stale() throws {
        let fixture = try filled()
        let (journal, _) = try interrupted(fixture)
        do {
            let database = try fixture.open()
            for number in 0..<3 { try fixture.insert(10, from: 400 + number * 10, into: database) }
            try database.mirror()
        }
        try put(journal, "records.db-journal", fixture)
        let database = try fixture.open()
        #expect(database.report.recovery.setAside)
        #expect(try database.compareWithMirror().isEqual)
        #expect(try fixture.openAll(database).count == 330)
        let directory = try Directory.open(fixture.folder)
        #expect(try directory.contains("records.db-journal.foreign"))
    }

    @Test("ATTACK 30: the journal of another vault, with the same history, is not played")
    func foreign() throws {
        let (journal, _) = try interrupted(filled())
        let fixture = try filled()
        try put(journal, "records.db-journal", fixture)
        let database = try fixture.open()
        #expect(database.report.recovery.setAside)
        #expect(try fixture.openAll(database).count == 300)
    }

    @Test("ATTACK 30: a stale journal that comes while the database is open is not played either")
    func staleLater() throws {
        let fixture = try filled()
        let (journal, _) = try interrupted(fixture)
        let database = try fixture.open()
        for number in 0..<3 { try fixture.insert(1, from: 400 + number, into: database) }
        try put(journal, "records.db-journal", fixture)
        try fixture.insert(1, from: 500, into: database)
        #expect(try fixture.openAll(database).count == 304)
    }

    @Test("ATTACK 30: a write-ahead log beside the database is set aside, never read")
    func writeAheadLog() throws {
        let fixture = try filled(5)
        // A log made for a copy of this very database would be played, were it read.
        let path = String(decoding: fixture.folder.appending("other.db").bytes, as: UTF8.self)
        try put(fixture.bytes(of: "records.db"), "other.db", fixture)
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA journal_mode = WAL; DELETE FROM record")
            try put(fixture.bytes(of: "other.db-wal"), "records.db-wal", fixture)
        }
        try queue.close()
        let database = try fixture.open()
        #expect(database.report.recovery.setAside)
        #expect(try fixture.openAll(database).count == 5)
    }

    @Test("rubbish in the journal's place is set aside; an empty one is removed")
    func rubbish() throws {
        let fixture = try filled(5)
        try put(Array(repeating: 7, count: 5000), "records.db-journal", fixture)
        #expect(try fixture.open().report.recovery.setAside)
        try put([], "records.db-journal", fixture)
        let database = try fixture.open()
        #expect(database.report.recovery.cleaned)
        #expect(try fixture.openAll(database).count == 5)
    }
}

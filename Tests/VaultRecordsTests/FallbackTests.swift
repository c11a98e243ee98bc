import Testing
import VaultFiles

@testable import VaultRecords

@Suite("Records: when one copy is gone")
struct FallbackTests {
    @Test(
        "ATTACK 31: without records.db the vault opens from records.bak, says so, and is restored")
    func lost() throws {
        let fixture = try Fixture()
        try fixture.create()
        do {
            let database = try fixture.open()
            try fixture.insert(40, into: database)
            try database.mirror()
        }
        try Directory.open(fixture.folder).unlink("records.db")
        do {
            let database = try fixture.open()
            #expect(database.report.source == .mirror)
            #expect(database.report.reason == .notFound(.records))
            #expect(try database.counts().records == 40)
            #expect(throws: RecordsError.readOnly) { try fixture.insert(1, into: database) }
        }
        try RecordsDatabase.restore(in: fixture.folder)
        let database = try fixture.open()
        #expect(database.report.source == .records)
        #expect(try database.compareWithMirror().isEqual)
        try fixture.insert(1, from: 41, into: database)
    }

    @Test("ATTACK 31: with both gone, opening says that there are no records")
    func bothLost() throws {
        let fixture = try Fixture()
        try fixture.create()
        let directory = try Directory.open(fixture.folder)
        try directory.unlink("records.db")
        try directory.unlink("records.bak")
        #expect(throws: RecordsError.notFound(.records)) { try fixture.open() }
    }

    @Test(
        "a damaged records.db is passed over, and restored whole", arguments: [0, 10, 4096, 9000])
    func damaged(size: Int64) throws {
        let fixture = try Fixture()
        try fixture.create()
        do {
            let database = try fixture.open()
            try fixture.insert(40, into: database)
            try database.mirror()
        }
        do {
            let directory = try Directory.open(fixture.folder)
            try directory.openForUpdate("records.db").truncate(to: size)
        }
        let database = try RecordsDatabase.open(
            in: fixture.folder, mode: .writing, checking: true)
        #expect(database.report.source == .mirror)
        #expect(database.report.reason == .damaged(.records))
        #expect(try fixture.openAll(database).count == 40)
        try RecordsDatabase.restore(in: fixture.folder)
        #expect(try fixture.openAll(fixture.open()).count == 40)
    }

    @Test("a damaged, foreign or missing records.bak is made anew", arguments: [-1, 0, 5000])
    func mirrorDamaged(size: Int64) throws {
        let fixture = try Fixture()
        try fixture.create()
        let database = try fixture.open()
        try fixture.insert(40, into: database)
        try database.mirror()
        do {
            let directory = try Directory.open(fixture.folder)
            if size < 0 {
                try directory.unlink("records.bak")
            } else {
                try directory.openForUpdate("records.bak").truncate(to: size)
            }
        }
        try fixture.insert(1, from: 40, into: database)
        #expect(try database.mirror() == .madeAnew)
        #expect(try database.compareWithMirror().isEqual)
    }

    @Test("a mirror that is newer than the records is left alone, and told")
    func mirrorAhead() throws {
        let fixture = try Fixture()
        try fixture.create()
        let old = try fixture.bytes(of: "records.db")
        do {
            let database = try fixture.open()
            try fixture.insert(3, into: database)
            try database.mirror()
        }
        do {
            let directory = try Directory.open(fixture.folder)
            let file = try directory.openForUpdate("records.db")
            try file.truncate(to: 0)
            try file.write(old, at: 0)
        }
        let database = try fixture.open()
        #expect(throws: RecordsError.mirrorAhead) { try database.mirror() }
        #expect(try database.compareWithMirror().revisions == 1)
    }
}

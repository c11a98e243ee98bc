import GRDB
import Testing
import VaultCrypto
import VaultFiles
import VaultFormat

@testable import VaultIndex

@Suite("Index: what somebody did to the files")
struct DamageTests {
    private func filled(_ count: Int = 120) throws -> (Fixture, [UInt8]) {
        let fixture = try Fixture()
        try fixture.build(Sample.pictures(count))
        return (fixture, try fixture.bytes(of: "index.db"))
    }

    /// Opens and reads everything: either it is as it was, or it says that it must be built anew.
    private func isRefused(_ fixture: Fixture, unless totals: PictureIndex.Totals? = nil) throws
        -> Bool
    {
        guard case .ready(let index) = try fixture.opening() else { return true }
        do throws(IndexError) {
            try index.verify()
            if let totals, try index.totals() != totals { Issue.record("another answer") }
            return false
        } catch .damaged {
            return true
        }
    }

    @Test("another key, another vault, something else, nothing: build it anew")
    func foreign() throws {
        let (fixture, _) = try filled()
        #expect(try fixture.opening(2).reason == .damaged)
        #expect(try fixture.opening(vault: VaultID(words: SIMD16(repeating: 8))).reason == .damaged)
        #expect(try fixture.opening().reason == nil)
        for bytes in [[], [1], Array(repeating: 0, count: 9000), Array("SQLite format 3\0".utf8)]
            as [[UInt8]]
        {
            try fixture.put(bytes, as: "index.db")
            #expect(try fixture.opening().reason != nil)
        }
        try Directory.open(fixture.folder).unlink("index.db")
        let path = String(decoding: fixture.folder.appending("index.db").bytes, as: UTF8.self)
        let plain = try DatabaseQueue(path: path)
        try plain.write { try $0.execute(sql: "CREATE TABLE state(id, revision)") }
        try plain.close()
        #expect(try fixture.opening().reason == .damaged)
        try fixture.build(Sample.pictures(3))
        #expect(try fixture.open().count(IndexQuery()) == 3)
    }

    @Test("a sealed database of another kind or version is not taken for an index")
    func otherVersion() throws {
        let (fixture, _) = try filled(3)
        for pragma in ["user_version = 2", "application_id = 7"] {
            try fixture.build(Sample.pictures(3))
            do {
                let index = try fixture.open()
                try index.connection.run { (session) throws(IndexError) in
                    try session.execute("PRAGMA \(pragma)")
                }
            }
            #expect(try fixture.opening().reason == .foreign)
        }
        try fixture.build(Sample.pictures(3))
        var bytes = try fixture.bytes(of: "index.db")
        bytes[7] = 2
        try fixture.put(bytes, as: "index.db")
        #expect(try fixture.opening().reason == .damaged)
    }

    @Test("ATTACK 28: each flipped bit is noticed, in the head and in every block")
    func flips() throws {
        let (fixture, bytes) = try filled()
        let blocks = (bytes.count - SealedLayout.head) / SealedLayout.block
        var places = Array(stride(from: 0, to: SealedLayout.head, by: 5))
        for block in 0..<blocks {
            let start = SealedLayout.head + block * SealedLayout.block
            places += [
                start + block * 37 % 24, start + 24 + block * 997 % 4096, start + 4120 + block % 16,
            ]
        }
        for place in places {
            var flipped = bytes
            flipped[place] ^= 1 << UInt8(place % 8)
            try fixture.put(flipped, as: "index.db")
            #expect(try isRefused(fixture), "byte \(place)")
        }
    }

    @Test("ATTACK 28: cut off anywhere, blocks swapped, zeroed, or taken from another index")
    func rearranged() throws {
        let (fixture, bytes) = try filled()
        let (_, others) = try filled()
        let (head, block) = (SealedLayout.head, SealedLayout.block)
        for count in [
            1, head - 1, head, head + 1, head + block - 1, head + block, bytes.count - block,
            bytes.count - 1,
        ] {
            try fixture.put(Array(bytes[..<count]), as: "index.db")
            #expect(try isRefused(fixture), "cut to \(count)")
        }
        func part(_ number: Int) -> Range<Int> {
            (head + number * block)..<(head + (number + 1) * block)
        }
        let blocks = (bytes.count - head) / block
        for number in 0..<(blocks - 1) {
            var swapped = bytes
            swapped.replaceSubrange(part(number), with: bytes[part(number + 1)])
            swapped.replaceSubrange(part(number + 1), with: bytes[part(number)])
            try fixture.put(swapped, as: "index.db")
            #expect(try isRefused(fixture), "swapped \(number)")
            var zeroed = bytes
            zeroed.replaceSubrange(part(number), with: Array(repeating: 0, count: block))
            try fixture.put(zeroed, as: "index.db")
            #expect(try isRefused(fixture), "zeroed \(number)")
            var foreign = bytes
            foreign.replaceSubrange(part(number), with: others[part(number)])
            try fixture.put(foreign, as: "index.db")
            #expect(try isRefused(fixture), "foreign \(number)")
        }
    }

    @Test("an old copy of the whole index is an index of its time, and says so by its revision")
    func oldCopy() throws {
        let (fixture, old) = try filled()
        do {
            let index = try fixture.open()
            try index.apply(changes: [Sample.picture(200)], removed: [Sample.id(5)], revision: 2)
        }
        try fixture.put(old, as: "index.db")
        let index = try fixture.open()
        #expect(try index.revision() == 1 && index.rows("000005") == [5])
        try index.apply(changes: [Sample.picture(200)], removed: [Sample.id(5)], revision: 2)
        try index.verify()
    }

    // MARK: Journals

    /// An index with a transaction that stopped midway: some pages are written, the journal is finished.
    private func stopped(isLate: Bool = false) throws -> (
        Fixture, before: [UInt8], half: [UInt8], journal: [UInt8]
    ) {
        let (fixture, before) = try filled()
        let stop = try Stopped(fixture, isLate: isLate)
        return (fixture, before, stop.database, stop.journal)
    }

    @Test(
        "a journal that a stopped transaction left is played, and the state before is back",
        arguments: [false, true])
    func played(isLate: Bool) throws {
        let (fixture, _, half, journal) = try stopped(isLate: isLate)
        let opened = try SealedLayout.open(journal, kind: 2)
        #expect(opened.state[..<16] == half[8..<24])
        #expect(opened.plaintext.starts(with: [0xD9, 0xD5, 0x05, 0xF9, 0x20, 0xA1, 0x63, 0xD7]))
        try fixture.put(half, as: "index.db")
        try fixture.put(journal, as: "index.db-journal")
        let index = try fixture.open()
        #expect(try index.revision() == 1 && index.totals().pictures == 120)
        try index.verify()
        #expect(try fixture.names() == ["index.db"])
    }

    @Test(
        "ATTACK 30: when a journal that is needed is gone, cut off or changed, the index is built anew",
        arguments: [false, true])
    func journalDamaged(isLate: Bool) throws {
        let (fixture, _, half, journal) = try stopped(isLate: isLate)
        var bad: [[UInt8]] = [
            [], Array(journal[..<(journal.count - 1)]), Array(journal[..<112]),
            Array(repeating: 0, count: 5000),
        ]
        for place in stride(from: 0, to: journal.count, by: 211) {
            var flipped = journal
            flipped[place] ^= 4
            bad.append(flipped)
        }
        for bytes in bad {
            try fixture.put(half, as: "index.db")
            try fixture.put(bytes, as: "index.db-journal")
            #expect(try fixture.opening().reason == .damaged)
        }
        try fixture.put(half, as: "index.db")
        try Directory.open(fixture.folder).unlink("index.db-journal")
        #expect(try fixture.opening().reason == .damaged)
    }

    @Test("ATTACK 30: a journal of another index, or of an earlier state, is never played")
    func journalForeign() throws {
        let (fixture, before, _, journal) = try stopped()
        let (other, _, _, otherJournal) = try stopped()
        _ = other
        // Of the state that the index is in: playing it changes nothing.
        try fixture.put(before, as: "index.db")
        try fixture.put(journal, as: "index.db-journal")
        #expect(try fixture.opening().reason == nil)
        try fixture.open().verify()
        try fixture.put(otherJournal, as: "index.db-journal")
        #expect(try fixture.opening().reason == .damaged)
        // Two transactions later.
        try Directory.open(fixture.folder).unlink("index.db-journal")
        do {
            let index = try fixture.open()
            try index.apply(changes: [Sample.picture(200)], revision: 2)
            try index.apply(changes: [Sample.picture(201)], revision: 3)
        }
        try fixture.put(journal, as: "index.db-journal")
        #expect(try fixture.opening().reason == .damaged)
        // A plain one, as anybody can write it.
        let plain = try SealedLayout.open(journal, kind: 2).plaintext
        try fixture.put(plain, as: "index.db-journal")
        #expect(try fixture.opening().reason == .damaged)
    }

    @Test("stopped when all is written and the journal not yet emptied, it is the state before")
    func lastJournal() throws {
        let (fixture, _) = try filled()
        let stop = try Stopped(fixture, isLate: true)
        try fixture.put(stop.after, as: "index.db")
        #expect(try fixture.open().revision() == 2)
        try fixture.put(stop.journal, as: "index.db-journal")
        do {
            let index = try fixture.open()
            #expect(try index.revision() == 1 && index.totals().pictures == 120)
            try index.verify()
            try index.apply(changes: [Sample.picture(500)], revision: 2)
            #expect(try index.rows("000500") == [500])
        }
        try fixture.put(stop.journal, as: "index.db-journal")
        #expect(try fixture.opening().reason == .damaged)
    }

    @Test("ATTACK 30: a write-ahead log beside the index is not looked at")
    func writeAheadLog() throws {
        let (fixture, _) = try filled(10)
        try fixture.put(Array(repeating: 1, count: 5000), as: "index.db-wal")
        try fixture.put(Array(repeating: 1, count: 5000), as: "index.db-shm")
        let index = try fixture.open()
        try index.apply(changes: [Sample.picture(11)], revision: 2)
        try index.verify()
        #expect(try fixture.bytes(of: "index.db-wal") == Array(repeating: 1, count: 5000))
    }

    @Test("ATTACK 32: nothing temporary is written, and no other way leads out of the sealed file")
    func noOtherFiles() throws {
        let (fixture, _) = try filled(400)
        let index = try fixture.open()
        try index.apply(changes: [Sample.picture(401)], revision: 2)
        try index.connection.run { (session) throws(IndexError) in
            // Would spill into a file if it could.
            try session.execute(
                "CREATE TEMP TABLE t AS SELECT * FROM picture ORDER BY digest, sort")
            _ = try session.number(
                "SELECT count(*) FROM (SELECT DISTINCT sort, row FROM picture ORDER BY sort DESC)")
            try session.execute("PRAGMA journal_mode = WAL")
            #expect(try session.text("PRAGMA journal_mode") == "truncate")
        }
        #expect(throws: IndexError.self) {
            try index.connection.run { (session) throws(IndexError) in
                try session.execute("VACUUM INTO '\(fixture.path)/copy.db'")
            }
        }
        #expect(try fixture.names().sorted() == ["index.db", "index.db-journal"])
    }
}

/// What lies on the disk when a transaction is stopped after its first pages.
struct Stopped {
    private(set) var database: [UInt8] = []
    private(set) var journal: [UInt8] = []
    /// The database when the transaction was done.
    private(set) var after: [UInt8] = []

    init(_ fixture: Fixture, isLate: Bool = false) throws {
        let before = try fixture.bytes(of: "index.db")
        // Takes a copy of both files when the first page of the database was written.
        let watcher = try WriteWatcher(fixture)
        watcher.isLate = isLate
        let connection = try watcher.connection()
        try PictureIndex(connection).apply(
            changes: (1...40).map { Sample.picture($0 + 300) }, removed: [Sample.id(3)], revision: 2
        )
        after = try fixture.bytes(of: "index.db")
        database = watcher.database
        journal = watcher.journal
        #expect(database != before && !journal.isEmpty)
        try fixture.put(before, as: "index.db")
    }
}

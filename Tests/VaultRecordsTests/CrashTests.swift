import Glibc
import Testing
import VaultFiles
import VaultFormat

@testable import VaultRecords

/// What a child process of a test does with the vault of its parent.
enum Child {
    static func open(_ folder: String) throws -> RecordsDatabase {
        try RecordsDatabase.open(in: FilePath(folder), mode: .writing)
    }

    /// Adds 30 records and destroys the first 3. Mirrors after each; `atOnce`: after both, so that the
    /// mirror is made anew over one that holds the destroyed keys.
    static func work(_ folder: String, atOnce: Bool) throws {
        let fixture = try Fixture(existing: FilePath(folder))
        let database = try open(folder)
        try fixture.insert(30, from: 1_000, into: database)
        try acknowledge(folder, "inserted")
        if !atOnce { try database.mirror() }
        let doomed = try (1...3).map { row in
            var batch = RecordBatch()
            try database.fill(&batch, after: Int64(row - 1), limit: 1)
            return batch.id(at: 0)
        }
        try database.transaction(destroying: true) { writer in _ = try writer.destroy(doomed) }
        try acknowledge(folder, "destroyed")
        try database.mirror()
        try acknowledge(folder, "mirrored")
    }

    static func acknowledge(_ folder: String, _ name: String) throws {
        let directory = try Directory.open(FilePath(folder))
        try directory.createExclusive(FileName(name)).close()
    }
}

extension Fixture {
    var path: String { String(decoding: folder.bytes, as: UTF8.self) }

    func isAcknowledged(_ name: FileName) throws -> Bool {
        try Directory.open(folder).contains(name)
    }

    /// Every byte of every file in the folder.
    func everything() throws -> [UInt8] {
        var all: [UInt8] = []
        let directory = try Directory.open(folder)
        for name in try names(of: directory) { all += try bytes(of: name) }
        return all
    }

    /// Twenty records, in both copies; returns the wrapped keys of the first three and of the rest.
    func populate() throws -> (doomed: [[UInt8]], kept: [[UInt8]]) {
        try create()
        let database = try open()
        let batch = try insert(20, into: database)
        try database.mirror()
        let wrapped = (0..<20).map { index in
            batch.withRecord(at: index) { record in record.wrapped.withUnsafeBytes { Array($0) } }
        }
        return (Array(wrapped[..<3]), Array(wrapped[3...]))
    }
}

extension [UInt8] {
    func holds(_ part: [UInt8]) -> Bool {
        withUnsafeBytes { all in
            part.withUnsafeBytes { part in
                var rest = all[...]
                while rest.count >= part.count,
                    let found = memchr(
                        all.baseAddress! + rest.startIndex, Int32(part[0]), rest.count)
                {
                    let start = found - UnsafeMutableRawPointer(mutating: all.baseAddress!)
                    guard start + part.count <= all.count else { return false }
                    if memcmp(found, part.baseAddress!, part.count) == 0 { return true }
                    rest = all[(start + 1)...]
                }
                return false
            }
        }
    }
}

@Suite("Records: stops", .serialized)
struct CrashTests {
    @Test(
        "a destroyed key is in no byte of any file, journals included", arguments: [false, true])
    func destroyedBytes(atOnce: Bool) throws {
        let fixture = try Fixture()
        let (doomed, kept) = try fixture.populate()
        for key in doomed + kept { #expect(try fixture.everything().holds(key)) }
        try Child.work(fixture.path, atOnce: atOnce)
        let everything = try fixture.everything()
        for key in doomed { #expect(!everything.holds(key)) }
        for key in kept { #expect(everything.holds(key)) }
    }

    @Test(
        "killed at any point, all or nothing is done, and a destroyed key is gone when repeated",
        arguments: [false, true])
    func killed(atOnce: Bool) async throws {
        let total = try await points(atOnce)
        #expect(total >= 12)
        for number in 1...total {
            let fixture = try Fixture()
            let (doomed, kept) = try fixture.populate()
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [path = fixture.path as String, number = number as Int, atOnce = atOnce as Bool] in
                _ = FaultPlan.install("kill@\(number)")
                try Child.work(path, atOnce: atOnce)
            }
            let database = try fixture.open()
            #expect(database.report.source == .records)
            let counts = try database.counts()
            let states = [(20, 0), (50, 0), (47, 3)]
            let state = states.firstIndex { $0 == (counts.records, counts.destroyed) }
            #expect(state != nil, "after \(number): \(counts)")
            if try fixture.isAcknowledged("inserted") { #expect(state! >= 1) }
            if try fixture.isAcknowledged("destroyed") { #expect(state! == 2) }
            // What the next command does: finish what is left, mirror, look.
            let left = try (0..<3).compactMap { index in
                var batch = RecordBatch()
                try database.fill(&batch, after: Int64(index), limit: 1)
                return batch.row(at: 0) <= 3 ? batch.id(at: 0) : nil
            }
            try database.transaction(destroying: true) { writer in _ = try writer.destroy(left) }
            try database.mirror()
            #expect(try database.compareWithMirror().isEqual)
            let everything = try fixture.everything()
            for key in doomed { #expect(!everything.holds(key), "after \(number)") }
            for key in kept { #expect(everything.holds(key), "after \(number)") }
        }
    }

    @Test(
        "when the disk reports an error at any point, nothing is half done and a repetition mends it",
        arguments: ["eio", "enospc", "short"])
    func diskErrors(kind: String) async throws {
        let total = try await points(false)
        await #expect(processExitsWith: .success) { [kind = kind as String, total = total as Int] in
            for number in 1...total {
                let fixture = try Fixture()
                let (doomed, _) = try fixture.populate()
                _ = FaultPlan.install("\(kind)@\(number)")
                #expect(throws: (any Error).self) { try Child.work(fixture.path, atOnce: false) }
                FaultPlan.remove()
                let database = try fixture.open()
                let counts = try database.counts()
                let states = [[20, 0], [50, 0], [47, 3]]
                #expect(states.contains([counts.records, counts.destroyed]))
                let ids = try database.find(prefix: "", limit: 100)
                try database.transaction(destroying: true) { try $0.destroy(ids) }
                try database.mirror()
                #expect(try database.compareWithMirror().isEqual)
                let everything = try fixture.everything()
                for key in doomed { #expect(!everything.holds(key)) }
            }
        }
    }

    /// How many points there are to be killed at.
    private func points(_ atOnce: Bool) async throws -> Int {
        let fixture = try Fixture()
        _ = try fixture.populate()
        await #expect(processExitsWith: .success) {
            [
                path = fixture.path as String, atOnce = atOnce as Bool
            ] in
            _ = FaultPlan.install("count")
            try Child.work(path, atOnce: atOnce)
            let total = FaultPlan.report.total
            try Child.acknowledge(path, "total-\(total)")
        }
        let directory = try Directory.open(fixture.folder)
        for name in try fixture.names(of: directory) {
            let text = String(decoding: name.bytes, as: UTF8.self)
            if text.hasPrefix("total-") { return (Int(text.dropFirst(6)) ?? 0) - 1 }
        }
        return 0
    }

    @Test(
        "killed amid savepoints and spilled pages, no acknowledged commit is lost",
        arguments: [3, 17, 40, 90, 160, 300])
    func spilled(milliseconds: Int) async throws {
        let fixture = try Fixture()
        try fixture.create()
        await #expect(processExitsWith: .signal(SIGALRM)) {
            [path = fixture.path as String, milliseconds = milliseconds as Int] in
            try Spill.run(path, milliseconds: milliseconds)
        }
        let acknowledged = try fixture.bytes(of: "acknowledged").reduce(0) { $0 << 8 | Int($1) }
        let database = try RecordsDatabase.open(
            in: fixture.folder, mode: .writing, checking: true)
        #expect(database.report.source == .records)
        let revision = try database.revision()
        #expect(revision >= acknowledged && revision <= acknowledged + 1)
        #expect(try database.counts().records == Int(revision) * Spill.perTransaction)
        try database.mirror()
        #expect(try database.compareWithMirror().isEqual)
    }

    @Test("ATTACK 60: when the holder of the lock is killed, the next transaction gets it")
    func lockOfTheDead() async throws {
        let fixture = try Fixture()
        try fixture.create()
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = fixture.path as String] in
            let database = try Child.open(path)
            try database.transaction { writer in
                try writer.addErasedTag(ErasureTag(bytes: Array(repeating: 1, count: 16)))
                kill(getpid(), SIGKILL)
            }
        }
        let database = try fixture.open()
        try fixture.insert(1, into: database)
        #expect(try database.counts().erased == 0)
    }
}

/// A writer whose cache is too small for its transactions, so that pages go to the file early.
enum Spill {
    static let perTransaction = 40

    static func run(_ path: String, milliseconds: Int) throws {
        let fixture = try Fixture(existing: FilePath(path))
        let database = try Child.open(path)
        let directory = try Directory.open(FilePath(path))
        let acknowledged = try directory.createExclusive("acknowledged")
        try acknowledged.write([0, 0, 0, 0])
        var timer = itimerval()
        timer.it_value.tv_usec = milliseconds * 1_000
        setitimer(__itimer_which_t(ITIMER_REAL.rawValue), &timer, nil)
        var number = 0
        while true {
            var batch = try fixture.batch(perTransaction, from: number * perTransaction)
            try database.transaction { writer in
                try writer.session.execute("PRAGMA cache_size = 3")
                try writer.insert(&batch)
                try writer.session.execute("SAVEPOINT s")
                try writer.session.execute("UPDATE record SET sealed = zeroblob(700)")
                try writer.session.execute("ROLLBACK TO s")
                try writer.session.execute("RELEASE s")
            }
            number += 1
            try acknowledged.write(
                [
                    UInt8(number >> 24), UInt8(number >> 16 & 255), UInt8(number >> 8 & 255),
                    UInt8(number & 255),
                ], at: 0)
        }
    }
}

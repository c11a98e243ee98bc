import Glibc
import Testing
import VaultFiles

@testable import VaultIndex

func killSelf() -> Never {
    kill(getpid(), SIGKILL)
    preconditionFailure("nobody survives SIGKILL")
}

/// What a child process of a test does with the index of its parent.
enum Child {
    /// Three steps, each one revision.
    static func work(_ index: PictureIndex) throws {
        try index.apply(
            changes: (61...80).map { marked($0) } + [Sample.picture(9, revision: 2)], revision: 2)
        try index.apply(changes: [], removed: [Sample.id(4), Sample.id(61)], revision: 3)
        try index.apply(changes: [marked(5)], revision: 4)
    }

    static func marked(_ row: Int) -> IndexedPicture {
        var picture = Sample.picture(row, revision: 2)
        picture.caption = "quokka quokka quokka"
        return picture
    }
}

@Suite("Index: stops", .serialized)
struct CrashTests {
    static let pictures: [Int64: Int] = [1: 60, 2: 80, 3: 78, 4: 78]

    /// After a stop: opens without building anew, whole, at one of the revisions; then the rest is done.
    private func recover(_ fixture: Fixture, _ note: Comment) throws {
        #expect(try !fixture.everything().holds("quokka"), note)
        #expect(try !fixture.everything().holds("SQLite"), note)
        let opening = try fixture.opening()
        guard case .ready(let index) = opening else {
            Issue.record("\(note): \(String(describing: opening.reason))")
            return
        }
        let revision = try index.revision()
        #expect(try index.totals().pictures == Self.pictures[revision], note)
        try index.verify()
        try Child.work(index)
        #expect(try index.totals().pictures == 78, note)
        #expect(try index.rows("quokka").count == 18, note)
        try index.verify()
    }

    private func watched() throws -> WriteWatcher {
        let fixture = try Fixture()
        try fixture.build(Sample.pictures(60))
        let watcher = try WriteWatcher(fixture)
        try Child.work(PictureIndex(watcher.connection()))
        return watcher
    }

    @Test(
        "killed before any write, or while a block is written, the index is whole without building it anew"
    )
    func killed() async throws {
        let watcher = try watched()
        let total = watcher.writes
        #expect(total > 60 && watcher.delicate.count >= 15)
        // Every one of them in the long run.
        let isLong = getenv("LIGHTTIGHT_LONG_TESTS") != nil
        for number in 1...total
        where isLong || number % 20 == 1 || watcher.delicate.contains(number) {
            let fixture = try Fixture()
            try fixture.build(Sample.pictures(60))
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [path = fixture.path as String, number = number as Int] in
                let watcher = try WriteWatcher(Fixture(existing: path))
                watcher.torn = number
                try Child.work(PictureIndex(watcher.connection()))
                killSelf()
            }
            try recover(fixture, "after \(number) of \(total)")
        }
    }

    @Test(
        "killed at any moment, every acknowledged step is there",
        arguments: [3, 8, 15, 27, 44, 70, 110, 190, 330])
    func atRandom(milliseconds: Int) async throws {
        let fixture = try Fixture()
        try fixture.build(Sample.pictures(60))
        try fixture.put([0, 0, 0, 1], as: "acknowledged")
        await #expect(processExitsWith: .signal(SIGALRM)) {
            [path = fixture.path as String, milliseconds = milliseconds as Int] in
            let fixture = try Fixture(existing: path)
            let index = try fixture.open()
            let file = try Directory.open(fixture.folder).openForUpdate("acknowledged")
            var timer = itimerval()
            timer.it_value.tv_usec = milliseconds * 1_000
            setitimer(__itimer_which_t(ITIMER_REAL.rawValue), &timer, nil)
            var revision = 1
            while true {
                revision += 1
                try index.apply(
                    changes: (0..<7).map { Child.marked(revision * 10 + $0) },
                    removed: [Sample.id((revision - 1) * 10)], revision: Int64(revision))
                try file.write([0, 0, UInt8(revision >> 8), UInt8(revision & 255)], at: 0)
            }
        }
        let acknowledged = try fixture.bytes(of: "acknowledged").reduce(0) { $0 << 8 | Int64($1) }
        let index = try fixture.open()
        let revision = try index.revision()
        #expect(revision == acknowledged || revision == acknowledged + 1)
        try index.verify()
    }

    @Test("killed while it is built, there is the old one or the new one")
    func building() async throws {
        let total = try await buildPoints()
        #expect(total > 20)
        for number in [1, 2, 3, total / 2, total - 4, total - 3, total - 2, total - 1, total] {
            let fixture = try Fixture()
            try fixture.build(Sample.pictures(60))
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [path = fixture.path as String, number = number as Int] in
                _ = FaultPlan.install("kill@\(number)")
                try Fixture(existing: path).build(Sample.pictures(80), revision: 2)
            }
            let index = try fixture.open()
            #expect(try index.totals().pictures == (index.revision() == 1 ? 60 : 80))
            try index.verify()
            try fixture.build(Sample.pictures(90), revision: 3)
            #expect(try fixture.names() == ["index.db"])
        }
    }

    private func buildPoints() async throws -> Int {
        let fixture = try Fixture()
        await #expect(processExitsWith: .success) { [path = fixture.path as String] in
            let fixture = try Fixture(existing: path)
            try fixture.build(Sample.pictures(60))
            _ = FaultPlan.install("count")
            try fixture.build(Sample.pictures(80), revision: 2)
            let total = FaultPlan.report.total
            try fixture.put(withUnsafeBytes(of: UInt32(total).bigEndian) { Array($0) }, as: "total")
        }
        return try fixture.bytes(of: "total").reduce(0) { $0 << 8 | Int($1) }
    }

    @Test("while one process writes, another reads whole states and never finds it damaged")
    func readerBeside() async throws {
        let fixture = try Fixture()
        try fixture.build(Sample.pictures(60))
        async let reader: Void = Self.read(fixture.path)
        while try !fixture.names().contains("reading") {
            try await Task.sleep(for: .milliseconds(5))
        }
        let index = try fixture.open()
        for revision in 2...151 {
            try index.apply(
                changes: [Sample.picture(1000 + revision), Sample.picture(revision % 60 + 1)],
                revision: Int64(revision))
        }
        await reader
        try index.verify()
        #expect(try index.totals().pictures == 210)
    }

    private static func read(_ path: String) async {
        await #expect(processExitsWith: .success) { [path = path as String] in
            let fixture = try Fixture(existing: path)
            try fixture.put([], as: "reading")
            var last: Int64 = 1
            var seen: Set<Int64> = []
            while last < 151 {
                // Now and then a new one, which looks for journals as every command does.
                let index = try fixture.open()
                for _ in 0..<5 {
                    let revision = try index.revision()
                    // Each revision adds a picture of its own, and takes none away.
                    let count = try index.totals().pictures
                    #expect(revision >= last && count >= 59 + Int(revision))
                    last = revision
                    seen.insert(revision)
                }
            }
            #expect(seen.count > 3)
        }
    }

    @Test("when the disk is full while it is built, the old one stays")
    func fullWhileBuilding() async throws {
        await #expect(processExitsWith: .success) {
            let fixture = try Fixture()
            try fixture.build(Sample.pictures(60))
            for number in [1, 2, 5, 20, 30] {
                _ = FaultPlan.install("enospc@\(number)+")
                #expect(throws: IndexError.self) {
                    try fixture.build(Sample.pictures(80), revision: 2)
                }
                FaultPlan.remove()
                #expect(try fixture.open().revision() == 1)
            }
            try fixture.build(Sample.pictures(80), revision: 2)
            #expect(try fixture.names() == ["index.db"])
        }
    }

    @Test(
        "when the disk is full or broken at any write, nothing is half done, and a repetition works"
    )
    func diskErrors() async throws {
        await #expect(processExitsWith: .success) {
            for number in stride(from: 1, to: 200, by: 9) {
                let fixture = try Fixture()
                try fixture.build(Sample.pictures(60))
                let index = try fixture.open()
                _ = FaultPlan.install("enospc@\(number)+")
                var isRefused = false
                do { try Child.work(index) } catch is IndexError { isRefused = true }
                FaultPlan.remove()
                if !isRefused { break }
                let again = try fixture.open()
                #expect(try again.totals().pictures == Self.pictures[again.revision()])
                try again.verify()
                try Child.work(again)
                try again.verify()
                #expect(try again.rows("quokka").count == 18)
            }
        }
    }
}

import Glibc
import Testing
import VaultCrypto
import VaultFiles
import VaultFormat

@testable import VaultRecords

@Suite("Records: several at once", .serialized)
struct SharingTests {
    @Test("ATTACK 61: after a fork, the child is refused and the parent goes on")
    func forked() throws {
        let fixture = try Fixture()
        try fixture.create()
        let database = try fixture.open()
        try fixture.insert(1, into: database)
        // Swift hides fork, with reason: the child does nothing here but ask and leave.
        typealias Fork = @convention(c) () -> Int32
        let fork = unsafeBitCast(try #require(dlsym(nil, "fork")), to: Fork.self)
        let child = fork()
        if child == 0 {
            var refusals: Int32 = 0
            do { _ = try database.revision() } catch RecordsError.forked { refusals += 1 } catch {}
            do {
                try database.transaction { _ in }
            } catch RecordsError.forked {
                refusals += 1
            } catch {}
            _exit(refusals)
        }
        var status: Int32 = 0
        #expect(waitpid(child, &status, 0) == child)
        #expect(status >> 8 & 0xFF == 2 && status & 0x7F == 0)
        try fixture.insert(1, from: 1, into: database)
        #expect(try database.counts().records == 2)
    }

    @Test("ATTACK 57, 63: two processes that write at once lose no commit of each other")
    func twoProcesses() async throws {
        let fixture = try Fixture()
        try fixture.create()
        async let first: Void = write(fixture.path, "first")
        async let second: Void = write(fixture.path, "second")
        _ = await (first, second)
        let database = try RecordsDatabase.open(
            in: fixture.folder, mode: .writing, checking: true)
        #expect(try database.counts().records == 2 * 25 * 4)
        #expect(try database.revision() == 2 * 25)
        try database.mirror()
        #expect(try database.compareWithMirror().isEqual)
    }

    private func write(_ path: String, _ name: String) async {
        await #expect(processExitsWith: .success) { [path = path as String] in
            let fixture = try Fixture(existing: FilePath(path))
            let database = try Child.open(path)
            for number in 0..<25 {
                try fixture.insert(4, from: number, into: database)
                if number % 5 == 0 { try database.mirror() }
            }
        }
    }

    @Test("ATTACK 57: who looks and adds in one transaction adds a content once")
    func twoImporters() async throws {
        let fixture = try Fixture()
        try fixture.create()
        let digest = try Sample.value().digest
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<4 {
                group.addTask { [fixture] in
                    do {
                        try add(digest, number, fixture)
                    } catch {
                        Issue.record(error)
                    }
                }
            }
        }
        #expect(try fixture.open().counts().records == 1)
        #expect(try fixture.open().counts().occurrences == 4)
    }

    private func add(_ digest: ContentDigest, _ number: Int, _ fixture: Fixture) throws {
        let database = try fixture.open()
        var sealer = fixture.sealer
        var opener = fixture.opener
        var batch = RecordBatch()
        var value = try Sample.value()
        value.digest = digest
        sealer.seal(
            value, [Sample.occurrence(number)], id: try Sample.id(), key: .random(), detail: [7],
            into: &batch)
        try database.transaction { writer in
            var found = RecordBatch()
            try writer.fill(&found, .content, [sealer.contentTag(digest)])
            if found.isEmpty { return try writer.insert(&batch) }
            try found.withRecord(at: 0) { record in
                let opened = try opener.open(record)
                try writer.addOccurrence(
                    sealer.seal(
                        Sample.occurrence(number), number: UInt32(record.occurrenceCount + 1),
                        of: opened))
            }
        }
    }

    @Test("several workers, each with an opener of its own, open one vault's records at once")
    func workers() async throws {
        let fixture = try Fixture()
        try fixture.create()
        let database = try fixture.open()
        try fixture.insert(400, into: database)
        let opened = try await withThrowingTaskGroup(of: Int.self) { group in
            for worker in 0..<4 {
                group.addTask {
                    var opener = fixture.opener
                    var batch = RecordBatch()
                    try database.fill(&batch, after: Int64(worker * 100), limit: 100)
                    for index in 0..<batch.count {
                        try batch.withRecord(at: index) { record in
                            let opened = try opener.open(record)
                            _ = try opener.openOccurrences(of: record, opened)
                        }
                    }
                    return batch.count
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(opened == 400)
    }

    @Test("a reader goes on through a transaction, and sees it when it is done")
    func readerMeanwhile() throws {
        let fixture = try Fixture()
        try fixture.create()
        let database = try fixture.open()
        let other = try fixture.open(.reading)
        var batch = try fixture.batch(10)
        try database.transaction { writer in
            try writer.insert(&batch)
            #expect(try other.counts().records == 0)
            #expect(try database.counts().records == 0)
        }
        #expect(try other.counts().records == 10)
    }

    @Test("a second writer is told that the vault is busy, once its patience is over")
    func busy() throws {
        let fixture = try Fixture()
        try fixture.create()
        let (database, other) = (try fixture.open(), try fixture.open())
        try database.transaction { _ in
            #expect(throws: RecordsError.busy) {
                try other.transaction(wait: .milliseconds(20)) { _ in }
            }
        }
    }
}

import Testing
import VaultFiles
import VaultFormat

@testable import VaultRecords

@Suite("Records: malformed files")
struct FuzzTests {
    @Test(
        "ATTACK 28: no damage to the file does more than an error", arguments: 1...6)
    func damaged(seed: Int) throws {
        var random = Seeded(state: UInt64(seed))
        let fixture = try Fixture()
        try fixture.create()
        do {
            let database = try fixture.open()
            let batch = try fixture.insert(120, into: database)
            try database.transaction(destroying: true) { writer in
                _ = try writer.destroy([batch.id(at: 5), batch.id(at: 50)])
            }
        }
        let genuine = try fixture.bytes(of: "records.db")
        let directory = try Directory.open(fixture.folder)
        try directory.unlink("records.bak")
        var refused = 0
        for number in 0..<50 {
            let damaged = Self.damage(genuine, number, &random)
            for name in try fixture.names(of: directory) { try directory.unlink(name) }
            try directory.createExclusive("records.db").write(damaged)
            do throws(RecordsError) {
                try use(fixture, checking: number % 2 == 0)
            } catch {
                refused += 1
            }
        }
        #expect(refused > 10)
    }

    /// Everything that reads and most that writes; throws nothing but what the room throws.
    private func use(_ fixture: Fixture, checking: Bool) throws(RecordsError) {
        let database = try RecordsDatabase.open(
            in: fixture.folder, mode: .writing, checking: checking, wait: .zero)
        var failure: RecordsError?
        func tried(_ body: () throws -> Void) {
            do {
                try body()
            } catch let error as RecordsError {
                failure = error
            } catch {
                Issue.record("thrown: \(error)")
            }
        }
        tried { try fixture.openAll(database) }
        tried { _ = try database.find(prefix: "") }
        tried { _ = try database.counts() }
        tried { _ = try database.header() }
        tried { _ = try database.keyring() }
        tried { _ = try database.packs() }
        tried { _ = try database.destroyed(since: 0) }
        tried { _ = try database.copies() }
        tried { try fixture.insert(20, from: 500, into: database) }
        tried {
            let ids = try database.find(prefix: "", limit: 3)
            try database.transaction(destroying: true) { try $0.destroy(ids) }
        }
        tried { try database.mirror() }
        tried { _ = try database.compareWithMirror() }
        if let failure { throw failure }
    }

    private static func damage(
        _ genuine: [UInt8], _ number: Int, _ random: inout Seeded
    ) -> [UInt8] {
        var bytes = genuine
        let pages = bytes.count / 4096
        switch number % 5 {
        case 0:
            bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random))
        case 1:
            let page = Int.random(in: 0..<pages, using: &random) * 4096
            for index in page..<(page + 4096) { bytes[index] = 0 }
        case 2:
            // The heads of pages say where the cells are.
            let page = Int.random(in: 0..<pages, using: &random) * 4096
            for _ in 0..<4 {
                bytes[page + Int.random(in: 0..<40, using: &random)] = .random(
                    in: 0...255, using: &random)
            }
        case 3:
            // One page in another's place.
            let from = Int.random(in: 0..<pages, using: &random) * 4096
            let to = Int.random(in: 1..<pages, using: &random) * 4096
            bytes.replaceSubrange(to..<(to + 4096), with: genuine[from..<(from + 4096)])
        default:
            for _ in 0..<30 {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(
                    in: 0...255, using: &random)
            }
        }
        return bytes
    }

    @Test(
        "ATTACK 28: values of the wrong type, size or range in honest columns are errors",
        arguments: [
            "UPDATE record SET version = -1", "UPDATE record SET version = 4294967296",
            "UPDATE record SET id = zeroblob(15) WHERE row = 1",
            "UPDATE record SET sealed = 'text'",
            "UPDATE record SET row = 9223372036854775807 WHERE row = 2",
            "UPDATE occurrence SET number = -1", "UPDATE occurrence SET sealed = 7",
            "DELETE FROM record WHERE row = 2",
            "DELETE FROM filekey", "UPDATE filekey SET wrapped = 1.5",
            "UPDATE vault SET revision = 9223372036854775807", "UPDATE vault SET header = 'text'",
            "DELETE FROM vault", "UPDATE keyring SET purpose = 'other'",
            "UPDATE keyring SET epoch = -1", "INSERT INTO pack VALUES('text', 1, 1)",
            "INSERT INTO destroyed VALUES(9223372036854775807, zeroblob(16), 1)",
            "INSERT INTO copy VALUES(zeroblob(16), 3, 1, 1)",
            "UPDATE record SET sealed = zeroblob(5000000) WHERE row = 1",
        ])
    func wrongValues(sql: String) throws {
        let fixture = try Fixture()
        try fixture.create()
        do { try fixture.insert(3, into: fixture.open()) }
        try fixture.plant(sql)
        #expect(throws: RecordsError.self) { try use(fixture, checking: false) }
    }
}

import Testing
import VaultCrypto
import VaultFiles
import VaultFormat

@testable import VaultRecords

/// Numbers that a seed decides (SplitMix64).
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

@Suite("Records: histories")
struct HistoryTests {
    @Test(
        "after any history the mirror equals the records row for row, whichever way it took",
        arguments: 1...10)
    func histories(seed: Int) throws {
        var random = Seeded(state: UInt64(seed))
        let fixture = try Fixture()
        try fixture.create()
        let database = try fixture.open()
        for step in 0..<30 {
            try act(fixture, database, step, &random)
            if Int.random(in: 0..<3, using: &random) == 0 {
                try database.mirror()
                let comparison = try database.compareWithMirror()
                #expect(comparison.isEqual, "\(comparison.tables) after step \(step)")
            }
        }
        try fixture.openAll(database)
        try fixture.insert(1_000, from: 100_000, into: database)
        #expect(try database.mirror() == .madeAnew)
        #expect(try database.compareWithMirror().isEqual)
    }

    /// Does one thing or another.
    func act(
        _ fixture: Fixture, _ database: RecordsDatabase, _ step: Int, _ random: inout Seeded
    ) throws {
        var all: [RecordID] = []
        try database.scan { batch in all += (0..<batch.count).map { batch.id(at: $0) } }
        let some = all.shuffled(using: &random).prefix(Int.random(in: 1...6, using: &random))
        let pack = try PackName(bytes: RandomBytes.make(32))
        let count = [1, 2, 10, 60].randomElement(using: &random)!
        switch Int.random(in: 0..<9, using: &random) {
        case 0, 1:
            try fixture.insert(count, from: step * 100, into: database)
        case 2:
            try database.transaction(destroying: true) { try $0.destroy(some) }
        case 3:
            for id in some {
                let value = try fixture.reseal(id, in: database) { $0.tags = ["step \(step)"] }
                try database.transaction { try $0.replaceValue(value) }
            }
        case 4:
            for id in some {
                let occurrence = try fixture.occurrence(UInt32(step) + 10, of: id, in: database)
                try database.transaction { try $0.addOccurrence(occurrence) }
            }
        case 5:
            for id in some {
                let numbers = try database.record(id).withRecord(at: 0) { record in
                    (0..<record.occurrenceCount).map { record.occurrence(at: $0).number }
                }
                guard numbers.count > 1 else { continue }
                try database.transaction(destroying: true) {
                    try $0.removeOccurrences(numbers.dropLast(), of: id)
                }
            }
        case 6:
            let old = try database.packs().randomElement(using: &random)
            try database.transaction { writer in
                try writer.addPack(pack, byteCount: 7)
                if let old { try writer.dropPack(old.name) }
                // One that was dropped may come back.
                if step % 2 == 0, let old { try writer.addPack(old.name, byteCount: 8) }
            }
        case 7:
            try database.transaction { writer in
                try writer.addErasedTag(ErasureTag(bytes: pack.bytes[..<16]))
                try writer.setCopy(
                    CopyRow(
                        id: CopyID(bytes: pack.bytes[..<16]), place: [1], revision: 1, time: 2))
            }
        default:
            try database.transaction(destroying: true) { try $0.replaceHeader(pack.bytes) }
        }
    }

    @Test("rows and IDs are never given twice, also after the last record was destroyed")
    func rowsAreNotReused() throws {
        let fixture = try Fixture()
        try fixture.create()
        let database = try fixture.open()
        let first = try fixture.insert(3, into: database)
        try database.transaction(destroying: true) {
            try $0.destroy([first.id(at: 1), first.id(at: 2)])
        }
        let second = try fixture.insert(1, from: 3, into: database)
        #expect(second.row(at: 0) == 4)
        #expect(try database.destroyed(since: 0).map(\.id) == [first.id(at: 1), first.id(at: 2)])
        #expect(try database.destroyed(since: 2).isEmpty)
    }

    @Test("candidates are found by content and by place, and by what changed since a revision")
    func candidates() throws {
        let fixture = try Fixture()
        try fixture.create()
        let database = try fixture.open()
        let sealed = try fixture.insert(30, into: database)
        let values = try fixture.openAll(database)
        let sealer = fixture.sealer
        var found = RecordBatch()
        try database.fill(&found, .content, [sealer.contentTag(values[7].digest)])
        #expect(found.count == 1 && found.id(at: 0) == sealed.id(at: 7))
        let places = [3, 9].map { number in
            let place = Sample.occurrence(number)
            return sealer.placeTag(root: place.root, path: place.path)
        }
        try database.fill(&found, .place, places)
        #expect((0..<found.count).map { found.row(at: $0) } == [4, 10])
        let value = try fixture.reseal(sealed.id(at: 5), in: database) { $0.imported = 9 }
        try database.transaction { try $0.replaceValue(value) }
        try database.fill(&found, changedAfter: 1)
        #expect(found.count == 1 && found.id(at: 0) == sealed.id(at: 5))
        try database.fill(&found, changedAfter: 0)
        #expect(found.count == 30)
    }

    @Test("a transaction whose body throws changes nothing, not even the revision")
    func givenUp() throws {
        struct Stop: Error {}
        let fixture = try Fixture()
        try fixture.create()
        let database = try fixture.open()
        var batch = try fixture.batch(5)
        #expect(throws: Stop.self) {
            try database.transaction { writer in
                try writer.insert(&batch)
                throw Stop()
            }
        }
        #expect(try database.counts().records == 0)
        #expect(try database.revision() == 0)
        try database.transaction { writer in try writer.insert(&batch) }
        #expect(throws: RecordsError.conflict) {
            try database.transaction { writer in try writer.insert(&batch) }
        }
        #expect(try database.counts().records == 5)
    }

    @Test("the last place of a record is not taken from it")
    func lastPlace() throws {
        let fixture = try Fixture()
        try fixture.create()
        let database = try fixture.open()
        let id = try fixture.insert(1, into: database).id(at: 0)
        #expect(throws: RecordsError.conflict) {
            try database.transaction(destroying: true) { try $0.removeOccurrences([1], of: id) }
        }
        #expect(try database.counts().occurrences == 1)
    }
}

extension Fixture {
    func occurrence(
        _ number: UInt32, of id: RecordID, in database: RecordsDatabase
    ) throws -> SealedOccurrence {
        var opener = opener
        var sealer = sealer
        return try database.record(id).withRecord(at: 0) { record in
            let opened = try opener.open(record)
            return sealer.seal(Sample.occurrence(Int(number)), number: number, of: opened)
        }
    }
}

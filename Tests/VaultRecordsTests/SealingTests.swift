import Testing
import VaultCrypto
import VaultFiles
import VaultFormat

@testable import VaultRecords

@Suite("Records: what is sealed")
struct SealingTests {
    @Test("associated data patched in place equals that of the specification")
    func associated() throws {
        let vault = try VaultID(bytes: RandomBytes.make(16))
        var patched = AssociatedBytes(vault: vault)
        for version in [UInt32(1), 0x0102_0304, .max] {
            let id = try Sample.id()
            #expect(patched.fileKey(id) == Associated.fileKey(vault: vault, record: id))
            #expect(
                patched.record(id, version: version)
                    == Associated.record(vault: vault, record: id, version: version))
            #expect(
                patched.occurrence(id, number: 7, version: version)
                    == Associated.occurrence(
                        vault: vault, record: id, number: 7, version: version))
        }
    }

    /// SQL that moves a sealed value where it does not belong; rows 1 and 2 hold one occurrence each.
    static let moves = [
        "UPDATE record SET sealed = (SELECT sealed FROM record WHERE row = 2) WHERE row = 1",
        "UPDATE record SET sealed = (SELECT sealed FROM occurrence WHERE row = 1) WHERE row = 1",
        "UPDATE record SET version = 2 WHERE row = 1",
        "UPDATE record SET id = zeroblob(16) WHERE row = 1",
        "UPDATE filekey SET wrapped = (SELECT wrapped FROM filekey WHERE row = 2) WHERE row = 1",
        "UPDATE filekey SET wrapped = zeroblob(72) WHERE row = 1",
        "UPDATE filekey SET wrapped = x'00' WHERE row = 1",
        "UPDATE record SET sealed = x'00' WHERE row = 1",
        "UPDATE occurrence SET sealed = (SELECT sealed FROM occurrence WHERE row = 2) WHERE row = 1",
        "UPDATE occurrence SET sealed = (SELECT sealed FROM record WHERE row = 1) WHERE row = 1",
        "UPDATE occurrence SET number = 2 WHERE row = 1",
        "UPDATE occurrence SET version = 2 WHERE row = 1",
        "UPDATE occurrence SET row = 3 WHERE row = 2; UPDATE occurrence SET row = 2 WHERE row = 1;"
            + "UPDATE occurrence SET row = 1 WHERE row = 3",
    ]

    @Test(
        "ATTACK 26: a sealed value in another row, column or version is refused", arguments: moves)
    func moved(sql: String) throws {
        let fixture = try Fixture()
        try fixture.create()
        let database = try fixture.open()
        try fixture.insert(2, into: database)
        #expect(throws: Never.self) { try fixture.openAll(database) }
        try fixture.plant(sql)
        #expect(throws: RecordsError.tampered) { try fixture.openAll(database) }
    }

    @Test("ATTACK 18: an earlier version of a record's value, put back, is refused")
    func earlierVersion() throws {
        let fixture = try Fixture()
        try fixture.create()
        let database = try fixture.open()
        let batch = try fixture.insert(1, into: database)
        var old: [UInt8] = []
        batch.withRecord(at: 0) { record in old = record.sealed.withUnsafeBytes { Array($0) } }
        let sealed = try fixture.reseal(batch.id(at: 0), in: database) { $0.tags = ["new"] }
        try database.transaction { writer in try writer.replaceValue(sealed) }
        #expect(throws: Never.self) { try fixture.openAll(database) }
        let hex = old.map { Hex.encode([$0]) }.joined()
        try fixture.plant("UPDATE record SET sealed = x'\(hex)'")
        #expect(throws: RecordsError.tampered) { try fixture.openAll(database) }
        // Back to the old version number as well: that is an older row, which is genuine. Only the log
        // of what was done can tell (ATTACK 27).
        try fixture.plant("UPDATE record SET version = 1")
        #expect(throws: Never.self) { try fixture.openAll(database) }
    }

    // ATTACK 27 (rows deleted, or a whole old database put back) has no test here: sealed rows say
    // nothing of rows that are not there. It is the audit log's replay that finds it.

    @Test("two that change one value: the second is told, and nothing of it is kept")
    func conflict() throws {
        let fixture = try Fixture()
        try fixture.create()
        let database = try fixture.open()
        let id = try fixture.insert(1, into: database).id(at: 0)
        let first = try fixture.reseal(id, in: database) { $0.tags = ["first"] }
        let second = try fixture.reseal(id, in: database) { $0.tags = ["second"] }
        try database.transaction { writer in try writer.replaceValue(first) }
        #expect(throws: RecordsError.conflict) {
            try database.transaction { writer in try writer.replaceValue(second) }
        }
        #expect(try fixture.openAll(database).first?.tags == ["first"])
        #expect(try database.revision() == 2)
    }

    @Test("keys of one vault do not open another's rows")
    func otherVault() throws {
        let fixture = try Fixture()
        try fixture.create()
        let database = try fixture.open()
        try fixture.insert(1, into: database)
        var other = RecordOpener(
            vault: try VaultID(bytes: RandomBytes.make(16)), epoch: 1, wrapKey: fixture.wrapKey)
        let batch = try database.record(database.find(prefix: "")[0])
        #expect(throws: RecordsError.tampered) {
            try batch.withRecord(at: 0) { record in _ = try other.open(record) }
        }
    }
}

extension Fixture {
    /// Opens every record with its occurrences.
    @discardableResult
    func openAll(_ database: RecordsDatabase) throws -> [RecordValue] {
        var opener = opener
        var values: [RecordValue] = []
        try database.scan { batch in
            for index in 0..<batch.count {
                try batch.withRecord(at: index) { record in
                    let opened = try opener.open(record)
                    _ = try opener.openOccurrences(of: record, opened)
                    values.append(opened.value)
                }
            }
        }
        return values
    }

    func reseal(
        _ id: RecordID, in database: RecordsDatabase, _ change: (inout RecordValue) -> Void
    ) throws -> SealedValue {
        var opener = opener
        var sealer = sealer
        return try database.record(id).withRecord(at: 0) { record in
            let opened = try opener.open(record)
            var value = opened.value
            change(&value)
            return sealer.reseal(value, of: opened)
        }
    }
}

import GRDB
import Testing
import VaultCrypto
import VaultFiles
import VaultFormat

@testable import VaultRecords

@Suite("Records: what entries say of rows")
struct RowStateTests {
    /// The last word of the entries on every record: what a verifier without a key comes to. Spec 07 §4.
    private func lastWords(_ database: RecordsDatabase) throws -> [Int64: LogHash] {
        var words: [Int64: LogHash] = [:]
        for entry in try database.entries(from: 0, limit: 10_000) {
            try entry.rows.withUnsafeBytes { bytes in
                let rows = try EntryRowsReader(parsing: bytes)
                for index in 0..<rows.recordCount {
                    let record = rows.record(at: index)
                    words[record.row] = record.state == .destroyed ? nil : record.state
                }
            }
        }
        return words
    }

    private func states(_ database: RecordsDatabase) throws -> [Int64: LogHash] {
        var states: [Int64: LogHash] = [:]
        _ = try database.states { row, state in states[row] = state }
        return states
    }

    @Test(
        "ATTACK 27: after any history the last word of the entries on each row is what the row is",
        arguments: 1...6)
    func histories(seed: Int) throws {
        var random = Seeded(state: UInt64(seed) &+ 100)
        let fixture = try Fixture()
        try fixture.create()
        let database = try fixture.open()
        for step in 0..<25 {
            try HistoryTests().act(fixture, database, step, &random)
            #expect(try lastWords(database) == states(database), "after step \(step)")
        }
        // Keys of the next epoch for all of it.
        _ = try fixture.rotate(database)
        #expect(try lastWords(database) == states(database), "after a rotation")
        #expect(try states(database).count == database.counts().records)
    }

    @Test(
        "a rotation wraps every key anew and keeps every value; what does not open stays, and loses its old desk key's way",
        arguments: [0, 1, 7, 300])
    func rotation(_ count: Int) throws {
        let fixture = try Fixture()
        try fixture.create()
        let database = try fixture.open()
        let sealed = try fixture.insert(count, into: database)
        let before = try fixture.openAll(database)
        // Of every seventh the key is damaged, of every tenth the value alone.
        let keys = (0..<count).filter { $0 % 7 == 6 }.map { sealed.row(at: $0) }
        let values = (0..<count).filter { $0 % 7 != 6 && $0 % 10 == 0 }.map { sealed.row(at: $0) }
        for row in keys {
            try fixture.plant("UPDATE filekey SET wrapped = zeroblob(72) WHERE row = \(row)")
        }
        for row in values {
            try fixture.plant("UPDATE record SET sealed = zeroblob(90) WHERE row = \(row)")
        }
        #expect(try fixture.subjects(of: values) == values.count)
        let old = try states(database)
        let (new, report) = try fixture.rotate(database)
        #expect(report == RotationCount(records: count, damaged: keys.count))
        var opener = RecordOpener(vault: fixture.vault, epoch: 2, wrapKey: new.wrap)
        var opened: [RecordID: RecordValue] = [:]
        var unopened: [Int64] = []
        try database.scan { batch in
            for at in 0..<batch.count {
                try batch.withRecord(at: at) { record in
                    do {
                        let record = try opener.open(record)
                        opened[record.id] = record.value
                    } catch RecordsError.tampered {
                        unopened.append(record.row)
                    }
                }
            }
        }
        #expect(unopened == (keys + values).sorted())
        for at in 0..<count where !unopened.contains(sealed.row(at: at)) {
            #expect(opened[sealed.id(at: at)] == before[at])
        }
        // The old key opens nothing that was wrapped anew.
        var former = RecordOpener(vault: fixture.vault, epoch: 2, wrapKey: fixture.wrapKey)
        try database.scan { batch in
            for at in 0..<batch.count where !keys.contains(batch.row(at: at)) {
                #expect(throws: RecordsError.tampered) {
                    try batch.withRecord(at: at) { record in _ = try former.openKey(record) }
                }
            }
        }
        #expect(try fixture.subjects(of: values) == 0)
        let after = try states(database)
        #expect(try lastWords(database) == after)
        for (row, state) in after { #expect((state == old[row]) == keys.contains(row), "\(row)") }
    }
}

extension Fixture {
    /// How many of these rows somebody finds who has the desk key and the subject.
    func subjects(of rows: [Int64]) throws -> Int {
        let path = String(decoding: folder.appending("records.db").bytes, as: UTF8.self)
        let queue = try DatabaseQueue(path: path)
        defer { try? queue.close() }  // It was only read.
        let list = rows.map(String.init).joined(separator: ",")
        return try queue.read { database in
            try Int.fetchOne(
                database,
                sql: "SELECT count(DISTINCT row) FROM finder WHERE subject NOT NULL "
                    + "AND row IN (\(list))") ?? 0
        }
    }

    /// Makes keys of epoch 2 in one transaction.
    func rotate(_ database: RecordsDatabase) throws -> (keys: RotatedKeys, report: RotationCount) {
        let keys = RotatedKeys()
        let report = try database.transaction(destroying: true) { writer in
            let count = try writer.rewrapAll(
                of: database,
                with: {
                    Rewrapper(
                        opener: self.opener,
                        sealer: RecordSealer(
                            vault: self.vault, wrapKey: keys.wrap, tagKey: keys.tag,
                            deskKey: keys.desk))
                }, progress: { _ in })
            try writer.replaceKeyring(
                [KeyringRow(purpose: .signing, epoch: 2, wrapped: [4, 5, 6])], epoch: 2)
            return count
        }
        return (keys, report)
    }
}

/// What a rotation's threads work with.
final class RotatedKeys: Sendable {
    let wrap = WrapKey.random()
    let tag = TagKey.random()
    let desk = DeskKey.random()
}

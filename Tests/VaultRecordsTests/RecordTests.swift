import Testing
import VaultCrypto
import VaultFiles
import VaultFormat

@testable import VaultRecords

@Suite("Records: rows in and out")
struct RecordTests {
    @Test("what was sealed and inserted is scanned, opened and equal, occurrences and all")
    func roundTrip() throws {
        let fixture = try Fixture()
        try fixture.create()
        let database = try fixture.open()
        var sealer = fixture.sealer
        var batch = RecordBatch()
        var expected: [(RecordID, RecordValue, [OccurrenceValue])] = []
        for number in 0..<250 {
            let value = try Sample.value(number, tags: number % 3 == 0 ? ["a", "b"] : [])
            let places = (0..<(1 + number % 3)).map { Sample.occurrence(number * 10 + $0) }
            let id = try Sample.id()
            sealer.seal(value, places, id: id, key: .random(), detail: [7], into: &batch)
            expected.append((id, value, places))
        }
        let revision = try database.transaction { writer in
            try writer.insert(&batch)
            return writer.revision
        }
        #expect(revision == 1)
        #expect(try database.revision() == 1)
        var opener = fixture.opener
        var index = 0
        try database.scan(limit: 64) { batch in
            for at in 0..<batch.count {
                try batch.withRecord(at: at) { record in
                    let opened = try opener.open(record)
                    let places = try opener.openOccurrences(of: record, opened)
                    #expect(record.row == Int64(index + 1))
                    #expect(opened.id == expected[index].0)
                    #expect(opened.value == expected[index].1)
                    #expect(places.map(\.value) == expected[index].2)
                    #expect(places.map(\.number) == Array(1...UInt32(expected[index].2.count)))
                }
                index += 1
            }
        }
        #expect(index == 250)
        #expect(try database.counts().records == 250)
        #expect(try database.header() == fixture.header)
        #expect(try database.keyring().count == 1)
        let prefix = String(expected[7].0.hex.prefix(9))
        #expect(try database.find(prefix: prefix) == [expected[7].0])
        #expect(try database.find(prefix: "xyz").isEmpty)
    }
}

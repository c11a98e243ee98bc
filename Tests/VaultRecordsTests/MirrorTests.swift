import Testing
import VaultCrypto
import VaultFiles
import VaultFormat

@testable import VaultRecords

@Suite("Records: the second copy")
struct MirrorTests {
    @Test("a new vault has a second copy that is the same row for row")
    func created() throws {
        let fixture = try Fixture()
        try fixture.create()
        let database = try fixture.open()
        #expect(try database.mirror() == .unchanged)
        #expect(try database.compareWithMirror().isEqual)
    }

    @Test("few changes are brought over by rows, many by making it anew; both leave the same rows")
    func bothPaths() throws {
        let fixture = try Fixture()
        try fixture.create()
        let database = try fixture.open()
        try fixture.insert(200, into: database)
        #expect(try !database.compareWithMirror().isEqual)
        #expect(try database.mirror() == .madeAnew)
        #expect(try database.compareWithMirror().isEqual)
        let few = try fixture.insert(5, from: 500, into: database)
        #expect(try database.mirror() == .broughtUp(records: 5))
        #expect(try database.compareWithMirror().isEqual)
        let count = try database.transaction(destroying: true) { writer in
            try writer.destroy([few.id(at: 2)])
        }
        #expect(count == 1)
        #expect(try database.mirror() == .broughtUp(records: 0))
        #expect(try database.compareWithMirror().isEqual)
        #expect(try database.mirror() == .unchanged)
    }
}

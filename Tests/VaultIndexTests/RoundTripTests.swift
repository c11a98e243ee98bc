import Testing
import VaultCrypto
import VaultFiles
import VaultFormat

@testable import VaultIndex

@Suite("Index: building, changing, reading")
struct RoundTripTests {
    @Test("what was built is found again, and the files are as the specification says")
    func built() throws {
        let fixture = try Fixture()
        #expect(try fixture.opening().reason == .missing)
        try fixture.build(Sample.pictures(300), revision: 42)
        #expect(try fixture.names() == ["index.db"])
        let index = try fixture.open()
        #expect(try index.revision() == 42)
        var query = IndexQuery()
        query.bin = .both
        #expect(try index.count(query) == 300)
        let hit = try #require(try index.find(idPrefix: Sample.id(12).hex).first)
        let picture = Sample.picture(12)
        #expect(hit.row == 12 && hit.id == picture.id && hit.revision == 1)
        #expect(hit.name == Array("IMG_10012.jpg".utf8) && hit.size == picture.size)
        #expect(hit.byteCount == picture.byteCount && hit.type == picture.type)
        #expect(hit.taken == picture.taken?.local && hit.minutesEast == picture.taken?.minutesEast)
        try index.verify()
        let opened = try SealedLayout.open(fixture.bytes(of: "index.db"), kind: 1)
        #expect(opened.blocks.allSatisfy { $0.count == 4096 })
        #expect(opened.blocks[0].starts(with: Array("SQLite format 3".utf8)))
        // Whole: two epochs, and no mark of an unfinished transaction.
        #expect(opened.state.count == 48 && opened.state[32...].allSatisfy { $0 == 0 })
    }

    @Test("an empty vault has an index too")
    func empty() throws {
        let fixture = try Fixture()
        try fixture.build([])
        let index = try fixture.open()
        #expect(try index.count(IndexQuery()) == 0 && index.months(IndexQuery()).isEmpty)
        #expect(try index.rows("beach").isEmpty)
    }

    @Test("changes replace rows, destroyed records go, the revision moves with them")
    func changes() throws {
        let fixture = try Fixture()
        try fixture.build(Sample.pictures(50))
        do {
            let index = try fixture.open()
            var changed = Sample.picture(7, revision: 2)
            changed.tags = ["neu"]
            changed.subjects = ["Erika"]
            try index.apply(
                changes: [changed, Sample.picture(51, revision: 2)], removed: [Sample.id(8)],
                revision: 2)
        }
        let index = try fixture.open()
        #expect(try index.revision() == 2)
        #expect(try index.rows("neu") == [7] && index.rows("subject:erika") == [7])
        #expect(try index.rows("000007").isEmpty && index.rows("000008").isEmpty)
        #expect(try index.rows("000051") == [51])
        #expect(try index.revisions(of: [Sample.id(7), Sample.id(8)]) == [Sample.id(7): 2])
        let totals = try index.totals()
        #expect(totals.pictures == 50 && totals.inBin == 4 && totals.notLooked == 50)
        try index.verify()
    }

    @Test("a transaction that fails changes nothing")
    func failing() throws {
        let fixture = try Fixture()
        try fixture.build(Sample.pictures(20))
        let index = try fixture.open()
        var twice = Sample.picture(21)
        twice.tags = ["einmal"]
        #expect(throws: IndexError.self) {
            try index.connection.run { (session) throws(IndexError) in
                try session.transaction { () throws(IndexError) in
                    let writer = PictureWriter(session: session)
                    try writer.insert(twice)
                    try writer.insert(twice)
                }
            }
        }
        #expect(try index.rows("einmal").isEmpty && index.revision() == 1)
        try index.apply(changes: [twice], revision: 2)
        #expect(try index.rows("einmal") == [21])
        try index.verify()
    }

    @Test("two connections see each other's commits")
    func together() throws {
        let fixture = try Fixture()
        try fixture.build(Sample.pictures(20))
        let (one, other) = (try fixture.open(), try fixture.open())
        for round in 1...5 {
            try one.apply(changes: [Sample.picture(100 + round)], revision: Int64(round * 2))
            #expect(try other.rows("0001\(round < 10 ? "0" : "")\(round)") == [Int64(100 + round)])
            try other.apply(changes: [Sample.picture(200 + round)], revision: Int64(round * 2 + 1))
            #expect(try one.revision() == Int64(round * 2 + 1))
        }
        try one.verify()
    }

    @Test("what is built anew takes the old one's place, with a journal of the old one beside it")
    func rebuilt() throws {
        let fixture = try Fixture()
        try fixture.build(Sample.pictures(20))
        try fixture.put([1, 2, 3], as: "index.db-journal")
        try fixture.put([1], as: "index.db.new")
        try fixture.build(Sample.pictures(30), revision: 5)
        #expect(try fixture.names() == ["index.db"])
        #expect(try fixture.open().revision() == 5)
    }

    @Test("a builder that is dropped leaves nothing, and the old index stays")
    func dropped() throws {
        let fixture = try Fixture()
        try fixture.build(Sample.pictures(5))
        do {
            let builder = try IndexBuilder(
                in: fixture.folder, key: Fixture.key(), vault: Fixture.vault)
            try builder.add(Sample.pictures(10))
            #expect(try fixture.names().contains("index.db.new"))
        }
        #expect(try fixture.names() == ["index.db"])
        #expect(try fixture.open().count(IndexQuery()) == 5)
    }

    @Test("an index in memory answers as one on disk, and writes nothing")
    func inMemory() throws {
        let builder = try IndexBuilder.inMemory()
        try builder.add(Sample.pictures(30))
        let index = try #require(try builder.finish(revision: 9))
        #expect(index.isInMemory)
        #expect(try index.revision() == 9 && index.rows("000017") == [17])
    }

    @Test("the vault may lie under any path, such as one that looks like a name with options")
    func strangePaths() throws {
        let fixture = try Fixture()
        let name = try FileName(bytes: Array("a?vfs=unix&b#%41 ü".utf8) + [0xFF])
        let parent = try Directory.open(fixture.folder)
        try parent.makeFolder(name)
        let folder = fixture.folder.appending(name)
        let builder = try IndexBuilder(in: folder, key: Fixture.key(), vault: Fixture.vault)
        try builder.add(Sample.pictures(3))
        _ = try builder.finish(revision: 1)
        let opening = try PictureIndex.open(in: folder, key: Fixture.key(), vault: Fixture.vault)
        #expect(opening.reason == nil)
        let directory = try Directory.open(folder)
        #expect(try directory.contains("index.db"))
        try directory.unlink("index.db")
        try parent.removeFolder(name)
    }
}

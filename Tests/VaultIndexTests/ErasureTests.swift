import Testing
import VaultFiles
import VaultFormat

@testable import VaultIndex

@Suite("Index: nothing is left, and nothing is in the clear")
struct ErasureTests {
    static func marked(_ row: Int) -> IndexedPicture {
        var picture = Sample.picture(row)
        picture.subjects = ["Quokkason"]
        picture.caption = "quokkacaption"
        picture.tags = ["quokkatag"]
        picture.albums = ["quokkaalbum"]
        picture.paths = [Array("quokkafolder/quokkaname.jpg".utf8)]
        picture.maker = "quokkamaker"
        picture.stack = Array("quokkastack".utf8)
        return picture
    }

    @Test(
        "ATTACK 32: what the index holds is in no byte of its files, nor of its journal while it is written"
    )
    func canary() throws {
        let fixture = try Fixture()
        try fixture.build((1...50).map { Self.marked($0) })
        #expect(try !fixture.everything().holds("uokka"))
        #expect(
            try SealedLayout.open(fixture.bytes(of: "index.db"), kind: 1).plaintext.holds("uokka"))
        let stopped = try Stopped(fixture)
        #expect(!(stopped.database + stopped.journal).holds("uokka"))
        #expect(!(stopped.database + stopped.journal).holds("SQLite format"))
        #expect(try SealedLayout.open(stopped.journal, kind: 2).plaintext.holds("uokka"))
    }

    @Test("a destroyed record is in no page any more, nor in the journal")
    func erased() throws {
        let fixture = try Fixture()
        var pictures = Sample.pictures(200)
        pictures[99] = Self.marked(100)
        try fixture.build(pictures)
        let index = try fixture.open()
        // Also what came in by a change, and lies in another segment of words.
        try index.apply(changes: [Self.marked(201)], revision: 2)
        #expect(try index.rows("quokkason").count == 2)
        try index.apply(changes: [], removed: [Sample.id(100), Sample.id(201)], revision: 3)
        let plain = try SealedLayout.open(fixture.bytes(of: "index.db"), kind: 1).plaintext
        #expect(!plain.holds("uokka") && !plain.holds("UOKKA"))
        #expect(try fixture.bytes(of: "index.db-journal").isEmpty)
        #expect(try index.labels(.album).map(\.name) == ["Italia"])
        try index.verify()
    }

    @Test("when one of two people is erased, the changed row forgets that name")
    func changed() throws {
        let fixture = try Fixture()
        var pictures = Sample.pictures(200)
        pictures[99].subjects = ["000100", "Quokkason"]
        try fixture.build(pictures)
        let index = try fixture.open()
        try index.apply(changes: [Sample.picture(100)], forgetting: true, revision: 2)
        let plain = try SealedLayout.open(fixture.bytes(of: "index.db"), kind: 1).plaintext
        #expect(!plain.holds("uokka"))
        #expect(try index.rows("000100") == [100])
    }
}

import Testing
import VaultFormat

@testable import VaultKit

@Suite("Which pictures are meant")
struct FilterTests {
    @Test("patterns match names, or as many components as they have, byte by byte")
    func patterns() {
        func matches(_ pattern: String, _ path: String) -> Bool {
            PathPattern(Array(pattern.utf8)).matches(Array(path.utf8))
        }
        #expect(matches("*.jpg", "a/b/c.jpg"))
        #expect(!matches("*.jpg", "a.jpg/c.png"))
        #expect(matches("b/*.jpg", "a/b/c.jpg"))
        #expect(!matches("a/*.jpg", "a/b/c.jpg"))
        #expect(matches("a/*/*.jpg", "a/b/c.jpg"))
        #expect(matches("IMG_[0-9]?.jpg", "IMG_42.jpg"))
        #expect(!matches("*.JPG", "a.jpg"))
        #expect(matches("\\*", "x/*"))
        #expect(!matches("[", "x"))
        #expect(PathPattern(Array("?.jpg".utf8)).matches([0xFF] + Array(".jpg".utf8)))
    }

    @Test("times include the first second and exclude the last")
    func times() throws {
        let test = try TestVault()
        for second in 0..<4 {
            try test.scratch.put("in/\(second)", picture(second))
        }
        try test.vault.take([test.scratch["in"]])
        for second in 1..<4 {
            var edit = EditRequest()
            edit.taken = .set(SaidTime(local: 1_000_000_000 + Int64(second)))
            var one = PictureFilter()
            one.names = [Array("\(second)".utf8)]
            _ = try test.vault.edit(one, edit)
        }
        #expect(
            try test.vault.names {
                $0.since = 1_000_000_001
                $0.until = 1_000_000_003
            } == ["1", "2"])
        // Nothing tells when "0" was taken: it came in now.
        #expect(try test.vault.names { $0.since = 1_000_000_003 } == ["0", "3"])
        #expect(try test.vault.names { $0.since = .max }.isEmpty)
        #expect(try test.vault.names { $0.until = .min }.isEmpty)
        #expect(try test.vault.names { $0.since = .min }.count == 4)
    }

    @Test("all conditions hold for one occurrence, and any value of a list suffices")
    func conditions() throws {
        let test = try TestVault()
        try test.scratch.put("a.jpg", picture(1))
        try test.scratch.put("b.jpg", picture(1))
        try test.vault.take([test.scratch["a.jpg"]]) {
            $0.album = "One"
            $0.subject = "Ann"
            $0.tags = ["t"]
        }
        try test.vault.take([test.scratch["b.jpg"]]) {
            $0.album = "Two"
            $0.subject = "Bob"
        }
        let vault = test.vault
        #expect(try vault.names { $0.albums = ["One"] } == ["a.jpg"])
        #expect(try vault.names { $0.albums = ["One", "Two"] } == ["a.jpg", "b.jpg"])
        #expect(
            try vault.names {
                $0.albums = ["One"]; $0.subjects = ["Bob"]
            }.isEmpty)
        #expect(try vault.names { $0.tags = ["t", "u"] } == ["a.jpg", "b.jpg"])
        #expect(try vault.names { $0.tags = ["u"] }.isEmpty)
        let id = try #require(try vault.list().first).id.hex
        #expect(try vault.names { $0.prefixes = [String(id.prefix(6)).uppercased()] }.count == 2)
        #expect(code { _ = try vault.names { $0.prefixes = ["zz"] } } == .noSuchPicture)
        #expect(code { _ = try vault.names { $0.prefixes = [""] } } == nil)
    }

    @Test("rows of a manifest are read as RFC 4180 says, in pieces of any size")
    func csv() throws {
        let text = Array("a,\"b \"\"q\"\",\r\n\",\r\n\r\n\"\"\nx,,\"\"".utf8)
        for size in 1...text.count {
            var rest = text[...]
            var reader = CSVReader { () throws(VaultError) in
                defer { rest = rest.dropFirst(size) }
                return Array(rest.prefix(size))
            }
            var rows: [[String]] = []
            while let row = try reader.row() {
                rows.append(row.map { String(decoding: $0, as: UTF8.self) })
            }
            #expect(rows == [["a", "b \"q\",\r\n", ""], [""], ["x", "", ""]])
        }
    }
}

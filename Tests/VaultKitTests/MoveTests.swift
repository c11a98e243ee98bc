import Foundation
import Glibc
import Testing
import VaultFormat

@testable import VaultKit

@Suite("import --move")
struct MoveTests {
    let test: TestVault
    var vault: UnlockedVault { test.vault }
    var scratch: Scratch { test.scratch }

    init() throws { test = try TestVault() }

    private func move(_ names: String...) throws -> Imported {
        try vault.take(names.map { scratch[$0] }) { $0.move = true }
    }

    @Test("a source goes when its sealed copy was read back, and comes back whole")
    func moves() throws {
        for index in 0..<40 { try scratch.put("in/\(index).jpg", picture(index, 5000)) }
        try scratch.put("in/big.mov", picture(99, 17 << 20))
        let taken = try move("in")
        #expect(taken.report.moved == 41)
        #expect(scratch.files(below: "in").isEmpty)
        try vault.put(to: scratch["out"])
        for index in 0..<40 {
            #expect(scratch.bytes("out/in/\(index).jpg") == picture(index, 5000))
        }
        #expect(scratch.bytes("out/in/big.mov") == picture(99, 17 << 20))
    }

    @Test("no source goes before the second copy of the records holds its key")
    func secondCopyFirst() throws {
        for index in 0..<3 { try scratch.put("in/\(index).jpg", picture(index)) }
        let scratch = scratch
        let path = test.path
        let told = Told<Int>()
        var request = ImportRequest()
        request.paths = [Array(scratch["in"].utf8)]
        request.move = true
        _ = try vault.importFiles(
            request, stop: { false }, progress: { _ in },
            outcome: { outcome in
                guard outcome.moved, told.all.isEmpty else { return }
                // What would be left if records.db were lost at this moment.
                do {
                    try FileManager.default.copyItem(atPath: path, toPath: scratch["Lost"])
                    try scratch.remove("Lost/records.db")
                    told.add(try TestVault.open(scratch["Lost"]).list().count)
                } catch { Issue.record("\(error)") }
            })
        #expect(told.all == [3])
    }

    @Test("a second place of the same picture is kept as an occurrence before it goes")
    func duplicates() throws {
        try scratch.put("in/a.jpg", picture(1))
        try scratch.put("in/b.jpg", picture(1))
        #expect(try move("in").report.moved == 2)
        try vault.put(to: scratch["out"])
        #expect(scratch.files(below: "out") == ["in/a.jpg", "in/b.jpg"])
    }

    @Test("files that were imported before go too")
    func importedBefore() throws {
        try scratch.put("in/a.jpg", picture(1))
        try vault.take([scratch["in"]])
        #expect(try move("in").report.moved == 1)
        #expect(!scratch.has("in/a.jpg"))
        #expect(try vault.list().count == 1)
    }

    @Test("both names of one file go")
    func hardLinks() throws {
        try scratch.put("in/a.jpg", picture(1))
        #expect(link(scratch["in/a.jpg"], scratch["in/b.jpg"]) == 0)
        #expect(link(scratch["in/a.jpg"], scratch["elsewhere.jpg"]) == 0)
        let taken = try move("in")
        #expect(taken.report.moved == 2)
        #expect(scratch.files(below: "in").isEmpty)
        #expect(scratch.bytes("elsewhere.jpg") == picture(1))
        try vault.put(to: scratch["out"])
        #expect(scratch.files(below: "out") == ["in/a.jpg", "in/b.jpg"])
    }

    @Test("a file named twice is deleted once, and that is no failure")
    func namedTwice() throws {
        try scratch.put("in/a.jpg", picture(1))
        let taken = try move("in/a.jpg", "in/a.jpg")
        #expect(taken.report.moved == 1)
        #expect(taken.report.failed == 0)
    }

    @Test("a picture that is in the bin is no reason to delete the file")
    func inBin() throws {
        try scratch.put("in/a.jpg", picture(1))
        try vault.take([scratch["in"]])
        _ = try vault.remove(.everything)
        let taken = try move("in")
        #expect(taken.report.moved == 0)
        #expect(scratch.bytes("in/a.jpg") == picture(1))
        #expect(taken["a.jpg"]?.reason?.contains("bin") == true)
    }

    @Test("a source stays when its picture in the vault is damaged")
    func damaged() throws {
        try scratch.put("in/a.jpg", picture(1))
        try vault.take([scratch["in"]])
        try vault.rot(try vault.list()[0])
        try scratch.put("in/b.jpg", picture(1))
        let taken = try move("in")
        #expect(taken.report.moved == 0)
        #expect(scratch.bytes("in/a.jpg") == picture(1))
        #expect(scratch.bytes("in/b.jpg") == picture(1))
        #expect(taken["b.jpg"]?.reason?.contains("reading") == true)
    }

    @Test("a source that changed after it was read stays")
    func changed() throws {
        try scratch.put("in/a.jpg", picture(1))
        let path = scratch["in/a.jpg"]
        let told = Told<Int>()
        let taken = try vault.watch(
            [scratch["in"]],
            progress: {
                guard $0.bytes > 0, told.all.isEmpty else { return }
                told.add(1)
                let file = open(path, O_WRONLY | O_APPEND)
                _ = write(file, "more", 4)
                close(file)
            }
        ) { $0.move = true }
        #expect(taken.report.moved == 0)
        #expect(scratch.bytes("in/a.jpg") == picture(1) + Array("more".utf8))
    }

    @Test("what was purged before is skipped and stays")
    func purged() throws {
        try scratch.put("in/a.jpg", picture(1))
        try vault.take([scratch["in"]])
        _ = try vault.remove(.everything)
        _ = try vault.purge(PictureFilter(), forget: false)
        #expect(try move("in").report.skipped == 1)
        #expect(scratch.has("in/a.jpg"))
    }
}

import Foundation
import Testing
import VaultFiles
import VaultFormat
import VaultRecords

@testable import VaultKit

@Suite("The bin, purge and compact")
struct BinTests {
    let test: TestVault
    var vault: UnlockedVault { test.vault }
    var scratch: Scratch { test.scratch }

    init() throws { test = try TestVault() }

    private func subject(_ name: String) -> PictureFilter { PictureFilter { $0.subjects = [name] } }

    @Test("erasing A's picture never hides nor destroys B's identical one")
    func identical() throws {
        try scratch.put("in/a.jpg", picture(1))
        try scratch.put("in/b.jpg", picture(1))
        try vault.take([scratch["in/a.jpg"]]) { $0.subject = "A" }
        try vault.take([scratch["in/b.jpg"]]) { $0.subject = "B" }
        let id = try #require(try vault.list().first).id
        #expect(try vault.remove(subject("A")) == [id])
        #expect(try vault.names() == ["b.jpg"])
        #expect(try vault.names { $0.bin = .only } == ["a.jpg"])
        #expect(try vault.purge(PictureFilter(), forget: false) == [id])
        #expect(try vault.names { $0.bin = .both } == ["b.jpg"])
        try vault.put(to: scratch["out"])
        #expect(scratch.files(below: "out") == ["b.jpg"])
        #expect(scratch.bytes("out/b.jpg") == picture(1))
        // The content is not remembered as erased: B's picture can come again from elsewhere.
        try scratch.put("new/c.jpg", picture(1))
        #expect(try vault.take([scratch["new"]]).report.duplicates == 1)
        _ = try vault.remove(.everything)
        #expect(try vault.purge(PictureFilter(), forget: false) == [id])
        #expect(try vault.list { $0.bin = .both }.isEmpty)
        #expect(try vault.findings().isEmpty)
        #expect(scratch.files(below: "Vault/packs").isEmpty)
    }

    @Test("the same file noted for two people is told apart")
    func onePlace() throws {
        try scratch.put("in/both.jpg", picture(1))
        try vault.take([scratch["in"]]) { $0.subject = "A" }
        try vault.take([scratch["in"]]) { $0.subject = "B" }
        _ = try vault.remove(subject("A"))
        #expect(try vault.list { $0.subjects = ["B"] }.count == 1)
        #expect(try vault.list { $0.subjects = ["A"] }.isEmpty)
        _ = try vault.restore(subject("A"))
        #expect(try vault.list { $0.subjects = ["A"] }.count == 1)
    }

    @Test("what is in the bin stays there when the same file is imported again")
    func importOfBinned() throws {
        try scratch.put("in/a.jpg", picture(1))
        try vault.take([scratch["in"]])
        _ = try vault.remove(.everything)
        #expect(try vault.take([scratch["in"]]).report.unchanged == 1)
        #expect(try vault.take([scratch["in"]]) { $0.rescan = true }.report.duplicates == 1)
        #expect(try vault.list().isEmpty)
        #expect(try vault.restore(.everything).count == 1)
        #expect(try vault.list().count == 1)
    }

    @Test("purge destroys what is in the bin only, in both copies of the records, with its pack")
    func purge() throws {
        for index in 0..<4 {
            try scratch.put("in/\(index).jpg", picture(index))
            try vault.take([scratch["in/\(index).jpg"]])
        }
        let gone = try #require(
            try vault.list { $0.names = [Array("2.jpg".utf8)] }.first)
        #expect(
            try vault.purge(PictureFilter { $0.prefixes = [gone.id.hex] }, forget: false).isEmpty)
        _ = try vault.remove(PictureFilter { $0.prefixes = [gone.id.hex] })
        #expect(try vault.purge(PictureFilter(), forget: false) == [gone.id])
        #expect(try vault.names { $0.bin = .both } == ["0.jpg", "1.jpg", "3.jpg"])
        #expect(scratch.files(below: "Vault/packs").count == 3)
        #expect(try vault.findings().isEmpty)
        try scratch.remove("Vault/records.db")
        let fallback = try test.again()
        #expect(!fallback.locked.notes.isEmpty)
        #expect(try fallback.names { $0.bin = .both } == ["0.jpg", "1.jpg", "3.jpg"])
    }

    @Test("what is told as purged is what was destroyed")
    func purgedIDs() throws {
        try scratch.put("in/a.jpg", picture(1))
        try vault.take([scratch["in"]])
        #expect(try vault.purge(PictureFilter(), forget: false).isEmpty)
        #expect(try vault.remove(.everything).count == 1)
        #expect(try vault.remove(.everything).isEmpty)
        #expect(try vault.restore(.everything).count == 1)
        #expect(try vault.restore(.everything).isEmpty)
    }

    // MARK: - Compact

    @Test("compact gives back dead space, joins small packs, and tells how much it was")
    func compact() throws {
        for index in 0..<60 { try scratch.put("in/\(index).jpg", picture(index, 40_000)) }
        for part in 0..<3 {
            try vault.take((part * 20..<part * 20 + 20).map { scratch["in/\($0).jpg"] })
        }
        func size() throws -> UInt64 { try vault.locked.status().packBytes }
        _ = try vault.remove(PictureFilter { $0.names = [Array("?.jpg".utf8)] })
        _ = try vault.purge(PictureFilter(), forget: true)
        let before = try size()
        let report = try vault.squeeze()
        #expect(report.rewrittenPacks == 3)
        #expect(report.removedPacks == 3)
        #expect(scratch.files(below: "Vault/packs").count == 1)
        #expect(report.reclaimedBytes == before - (try size()))
        #expect(try vault.findings().isEmpty)
        try vault.put(to: scratch["out"])
        for index in 10..<60 {
            #expect(scratch.bytes("out/\(index).jpg") == picture(index, 40_000))
        }
        #expect(try vault.squeeze().rewrittenPacks == 0)
    }

    @Test("a record that does not open keeps every pack where it is, orphans too")
    func damagedRecord() throws {
        for index in 0..<3 {
            try scratch.put("in/\(index).jpg", picture(index))
            try vault.take([scratch["in/\(index).jpg"]])
        }
        let all = try vault.list()
        try vault.spoil(all[1].id)
        // Even when its pack has lost its row as well.
        try vault.meddle { try $0.dropPack(all[1].value.location.pack) }
        let before = scratch.files(below: "Vault/packs")
        #expect(code { try vault.squeeze() } == .damaged)
        #expect(scratch.files(below: "Vault/packs") == before)
        _ = try vault.remove(PictureFilter { $0.prefixes = [all[0].id.hex] })
        _ = try vault.purge(PictureFilter { $0.prefixes = [all[0].id.hex] }, forget: false)
        #expect(scratch.files(below: "Vault/packs") == before)
    }

    @Test("a pack that a record names is no orphan, whatever the list of packs says")
    func lostPackRow() throws {
        try scratch.put("in/a.jpg", picture(1))
        try vault.take([scratch["in"]])
        let pack = try #require(try vault.list().first).value.location.pack
        try vault.meddle { try $0.dropPack(pack) }
        try vault.squeeze()
        try vault.put(to: scratch["out"])
        #expect(scratch.bytes("out/in/a.jpg") == picture(1))
    }

    @Test("a damaged picture stays where it is, and the others are compacted")
    func damagedPicture() throws {
        for index in 0..<4 {
            try scratch.put("in/\(index).jpg", picture(index, 50_000))
            try vault.take([scratch["in/\(index).jpg"]])
        }
        let all = try vault.list()
        try vault.rot(all[1])
        #expect(code { try vault.squeeze() } == .damaged)
        #expect(scratch.files(below: "Vault/packs").count == 2)
        #expect(try vault.list().count == 4)
        #expect(try vault.findings().map(\.kind) == [.damagedPicture])
        // From a backup its pack can still be put back, because the record names the same one.
        try vault.rot(all[1])
        #expect(try vault.findings().isEmpty)
        try vault.squeeze()
        #expect(scratch.files(below: "Vault/packs").count == 1)
    }

    @Test("a stop in the middle of compact leaves nothing that the next one does not take away")
    func stoppedCompact() throws {
        for index in 0..<6 {
            try scratch.put("in/\(index).mov", picture(index, 9 << 20))
            try vault.take([scratch["in/\(index).mov"]])
        }
        for index in 0..<3 {
            try scratch.put("in/\(index).jpg", picture(index, 1000))
            try vault.take([scratch["in/\(index).jpg"]])
        }
        let seen = Told<Int>()
        let stopped = code {
            _ = try vault.compact(
                all: true, stop: { seen.all.count > 1 }, progress: { _ in seen.add(1) })
        }
        #expect(stopped == .interrupted)
        #expect(try vault.findings().allSatisfy { !$0.isDamage })
        try vault.squeeze()
        #expect(scratch.files(below: "Vault/packs").count == 7)
        #expect(try vault.findings().isEmpty)
    }

    @Test("orphans stay while an import is running, and go when none is")
    func orphans() throws {
        let name = String(repeating: "ab", count: 32)
        try scratch.put("Vault/packs/ab/\(name)", "sealed by somebody who has not committed")
        try scratch.put("Vault/packs/incoming/0123456789abcdef0123456789abcdef", "leftover")
        #expect(Set(try vault.findings().map(\.kind)) == [.orphanPack, .leftover])
        do {
            let running = try vault.place.lock("import", .shared)
            #expect(try vault.squeeze().importRunning)
            _ = consume running
        }
        #expect(scratch.has("Vault/packs/ab/\(name)"))
        let report = try vault.squeeze()
        #expect(report.removedOrphans == 1)
        #expect(report.removedLeftovers == 1)
        #expect(try vault.findings().isEmpty)
    }
}

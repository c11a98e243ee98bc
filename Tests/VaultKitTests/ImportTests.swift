import Foundation
import Glibc
import Testing
import VaultFormat

@testable import VaultKit

@Suite("Pictures come in")
struct ImportTests {
    let test: TestVault
    var vault: UnlockedVault { test.vault }
    var scratch: Scratch { test.scratch }

    init() throws { test = try TestVault() }

    @Test("25: what goes out is what came in, byte for byte, with its time, from 0 bytes to 17 MiB")
    func roundTrip() throws {
        let sizes = [0, 1, 15, 16_383, 16_384, 16_385, 245_760, 1 << 20, 16 << 20, (17 << 20) + 3]
        for size in sizes {
            try scratch.put("in/\(size).jpg", picture(size + 1, size), modified: 1e9 + Double(size))
        }
        let taken = try vault.take([scratch["in"]])
        #expect(taken.report.imported == sizes.count)
        let out = try vault.put(to: scratch["out"])
        #expect(out.report.exported == sizes.count)
        for size in sizes {
            let name = "out/in/\(size).jpg"
            #expect(scratch.bytes(name) == picture(size + 1, size), "\(size) bytes")
            let attributes = try FileManager.default.attributesOfItem(atPath: scratch[name])
            let time = try #require(attributes[.modificationDate] as? Date)
            #expect(time.timeIntervalSince1970 == 1e9 + Double(size))
        }
        #expect(try vault.findings().isEmpty)
    }

    @Test("74: names that are no UTF-8, or that a terminal would obey, come back as they were")
    func names() throws {
        try scratch.makeFolder("in")
        let names: [[UInt8]] = [
            [0xFF, 0xFE, 0x80], Array("-rf".utf8), Array("=1+1".utf8), Array("a\u{1B}[2Jb".utf8),
            Array("\u{202E}gpj.exe".utf8), Array(" ".utf8), Array("a\nb".utf8),
            Array(repeating: UInt8(ascii: "x"), count: 255),
        ]
        for (index, name) in names.enumerated() {
            let path = Array("\(scratch["in"])/".utf8) + name
            let file = (path + [0]).withUnsafeBufferPointer {
                $0.withMemoryRebound(to: CChar.self) {
                    open($0.baseAddress!, O_CREAT | O_WRONLY, 0o600)
                }
            }
            _ = picture(index).withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
            close(file)
        }
        try vault.take([scratch["in"]])
        try vault.put(to: scratch["out"])
        for (index, name) in names.enumerated() {
            let path = Array("\(scratch["out"])/in/".utf8) + name + [0]
            let file = path.withUnsafeBufferPointer {
                $0.withMemoryRebound(to: CChar.self) { open($0.baseAddress!, O_RDONLY) }
            }
            #expect(file >= 0, "\(Printable.text(name))")
            var bytes = [UInt8](repeating: 0, count: 1001)
            #expect(read(file, &bytes, 1001) == 1000)
            #expect(Array(bytes[..<1000]) == picture(index))
            close(file)
        }
    }

    @Test("a file that did not change is not read again, unless rescan says so")
    func unchanged() throws {
        try scratch.put("in/a.jpg", picture(1))
        let first = try vault.take([scratch["in"]])
        #expect(first["a.jpg"]?.kind == .imported)
        let second = try vault.take([scratch["in"]])
        #expect(second.report.unchanged == 1)
        #expect(second["a.jpg"]?.id == first["a.jpg"]?.id)
        let third = try vault.take([scratch["in"]]) { $0.rescan = true }
        #expect(third.report.duplicates == 1)
        #expect(try vault.list().count == 1)
        #expect(try vault.list().first?.occurrences.count == 1)
    }

    @Test("a file that changed is another picture, and the one before it stays")
    func changed() throws {
        try scratch.put("in/a.jpg", picture(1))
        try vault.take([scratch["in"]])
        try scratch.put("in/a.jpg", picture(2))
        #expect(try vault.take([scratch["in"]]).report.imported == 1)
        #expect(try vault.list().count == 2)
        let out = try vault.put(to: scratch["out"])
        #expect(out.report.exported == 2)
        let contents = Set(scratch.files(below: "out").compactMap { scratch.bytes("out/\($0)") })
        #expect(contents == [picture(1), picture(2)])
    }

    @Test("the same bytes twice are one object with two places, and both come back")
    func duplicates() throws {
        try scratch.put("in/a.jpg", picture(1))
        try scratch.put("in/sub/b.jpg", picture(1))
        let taken = try vault.take([scratch["in"]])
        #expect(taken.report.imported == 1)
        #expect(taken.report.duplicates == 1)
        try scratch.put("other/c.jpg", picture(1))
        #expect(try vault.take([scratch["other"]]) { $0.album = "Later" }.report.duplicates == 1)
        let all = try vault.list()
        #expect(all.count == 1)
        #expect(all[0].occurrences.map(\.album) == [nil, nil, "Later"])
        try vault.put(to: scratch["out"])
        #expect(scratch.files(below: "out") == ["in/a.jpg", "in/sub/b.jpg", "other/c.jpg"])
    }

    @Test("a file named twice in one command is one occurrence")
    func namedTwice() throws {
        let path = try scratch.put("in/a.jpg", picture(1))
        let taken = try vault.take([path, path, scratch["in"], scratch["in/../in/./a.jpg"]])
        #expect(taken.report.imported == 1)
        #expect(taken.report.imported + taken.report.duplicates + taken.report.unchanged == 4)
        // The same file below another root is another place (Spec 04 §4).
        #expect(try vault.list().flatMap(\.occurrences).count == 2)
    }

    @Test("70: links, pipes, sockets and the vault itself are passed over with a reason")
    func notPictures() throws {
        try scratch.put("in/a.jpg", picture(1))
        scratch.link("in/link.jpg", to: scratch["in/a.jpg"])
        scratch.link("in/folder", to: "/etc")
        #expect(mkfifo(scratch["in/pipe"], 0o600) == 0)
        try scratch.put("in/.DS_Store", "x")
        let taken = try vault.take([scratch["in"], test.path, scratch["in/pipe"], scratch["gone"]])
        #expect(taken.report.imported == 1)
        #expect(taken["link.jpg"]?.kind == .skipped)
        #expect(taken["folder"]?.kind == .skipped)
        #expect(taken["/Vault"]?.kind == .skipped)
        #expect(taken["gone"]?.kind == .failed)
        #expect(taken.report.skipped == 6)
        #expect(taken.outcomes.allSatisfy { $0.kind == .imported || $0.reason != nil })
        // Met inside a folder, the vault is left out too.
        #expect(try vault.take([scratch.path])["/Vault"]?.kind == .skipped)
    }

    @Test("71: a file that changes while it is read does not come in, and the others do")
    func changesWhileRead() throws {
        let path = try scratch.put("in/big.mov", picture(1, 20 << 20))
        try scratch.put("in/small.jpg", picture(2))
        let taken = try vault.watch(
            [scratch["in"]],
            progress: {
                guard $0.bytes > 1 << 20, $0.bytes < 4 << 20 else { return }
                let file = open(path, O_WRONLY | O_APPEND)
                _ = write(file, "more", 4)
                close(file)
            })
        #expect(taken["big.mov"]?.kind == .failed)
        #expect(taken["small.jpg"]?.kind == .imported)
        #expect(try vault.list().count == 1)
        #expect(try vault.findings().isEmpty)
    }

    @Test("a dry run writes nothing and tells what would come in")
    func dryRun() throws {
        try scratch.put("in/a.jpg", picture(1))
        try vault.take([scratch["in"]])
        try scratch.put("in/b.jpg", picture(2))
        try scratch.put("in/c.jpg", picture(2))
        try scratch.put("in/big.mov", picture(3, 20 << 20))
        let before = scratch.snapshot("Vault")
        let told = Told<[String]>()
        let scratch = scratch
        let taken = try vault.watch(
            [scratch["in"]],
            progress: {
                if $0.bytes > 2 << 20 { told.add(scratch.files(below: "Vault/packs/incoming")) }
            }
        ) {
            $0.dryRun = true
            $0.album = "New"
        }
        #expect(taken.report.imported == 2)
        #expect(taken.report.duplicates == 2)
        #expect(scratch.snapshot("Vault") == before)
        #expect(told.all.joined().isEmpty, "not even a temporary file")
        #expect(try vault.list { $0.albums = ["New"] }.isEmpty)
    }

    @Test("stopped midway, what was told is there, and the same command goes on")
    func stopped() throws {
        for index in 0..<300 { try scratch.put("in/\(index).jpg", picture(index)) }
        let told = Told<ImportOutcome>()
        let seen = Told<Int>()
        let stopped = code {
            try vault.watch(
                [scratch["in"]], stop: { seen.all.count > 0 },
                progress: { if $0.bytes > 100_000 { seen.add(1) } }, told: told)
        }
        #expect(stopped == .interrupted)
        let there = try vault.list().count
        #expect(there > 0 && there < 300)
        #expect(told.all.count { $0.kind == .imported } == there)
        let rest = try vault.take([scratch["in"]])
        #expect(rest.report.unchanged == there)
        #expect(rest.report.imported == 300 - there)
        #expect(try vault.findings().isEmpty)
    }

    @Test("when packs cannot be kept, the import ends soon instead of reading everything")
    func failsSoon() throws {
        for index in 0..<12 { try scratch.put("in/\(index).mov", picture(index, 17 << 20)) }
        for number in 0..<256 {
            let name = String(number, radix: 16)
            let folder = "Vault/packs/\(name.count == 1 ? "0" : "")\(name)"
            try scratch.remove(folder)
            try scratch.put(folder, "no folder")
        }
        let told = Told<UInt64>()
        #expect(
            code { try vault.watch([scratch["in"]], progress: { told.add($0.bytes) }) } == .failed)
        #expect(try #require(told.all.max()) < 11 * 17 << 20)
        #expect(try vault.list().isEmpty)
        #expect(scratch.files(below: "Vault/packs/incoming").isEmpty)
    }

    @Test("many pictures that are here already are noted bit by bit, not all at the end")
    func knownInParts() throws {
        for index in 0..<2500 { try scratch.put("in/\(index).jpg", picture(index, 16)) }
        try vault.take([scratch["in"]])
        let before = try vault.locked.status().revision
        let report = try vault.take([scratch["in"]]) { $0.album = "All" }.report
        #expect(report.duplicates == 2500)
        #expect(try vault.list { $0.albums = ["All"] }.count == 2500)
        #expect(try vault.locked.status().revision >= before + 2)
    }

    @Test("a content that is being committed is not sealed a second time")
    func closingClaim() throws {
        let path = try scratch.put("in/a.jpg", picture(1))
        let taken = try vault.take([path])
        let value = try #require(try vault.list().first)
        let source = SourcePlace(
            root: Array(scratch["in"].utf8), path: Array("a.jpg".utf8), status: try status(path))
        let arrival = Arrival(
            source: source, occurrence: value.occurrences[0], tags: [], digest: value.value.digest)
        let ledger = ImportLedger()
        guard case .first(let claim) = ledger.claim(arrival) else {
            Issue.record("nobody had it")
            return
        }
        _ = claim.close()
        if case .first = ledger.claim(arrival) { Issue.record("it would be sealed again") }
        ledger.drop(claim)
        guard case .first = ledger.claim(arrival) else {
            Issue.record("after its commit the records are asked")
            return
        }
        #expect(taken.report.imported == 1)
    }

    @Test("tags that look the same in other bytes leave the record readable")
    func tagsInOtherBytes() throws {
        try scratch.put("in/a.jpg", picture(1))
        try vault.take([scratch["in"]]) { $0.tags = ["z"] }
        try vault.take([scratch["in"]]) { $0.tags = ["e\u{301}te\u{301}", "A"] }
        let tags = try #require(try vault.list().first).value.tags
        #expect(tags == ["A", "e\u{301}te\u{301}", "z"])
        #expect(try vault.findings().isEmpty)
    }

    @Test("what was purged is passed over with a reason, unless again says so")
    func purgedBefore() throws {
        try scratch.put("in/a.jpg", picture(1))
        try vault.take([scratch["in"]])
        _ = try vault.remove(.everything)
        _ = try vault.purge(.everything, forget: false)
        let skipped = try vault.take([scratch["in"]])
        #expect(skipped["a.jpg"]?.kind == .skipped)
        #expect(skipped["a.jpg"]?.reason != nil)
        #expect(try vault.list().isEmpty)
        #expect(try vault.take([scratch["in"]]) { $0.again = true }.report.imported == 1)
        _ = try vault.remove(.everything)
        _ = try vault.purge(.everything, forget: true)
        // Forgetting takes the mark of the first purge away too.
        #expect(try vault.take([scratch["in"]]).report.imported == 1)
        try scratch.put("new/b.jpg", picture(2))
        try vault.take([scratch["new"]])
        _ = try vault.remove(.everything)
        _ = try vault.purge(.everything, forget: true)
        #expect(try vault.take([scratch["new"]]).report.imported == 1)
    }

    @Test("a record that does not open does not keep the same picture from coming in again")
    func besideDamage() throws {
        try scratch.put("in/a.jpg", picture(1))
        try scratch.put("in/b.jpg", picture(2))
        try vault.take([scratch["in"]])
        try vault.spoil(try #require(try vault.list().first).id)
        let taken = try vault.take([scratch["in"]])
        #expect(taken.report.failed == 0)
        #expect(taken.report.imported == 1)
        #expect(taken.report.unchanged == 1)
    }
}

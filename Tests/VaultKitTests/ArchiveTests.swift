import PictureSamples
import Testing
import VaultFormat

@testable import VaultKit

@Suite("Pictures out of ZIP files")
struct ArchiveTests {
    let test: TestVault
    var vault: UnlockedVault { test.vault }
    var scratch: Scratch { test.scratch }

    init() throws { test = try TestVault() }

    private static let takeout = Array(
        #"{"photoTakenTime":{"timestamp":"1600000000"},"description":"Lake"}"#.utf8)

    private func put(_ name: String, _ entries: [ZipSample.Entry]) throws -> String {
        try scratch.put(name, ZipSample(entries).bytes)
    }

    @Test("pictures come in with the names they have there, and sidecars meet them across archives")
    func takeout() throws {
        let one = try put(
            "takeout-001.zip",
            [
                .init("Takeout/Photos/Lake/", []), .init("Takeout/Photos/Lake/a.jpg", picture(1)),
                .init("Takeout/Photos/Lake/metadata.json", Array(#"{"title":"By the lake"}"#.utf8)),
                .init("Takeout/Photos/Lake/b.jpg.json", Self.takeout),
            ])
        let two = try put(
            "takeout-002.zip",
            [
                .init("Takeout/Photos/Lake/b.jpg", picture(2)),
                .init("Takeout/Photos/Lake/a.jpg.json", Self.takeout),
                .init("Takeout/Photos/Other/c.jpg", picture(3)),
            ])
        let taken = try vault.take([one, two])
        #expect(taken.report.imported == 3 && taken.report.skipped == 3)
        #expect(taken.report.failed == 0)
        let seen = try vault.list().sorted {
            $0.occurrences[0].path.lexicographicallyPrecedes($1.occurrences[0].path)
        }
        #expect(
            seen.map { String(decoding: $0.occurrences[0].path, as: UTF8.self) } == [
                "Takeout/Photos/Lake/a.jpg", "Takeout/Photos/Lake/b.jpg",
                "Takeout/Photos/Other/c.jpg",
            ])
        #expect(seen.map { $0.occurrences[0].root } == [one, two, two].map { Array($0.utf8) })
        #expect(seen.map(\.albums) == [["By the lake"], ["By the lake"], []])
        #expect(seen.map(\.facts.taken?.local) == [1_600_000_000, 1_600_000_000, nil])
        #expect(try vault.findings().isEmpty)

        // The same archives are not read again; a copy of one is known by what is in it.
        let again = try vault.take([one, two])
        #expect(again.report.imported == 0 && again.report.unchanged == 3)
        #expect(try vault.take([one, two]) { $0.rescan = true }.report.duplicates == 3)
        try scratch.put("copy.zip", #require(scratch.bytes("takeout-002.zip")))
        let copied = try vault.take([scratch["copy.zip"], one])
        #expect(copied.report.imported == 0 && copied.report.duplicates == 2)
    }

    @Test("an archive in a folder, a document, and one that is to be kept come in whole")
    func whole() throws {
        try scratch.makeFolder("in")
        _ = try put("in/archive.zip", [.init("a.jpg", picture(1))])
        let document = try put("text.docx", [.init("[Content_Types].xml", [60, 62])])
        #expect(try vault.take([scratch["in"], document]).report.imported == 2)
        let kept = try vault.take([scratch["in/archive.zip"]]) { $0.keepArchives = true }
        #expect(kept.report.imported == 0 && kept.report.duplicates == 1)
        #expect(try vault.take([scratch["in/archive.zip"]]).report.imported == 1)
        #expect(
            code { try vault.take([scratch["in/archive.zip"]]) { $0.move = true } } == .usage)
    }

    @Test(
        "ATTACK 66, 69: what lies, bursts, leads out or is locked stays out; its neighbours come in"
    )
    func hostile() throws {
        var entries: [ZipSample.Entry] = [.init("good.jpg", picture(1))]
        func add(_ name: String, _ change: (inout ZipSample.Entry) -> Void = { _ in }) {
            var entry = ZipSample.Entry(name, picture(entries.count + 1))
            change(&entry)
            entries.append(entry)
        }
        add("../out.jpg")
        add("/etc/out.jpg")
        add("a/../../out.jpg")
        add("a//b.jpg")
        add("./c.jpg")
        add(String(repeating: "x", count: 256))
        add("wrong-sum.jpg") { $0.saidChecksum = 7 }
        add("locked.jpg") { $0.flags |= 1 }
        add("odd-method.jpg") { $0.method = 12 }
        add("bursting.jpg") {
            $0.method = 8
            $0.saidSize = 4_000_000_000
        }
        add("not-deflated.jpg") {
            $0.method = 8
            $0.saidSize = 5_000
        }
        let failing = entries.count - 1
        add("link") { $0.mode = 0o120777 }
        add("last.jpg")
        let path = try put("hostile.zip", entries)
        let before = scratch.files()
        let taken = try vault.take([path])
        #expect(taken.report.imported == 2, "\(taken.outcomes)")
        #expect(taken.report.failed == failing, "\(taken.outcomes)")
        #expect(taken.report.skipped == 1)
        #expect(taken["locked.jpg"]?.reason?.contains("encrypted") == true)
        #expect(taken["bursting.jpg"]?.reason?.contains("200 times") == true)
        #expect(
            scratch.files().filter { !$0.hasPrefix("Vault/") }
                == before.filter { !$0.hasPrefix("Vault/") })
        #expect(try vault.findings().isEmpty)
    }

    @Test(
        "ATTACK 66: entries that lie over each other are refused as a whole, and so is half an archive"
    )
    func overlapping() throws {
        var entries: [ZipSample.Entry] = [.init("0", picture(1, 4_000))]
        for number in 1..<20 {
            var entry = ZipSample.Entry("\(number)", picture(1, 4_000))
            entry.over = 0
            entries.append(entry)
        }
        let bomb = try vault.take([put("bomb.zip", entries)])
        #expect(bomb.report.imported == 0 && bomb.report.failed == 1)
        #expect(bomb.outcomes[0].reason?.contains("over each other") == true)
        let bytes = ZipSample([.init("a", picture(1)), .init("b", picture(2))]).bytes
        try scratch.put("half.zip", Array(bytes.prefix(bytes.count / 2)))
        let half = try vault.take([scratch["half.zip"]])
        #expect(half.report.imported == 0 && half.report.failed == 1)
    }

    @Test("an archive with a byte or a piece wrong anywhere never breaks an import")
    func broken() throws {
        let whole = ZipSample((0..<4).map { .init("\($0).jpg", picture($0, 200)) }).bytes
        var mutator = Mutator(seed: 66)
        for number in 0..<60 {
            try scratch.put("broken/\(number).zip", mutator.broken(whole, other: whole))
        }
        let paths = (0..<60).map { scratch["broken/\($0).zip"] }
        let taken = try vault.take(paths)
        #expect(taken.report.imported >= 4)
        #expect(try vault.findings().isEmpty)
    }
}

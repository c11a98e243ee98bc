import Foundation
import Glibc
import Testing
import VaultFormat

@testable import VaultKit
@testable import lighttight_samples

@Suite("Pictures are looked at")
struct LookTests {
    let test: TestVault
    var vault: UnlockedVault { test.vault }
    var scratch: Scratch { test.scratch }

    init() throws { test = try TestVault() }

    @Test("facts, hash and thumbnail are there after a look, and a second look finds nothing to do")
    func looks() throws {
        try scratch.put("in/a.jpg", sample(1))
        try scratch.put("in/note.txt", "no picture")
        try vault.take([scratch["in"]])
        let told = try vault.glance()
        #expect(told.report.looked == 2 && told.report.unreadable == 0 && told.outcomes.isEmpty)
        let pictures = try vault.list()
        let seen = try #require(pictures.first { $0.value.thumbnail != nil })
        #expect(seen.facts.own?.size == PixelSize(width: 400, height: 300))
        #expect(seen.value.look?.hash != nil && seen.value.look?.thumbnail?.size.width == 320)
        let jpeg = try #require(try vault.thumbnail(of: seen.id))
        #expect(jpeg.starts(with: [0xFF, 0xD8, 0xFF]))
        #expect(UInt32(jpeg.count) == seen.value.look?.thumbnail?.byteCount)
        let text = try #require(pictures.first { $0.id != seen.id })
        #expect(text.value.look?.trouble == .unsupported)
        #expect(try vault.thumbnail(of: text.id) == nil)
        #expect(try vault.glance().report.looked == 0)
        #expect(try vault.glance { $0.again = true }.report.looked == 0)
        #expect(try vault.findings().isEmpty)
    }

    @Test(
        "an import's look takes what changed since this machine looked at all, and nothing is forgotten"
    )
    func onlyNew() throws {
        let remembering = try TestVault()
        var context = VaultContext()
        context.memoryFolder = Array(remembering.scratch["memory"].utf8)
        func open() throws -> UnlockedVault {
            try Vault.open(at: Array(remembering.path.utf8), context: context)
                .unlock(passphrase()).pictures()
        }
        let vault = try open()
        for number in 1...3 { try remembering.scratch.put("in/\(number).jpg", sample(number)) }
        try vault.take([remembering.scratch["in"]])
        // Stopped before the first one: all are taken up by the next run.
        #expect(code { _ = try vault.glance(stopped: true) { $0.onlyNew = true } } == .interrupted)
        #expect(try open().glance { $0.onlyNew = true }.report.looked == 3)
        #expect(vault.locked.memory?.ifReadable?.looked != nil)
        try remembering.scratch.put("in/4.jpg", sample(4))
        let after = try open()
        try after.take([remembering.scratch["in"]])
        #expect(try after.glance { $0.onlyNew = true }.report.looked == 1)
    }

    @Test("a damaged thumbnail is found, is no damaged picture, and is made anew")
    func damagedThumbnail() throws {
        try scratch.put("in/a.jpg", sample(1))
        try vault.take([scratch["in"]])
        try vault.glance()
        let before = try #require(try vault.list().first)
        let place = try #require(before.value.look?.thumbnail?.location)
        try scratch.flip(
            "Vault/packs/\(place.pack.hex.prefix(2))/\(place.pack.hex)", at: Int(place.offset) + 60)
        let found = try vault.findings().filter { $0.kind != .damagedPack }
        #expect(found.map(\.kind) == [.damagedThumbnail])
        #expect(code { _ = try vault.thumbnail(of: before.id) } == .damaged)
        #expect(try vault.glance().report.looked == 0)
        #expect(try vault.glance { $0.again = true }.report.looked == 1)
        #expect(try vault.thumbnail(of: before.id) != nil)
        #expect(try vault.compact(all: true, stop: { false }, progress: { _ in }).removedPacks == 1)
        #expect(try vault.findings().isEmpty)
    }

    @Test("packs of thumbnails stay apart when packs are joined, and go with their pictures")
    func compactAndPurge() throws {
        for number in 1...3 {
            try scratch.put("in/\(number).jpg", sample(number))
            try vault.take([scratch["in"]])
            try vault.glance()
        }
        #expect(try vault.locked.status().packs == 6)
        _ = try vault.compact(all: true, stop: { false }, progress: { _ in })
        let values = try vault.list().map(\.value)
        #expect(try vault.locked.status().packs == 2)
        #expect(Set(values.map(\.location.pack)).count == 1)
        #expect(Set(values.compactMap { $0.thumbnail?.location.pack }).count == 1)
        #expect(values[0].location.pack != values[0].thumbnail?.location.pack)
        for picture in try vault.list() { #expect(try vault.thumbnail(of: picture.id) != nil) }
        #expect(try vault.findings().isEmpty)
        _ = try vault.remove(PictureFilter())
        var all = PictureFilter()
        all.bin = .only
        _ = try vault.purge(all, forget: true)
        #expect(try vault.locked.status().packs == 0)
        #expect(scratch.files(below: "Vault/packs").isEmpty)
        #expect(try vault.findings().isEmpty)
    }

    @Test("a copy has the thumbnails, too")
    func backup() throws {
        try scratch.put("in/a.jpg", sample(1))
        try vault.take([scratch["in"]])
        try vault.glance()
        let id = try #require(try vault.list().first?.id)
        let jpeg = try vault.thumbnail(of: id)
        let report = try vault.locked.backup(
            to: Array(scratch["Copy"].utf8), stop: { false }, progress: { _ in })
        #expect(report.copiedPacks == 2)
        let copy = try TestVault.open(scratch["Copy"])
        #expect(try copy.thumbnail(of: id) == jpeg && copy.findings().isEmpty)
    }

    @Test("a picture whose sealed bytes do not open is told, and the others are looked at")
    func damagedOriginal() throws {
        for number in 1...2 {
            try scratch.put("in/\(number).jpg", sample(number))
            try vault.take([scratch["in"]])
        }
        let pictures = try vault.list()
        let place = pictures[0].value.location
        try scratch.flip(
            "Vault/packs/\(place.pack.hex.prefix(2))/\(place.pack.hex)", at: Int(place.offset) + 60)
        let told = try vault.glance()
        #expect(told.report.looked == 1 && told.report.damaged == 1)
        #expect(told.outcomes.map(\.id) == [pictures[0].id])
        #expect(try vault.list().first { $0.id == pictures[0].id }?.value.look == nil)
    }

    @Test("an imager that cannot be started is the program's trouble, and no picture's")
    func noImager() throws {
        try scratch.put("in/a.jpg", sample(1))
        try vault.take([scratch["in"]])
        #expect(code { _ = try vault.glance { $0.imager = Array("/nowhere".utf8) } } == .failed)
        #expect(try vault.list().first?.value.look == nil)
    }

    @Test("a rendition is made on demand, carries no facts, and is stored nowhere")
    func rendition() throws {
        try scratch.put("in/a.jpg", sample(1))
        try vault.take([scratch["in"]])
        let before = scratch.files(below: "Vault/packs")
        let id = try #require(try vault.list().first?.id)
        let jpeg = try vault.rendition(of: id, side: 64, imager: UnlockedVault.imager)
        #expect(jpeg.starts(with: [0xFF, 0xD8, 0xFF]))
        #expect(!jpeg.contains(Array("Exif".utf8)))
        #expect(scratch.files(below: "Vault/packs") == before)
    }

    /// A JPEG of 400 × 300 pixels with facts.
    private func sample(_ seed: Int) -> [UInt8] {
        var generator = SeededGenerator(seed: UInt64(seed))
        let canvas = Scene.landscape.drawn(width: 400, height: 300, grain: 2, &generator)
        let facts = ShotFacts(
            orientation: 1, taken: Moment(seconds: 1_700_000_000 + seed),
            pixels: (canvas.width, canvas.height))
        return JPEGEncoder(quality: 85).encode(canvas).file(exif: facts.exif(), noise: nil)
    }
}

extension Scratch {
    /// Changes one bit of a file, whatever its mode.
    func flip(_ name: String, at place: Int) throws {
        chmod(self[name], 0o600)
        var content = try #require(bytes(name))
        content[place] ^= 1
        try Data(content).write(to: URL(fileURLWithPath: self[name]))
    }
}

struct Looked {
    var report: LookReport
    var outcomes: [LookOutcome]
}

extension UnlockedVault {
    /// The imager that this test bundle was built with.
    static let imager: [UInt8] = {
        let here = CommandLine.arguments + [Bundle.main.executablePath ?? ""]
        let folders = here.map { ($0 as NSString).deletingLastPathComponent }
        let folder = folders.first {
            FileManager.default.isExecutableFile(atPath: $0 + "/lighttight-imager")
        }
        return Array(((folder ?? ".") + "/lighttight-imager").utf8)
    }()

    @discardableResult
    func glance(
        stopped: Bool = false, _ change: (inout LookRequest) -> Void = { _ in }
    ) throws -> Looked {
        var request = LookRequest(imager: Self.imager)
        request.workers = 2
        change(&request)
        let told = Told<LookOutcome>()
        var report = LookReport()
        try look(
            request, stop: { stopped }, progress: { _ in }, outcome: { told.add($0) },
            report: { report = $0 })
        return Looked(report: report, outcomes: told.all)
    }
}

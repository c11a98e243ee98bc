import Foundation
import Testing
import VaultFormat

@testable import VaultKit

@Suite("Rules of albums, Spec 04 §13")
struct AlbumRuleTests {
    let test: TestVault
    var vault: UnlockedVault { test.vault }
    var scratch: Scratch { test.scratch }

    init() throws { test = try TestVault() }

    private let day: Int64 = 86_400

    @Test(
        "a rule counts from when pictures came in, or were taken, and a day that was said holds over it"
    )
    func rules() throws {
        for (index, name) in ["plain", "dated", "said"].enumerated() {
            try scratch.put("in/\(name).jpg", picture(index))
        }
        try scratch.put("m.csv", "path,retain-until\nin/said.jpg,2190-01-01\n")
        try vault.take([scratch["in"]]) {
            $0.album = "Trial"
            $0.manifest = Array(scratch["m.csv"].utf8)
        }
        let now = try #require(try vault.list().first).value.imported
        var request = EditRequest()
        request.taken = .set(SaidTime(local: 1_000_000_000, minutesEast: 0))
        _ = try vault.edit(PictureFilter { $0.names = [Array("dated.jpg".utf8)] }, request)
        func due(_ moment: Int64) throws -> [String] {
            try vault.due(at: moment, .everything).flatMap(\.occurrences).map {
                String(
                    decoding: $0.path.split(separator: UInt8(ascii: "/")).last ?? [], as: UTF8.self)
            }.sorted()
        }
        #expect(try due(now + 1000 * day).isEmpty)
        try vault.setAlbum("Trial", rule: .init(days: 30, from: .imported))
        #expect(try due(now + 30 * day - 1).isEmpty)
        #expect(try due(now + 30 * day) == ["dated.jpg", "plain.jpg"])
        #expect(try vault.plan(.subject("nobody")).isEmpty)
        try vault.setAlbum("Trial", rule: .init(days: 30, from: .taken))
        #expect(try due(now) == ["dated.jpg"])
        // In two albums the longer rule counts.
        try vault.setAlbum("Long", rule: .init(days: 20_000, from: .taken))
        _ = try vault.addToAlbum("Long", PictureFilter { $0.names = [Array("dated.jpg".utf8)] })
        #expect(try due(now).isEmpty)
        _ = try vault.removeFromAlbum("Long", .everything)
        let report = try #require(try vault.erase(.due(at: now, .everything)))
        #expect(report.receipt.count(.destroyed) == 1)
        #expect(try vault.names() == ["plain.jpg", "said.jpg"])
        #expect(try vault.findings().isEmpty)
    }

    @Test(
        "an album that was made is there when it is empty, keeps its rule under another name, and after a rotation"
    )
    func cards() throws {
        try vault.setAlbum("B", rule: .init(days: 7, from: .imported))
        try vault.setAlbum("A", rule: nil)
        try scratch.put("in/a.jpg", picture(1))
        try vault.take([scratch["in"]]) { $0.album = "C" }
        func albums(_ vault: UnlockedVault) throws -> [String] {
            try vault.albumSizes().map { "\($0.name) \($0.pictures) \($0.rule?.days ?? 0)" }
        }
        #expect(try albums(vault) == ["A 0 0", "B 0 7", "C 1 0"])
        #expect(try vault.renameAlbum("none", to: "D") == nil)
        #expect(try vault.renameAlbum("B", to: "D") == [])
        #expect(try albums(vault) == ["A 0 0", "C 1 0", "D 0 7"])
        // The card that is there stays; the other one goes.
        #expect(try vault.renameAlbum("A", to: "D") == [])
        #expect(try albums(vault) == ["C 1 0", "D 0 7"])
        _ = try vault.slot.rotate(progress: { _ in })
        #expect(try albums(test.again()) == ["C 1 0", "D 0 7"])
        #expect(try test.again().findings().isEmpty)
    }

    @Test("a card is parsed as it was printed, and nothing else is")
    func format() throws {
        func parse(_ bytes: [UInt8]) throws -> AlbumCard {
            try bytes.withUnsafeBytes { try AlbumCard(parsing: $0) }
        }
        for card in [
            AlbumCard(name: "Trial", rule: nil),
            AlbumCard(name: "Été", rule: .init(days: 1, from: .imported)),
            AlbumCard(name: "x", rule: .init(days: AlbumCard.mostDays, from: .taken)),
        ] { #expect(try parse(card.encoded) == card) }
        let whole = AlbumCard(name: "x", rule: .init(days: 300, from: .taken)).encoded
        for bytes in [
            AlbumCard(name: "", rule: nil).encoded, whole + [0], Array(whole.dropLast()),
            [0xA2, 1, 0x61, 0x78, 2, 1], [0xA3, 1, 0x61, 0x78, 2, 1, 3, 3],
            [0xA3, 1, 0x61, 0x78, 2, 0, 3, 1], [0xA2, 1, 0x61, 0x78, 4, 1],
        ] { #expect(throws: FormatError.self) { try parse(bytes) } }
    }
}

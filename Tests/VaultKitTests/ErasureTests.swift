import Foundation
import Testing
import VaultFiles
import VaultFormat
import VaultIndex
import VaultKeys
import VaultRecords

@testable import VaultKit

@Suite("Erasing people, and what is due")
struct ErasureTests {
    let test: TestVault
    var vault: UnlockedVault { test.vault }
    var scratch: Scratch { test.scratch }

    init() throws { test = try TestVault() }

    /// 1 is A's, 2 is A's and B's, 3 is B's.
    private func fill() throws {
        for (name, seed, subject) in [
            ("a-rose", 1, "A"), ("a-tulip", 2, "A"), ("b-lily", 2, "B"), ("b-daisy", 3, "B"),
        ] {
            try scratch.put("in/\(name).jpg", picture(seed))
            try vault.take([scratch["in/\(name).jpg"]]) { $0.subject = subject }
        }
    }

    private func search(_ line: String) throws -> [String] {
        var search = Search()
        search.line = line
        var found: [String] = []
        try vault.search(search, progress: { _ in }) { picture in
            found += picture.occurrences.map { String(decoding: $0.path, as: UTF8.self) }
        }
        return found.sorted()
    }

    /// The words that the index on the disk finds, whatever the records say.
    private func indexed(_ word: String) throws -> Int {
        var search = Search()
        search.line = word
        let query = try search.query()
        guard
            case .ready(let index) = try PictureIndex.open(
                in: FilePath(test.path), key: vault.keys.indexKey(vault.records.keyring()),
                vault: vault.id)
        else { return -1 }
        return try index.find(query).count
    }

    @Test(
        "one person's pictures go, in the bin or not, and a picture that others have stays theirs")
    func subject() throws {
        try fill()
        _ = try vault.remove(PictureFilter { $0.names = [Array("a-rose.jpg".utf8)] })
        let plan = try vault.plan(.subject("A"))
        #expect(plan.destroyed.count == 1 && plan.shared.count == 1 && plan.retained.count == 0)
        let report = try #require(try vault.erase(.subject("A")))
        #expect(try vault.names { $0.bin = .both } == ["b-daisy.jpg", "b-lily.jpg"])
        #expect(report.receipt.pictures.map(\.fate) == [.destroyed, .shared])
        #expect(report.receipt.pictures.map(\.id) == plan.destroyed + plan.shared)
        #expect(try vault.findings().isEmpty)
        #expect(try vault.erase(.subject("A")) == nil)
        // It is not taken in again by accident; unless nothing was to be kept of it.
        #expect(try vault.take([scratch["in/a-rose.jpg"]]).report.skipped == 1)
        var request = ErasureRequest.subject("B")
        request.forget = true
        let second = try #require(try vault.erase(request))
        #expect(second.receipt.pictures.count == 2 && !second.receipt.keepsMarks)
        #expect(try vault.take([scratch["in/b-lily.jpg"]]).report.imported == 1)
    }

    @Test(
        "the index knows nothing of an erased person, at once, also of a picture that others keep")
    func words() throws {
        try fill()
        #expect(try search("tulip").count == 2)
        #expect(try indexed("tulip") == 1)
        _ = try vault.erase(.subject("A"))
        #expect(try indexed("tulip") == 0 && indexed("rose") == 0)
        #expect(try indexed("lily") == 1)
        #expect(try search("lily") == ["b-lily.jpg"])
        // Of the bin, the same.
        _ = try vault.remove(PictureFilter { $0.names = [Array("b-daisy.jpg".utf8)] })
        _ = try vault.purge(.everything, forget: false)
        #expect(try indexed("daisy") == 0)
    }

    @Test("an index that cannot be brought up is taken away")
    func damagedIndex() throws {
        try fill()
        #expect(try search("tulip").count == 2)
        try scratch.put("Vault/index.db", "no index")
        _ = try vault.erase(.subject("A"))
        #expect(!scratch.has("Vault/index.db"))
        #expect(try search("lily") == ["b-lily.jpg"])
    }

    @Test("what is to be kept for longer is refused, with nothing destroyed, unless it is said")
    func retention() throws {
        try scratch.put("in/a.jpg", picture(1))
        try scratch.put("m.csv", "path,subject,retain-until\nin/a.jpg,A,2190-01-01\n")
        try vault.take([scratch["in"]]) { $0.manifest = Array(scratch["m.csv"].utf8) }
        #expect(try vault.plan(.subject("A")).retained.count == 1)
        #expect(code { _ = try vault.erase(.subject("A")) } == .usage)
        #expect(try vault.list().count == 1)
        var request = ErasureRequest.subject("A")
        request.despiteRetention = true
        #expect(try vault.erase(request)?.receipt.count(.destroyed) == 1)
    }

    @Test("what is due goes, each place by its own time, and nothing else")
    func due() throws {
        for (index, name) in ["old", "same", "new", "never"].enumerated() {
            try scratch.put("in/\(name).jpg", picture(index == 1 ? 0 : index))
        }
        try scratch.put(
            "m.csv",
            """
            path,retain-until
            in/old.jpg,2001-01-01
            in/same.jpg,2190-01-01
            in/new.jpg,2002-12-31

            """)
        try vault.take([scratch["in"]]) { $0.manifest = Array(scratch["m.csv"].utf8) }
        let day: Int64 = 1_041_379_200  // 2003-01-01, when the last day of 2002 is over
        #expect(try vault.names { $0.due = day - 1 } == ["old.jpg"])
        #expect(try vault.names { $0.due = day } == ["new.jpg", "old.jpg"])
        let report = try #require(try vault.erase(.due(at: day, .everything)))
        #expect(report.receipt.count(.destroyed) == 1 && report.receipt.count(.shared) == 1)
        #expect(try vault.names { $0.bin = .both } == ["never.jpg", "same.jpg"])
        #expect(try vault.erase(.due(at: day, .everything)) == nil)
    }

    // MARK: - Receipts

    private func verify(_ note: [UInt8]) throws -> ReceiptVerification {
        try vault.locked.verifyReceipt(note, stop: { false }, progress: { _ in })
    }

    @Test("a receipt holds, and tells of copies until they are brought up")
    func receipt() throws {
        try fill()
        let copy = Array(scratch["Copy"].utf8)
        func backUp() throws {
            _ = try vault.locked.backup(to: copy, stop: { false }, progress: { _ in })
        }
        try backUp()
        var request = ErasureRequest.subject("A")
        request.reference = "2026-014"
        let report = try #require(try vault.erase(request))
        #expect(report.places == [copy] && report.receipt.copies.count == 1)
        let found = try verify(report.note)
        #expect(found.receipt == report.receipt && found.copies.map(\.state) == [.awaiting])
        // What happens later changes nothing of it.
        try backUp()
        _ = try vault.erase(.subject("B"))
        #expect(try verify(report.note).copies.map(\.state) == [.upToDate])
    }

    @Test("a receipt that says anything else, and is signed all the same, does not hold")
    func lies() throws {
        try fill()
        let first = try #require(try vault.erase(.subject("A")))
        let second = try #require(try vault.erase(.subject("B")))
        func signed(_ change: (inout Receipt) -> Void) throws -> VaultError.Code? {
            var receipt = second.receipt
            change(&receipt)
            let note = try vault.signed(receipt)
            return code { _ = try verify(note) }
        }
        #expect(try signed { _ in } == nil)
        #expect(try signed { $0.entries = first.receipt.entries } == .damaged)
        #expect(try signed { $0.entries += first.receipt.entries } != nil)
        #expect(try signed { $0.pictures.removeLast() } == .damaged)
        #expect(try signed { $0.pictures = first.receipt.pictures } == .damaged)
        #expect(try signed { $0.size -= 1 } == .damaged)
        #expect(try signed { $0.size += 100 } == .damaged)
        #expect(try signed { $0.root = .destroyed } == .damaged)
        #expect(
            try signed { receipt in
                receipt.pictures = receipt.pictures.map {
                    .init(id: $0.id, row: $0.row, fate: .shared)
                }
            } == .damaged)
    }
}

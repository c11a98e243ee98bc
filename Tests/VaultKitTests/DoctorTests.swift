import Foundation
import Glibc
import Testing
import VaultFormat

@testable import VaultFiles
@testable import VaultKit

@Suite("Doctor: records, packs and log")
struct DoctorTests {
    let patient: Patient
    var scratch: Scratch { patient.scratch }

    init() throws { patient = try Patient() }

    @Test("a sound vault is in no danger, and looking changes nothing in it")
    func sound() throws {
        let before = scratch.snapshot("Vault")
        let found = try patient.look(deep: true)
        #expect(!found.contains { $0.severity == .danger }, "\(found)")
        #expect(found.contains { $0.code == .noCopy } && found.contains { $0.code == .weakSlot })
        #expect(scratch.snapshot("Vault") == before)
        for finding in found {
            #expect(finding.text.hasSuffix(".") && finding.meaning.hasSuffix("."), "\(finding)")
            #expect(!finding.action.hasSuffix("."), "\(finding)")
        }
    }

    @Test("what is found comes in order of danger")
    func order() throws {
        try scratch.put("Vault/records.db-journal.foreign", "x")
        try scratch.put("Vault/vault.json", "x")
        try scratch.remove("Vault/records.bak")
        let found = try patient.look()
        let severities = found.map(\.severity)
        let all = DoctorFinding.Severity.allCases
        #expect(severities == all.flatMap { one in severities.filter { $0 == one } })
        let codes = found.map(\.code)
        let journal = try #require(codes.firstIndex(of: .foreignJournal))
        #expect(journal < codes.firstIndex(of: .headerCopy) ?? -1)
        #expect(codes.first == .recordsCopy)
    }

    // MARK: - Records

    @Test(
        "31: records.db missing or torn: told, mended, and the log says so", arguments: [-1, 100])
    func recordsDamaged(_ size: Int) throws {
        let file = scratch["Vault/records.db"]
        if size < 0 { unlink(file) } else { truncate(file, size) }
        try patient.requireRepairable(.recordsDamaged, .danger)
        #expect(try patient.entries(.repaired).map(\.remark) == ["records-damaged"])
        try patient.requireSound()
    }

    @Test(
        "the second copy missing, damaged or another: made again",
        arguments: ["missing", "garbage", "other"])
    func secondCopy(_ how: String) throws {
        switch how {
        case "missing": try scratch.remove("Vault/records.bak")
        case "garbage": try scratch.put("Vault/records.bak", "not a database")
        default:
            // Another history of the same length.
            try patient.keepRecords(as: "kept")
            try patient.take("x.jpg", picture(70))
            let other = try #require(scratch.bytes("Vault/records.bak"))
            try patient.putBack("kept")
            patient.remembers = false
            try patient.take("y.jpg", picture(71))
            try scratch.put("Vault/records.bak", other)
        }
        try patient.requireRepairable(.recordsCopy, .danger)
        #expect(try patient.entries(.repaired).map(\.remark) == ["records-copy"])
        if how != "other" { try patient.requireSound() }
    }

    @Test("a second copy that is only behind is a warning")
    func behind() throws {
        try patient.keepRecords(as: "kept")
        try patient.take("x.jpg", picture(70))
        try patient.putBack("kept", ["records.bak"])
        try patient.requireRepairable(.recordsCopy, .warning)
        try patient.requireSound()
    }

    @Test("5: an older records.db beside a newer records.bak: the newer one takes its place")
    func recordsBehind() throws {
        try patient.keepRecords(as: "kept")
        try patient.purge("1.jpg")
        try patient.putBack("kept", ["records.db"])
        #expect(try patient.find(.olderState) != nil)
        #expect(code { _ = try patient.unlock().acceptRestore() } == .damaged)
        try patient.requireRepairable(.recordsBehind, .danger)
        #expect(try patient.look().allSatisfy { $0.severity != .danger })
        #expect(try patient.entries(.repaired).map(\.remark) == ["records-behind"])
        #expect(try patient.unlock().pictures().names() == ["0.jpg", "2.jpg"])
        try patient.requireSound()
    }

    @Test("12: vault.json torn, missing or another's: written again", arguments: [0, 300, -1])
    func headerCopy(_ size: Int) throws {
        let whole = scratch.bytes("Vault/vault.json")
        if size < 0 {
            unlink(scratch["Vault/vault.json"])
        } else {
            truncate(scratch["Vault/vault.json"], size)
        }
        try patient.requireRepairable(.headerCopy, .warning)
        #expect(scratch.bytes("Vault/vault.json") == whole)
        #expect(try patient.entries(.repaired).isEmpty)
    }

    @Test("30: a journal that was set aside is overwritten and removed, and the log says so")
    func foreignJournal() throws {
        try scratch.put("Vault/records.db-journal.foreign", picture(9, 5000))
        try scratch.put("Vault/records.bak-wal.foreign", "x")
        try patient.requireRepairable(.foreignJournal, .warning)
        #expect(!scratch.has("Vault/records.db-journal.foreign"))
        #expect(!scratch.has("Vault/records.bak-wal.foreign"))
        let entry = try #require(try patient.entries(.repaired).first)
        #expect(entry.remark == "foreign-journal" && entry.actorLabel == "owner")
    }

    @Test("a repair that takes something away is refused without a slot")
    func needsSlot() throws {
        try scratch.put("Vault/records.db-journal.foreign", "x")
        let request = DoctorRequest(now: Patient.now)
        #expect(
            code { try patient.open().repair(.foreignJournal, request, by: nil) } == .usage)
        #expect(scratch.has("Vault/records.db-journal.foreign"))
        // And what doctor does not mend, it refuses.
        #expect(code { try patient.open().repair(.noCopy, request, by: nil) } == .usage)
    }

    @Test("27: a record changed behind the program's back is danger")
    func logBroken() throws {
        try patient.alter(
            "UPDATE record SET revision = revision + 1 WHERE row = 1")
        let found = try #require(try patient.find(.logBroken))
        #expect(found.severity == .danger && !found.isRepairable)
        #expect(
            found.command.map { String(decoding: $0, as: UTF8.self) } == [
                "lighttight", "audit", "verify",
            ])
    }

    // MARK: - Packs

    @Test("24: a missing pack is danger; fetched from a copy when one is within reach")
    func missingPack() throws {
        let pack = try #require(patient.packs.first)
        try patient.backup(to: "Copy")
        try scratch.remove("Vault/packs/\(pack)")
        try patient.requireRepairable(.missingPack, .danger)
        #expect(scratch.bytes("Vault/packs/\(pack)") == scratch.bytes("Copy/packs/\(pack)"))
        try patient.requireSound()
        #expect(try patient.entries(.repaired).map(\.remark) == ["missing-pack"])
        // And without one.
        try scratch.remove("Copy")
        try scratch.remove("Vault/packs/\(pack)")
        let found = try #require(try patient.find(.missingPack))
        #expect(found.severity == .danger && !found.isRepairable)
        #expect(code { try patient.repair(.missingPack) } == .damaged)
    }

    @Test("23: a rotten pack is found by --deep, and fetched from a copy that has it whole")
    func damagedPack() throws {
        try patient.backup(to: "Copy")
        let all = try patient.test.vault.list()
        try patient.test.vault.rot(all[0])
        #expect(try patient.find(.damagedPack) == nil)
        try patient.requireRepairable(.damagedPack, .danger, deep: true)
        try patient.requireSound()
    }

    @Test("a pack that rotted in the copy too is not fetched, and what is here stays")
    func rottenEverywhere() throws {
        try patient.backup(to: "Copy")
        let first = try patient.test.vault.list()[0]
        try patient.test.vault.rot(first)
        let name = first.value.location.pack.hex
        let pack = "packs/\(name.prefix(2))/\(name)"
        let rotten = scratch.bytes("Vault/\(pack)")
        try scratch.put("Copy/\(pack)", "rotten")
        #expect(code { try patient.repair(.damagedPack) } == .damaged)
        #expect(scratch.bytes("Vault/\(pack)") == rotten)
    }

    @Test("orphans and leftovers are removed, and the log says so; not while an import runs")
    func untidy() throws {
        let orphan = "packs/00/" + String(repeating: "00", count: 32)
        try scratch.put("Vault/\(orphan)", "orphan")
        chmod(scratch["Vault/\(orphan)"], 0o600)
        try scratch.put("Vault/packs/incoming/abc", "left")
        chmod(scratch["Vault/packs/incoming/abc"], 0o600)
        do {
            let lock = try patient.open().place.lock("import", .shared)
            #expect(code { try patient.repair(.orphanPack) } == .vaultInUse)
            _ = consume lock
        }
        #expect(scratch.has("Vault/\(orphan)"))
        try patient.requireRepairable(.orphanPack, .advice)
        #expect(!scratch.has("Vault/\(orphan)"))
        #expect(try patient.entries(.repaired).last?.remark == "orphan-pack")
        try patient.requireSound()
        try scratch.put("Vault/packs/incoming/abc", "left")
        chmod(scratch["Vault/packs/incoming/abc"], 0o600)
        try patient.requireRepairable(.leftover, .advice)
        #expect(!scratch.has("Vault/packs/incoming/abc"))
        #expect(try patient.entries(.repaired).last?.remark == "leftover")
    }

    @Test("5: packs that an older state does not name are no orphans to remove")
    func orphansOfOlderState() throws {
        try patient.keepRecords(as: "kept")
        try patient.take("x.jpg", picture(70))
        try patient.putBack("kept")
        let count = patient.packs.count
        let found = try #require(try patient.find(.orphanPack))
        #expect(!found.isRepairable)
        #expect(code { try patient.repair(.orphanPack) } == .olderState)
        #expect(code { try patient.repair(.leftover) } == .olderState)
        #expect(patient.packs.count == count)
    }
}

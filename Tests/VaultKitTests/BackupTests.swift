import Foundation
import Testing
import VaultFormat

@testable import VaultKit

@Suite("Backup, verify, and vaults in odd places")
struct BackupTests {
    let test: TestVault
    var vault: UnlockedVault { test.vault }
    var scratch: Scratch { test.scratch }

    init() throws { test = try TestVault() }

    private var cheap: InitRequest {
        var request = InitRequest()
        request.cost = .insecureForTests
        request.acceptWeak = true
        return request
    }

    @discardableResult
    private func backup(
        to name: String = "Copy", stop: @escaping StopSign = { false }
    ) throws -> BackupReport {
        try vault.locked.backup(to: Array(scratch[name].utf8), stop: stop, progress: { _ in })
    }

    private func take(_ range: Range<Int>) throws {
        for index in range {
            try scratch.put("in/\(index).jpg", picture(index))
            try vault.take([scratch["in/\(index).jpg"]])
        }
    }

    @Test("opening the copy is the restore, and status knows how old it is")
    func restore() throws {
        try take(0..<3)
        let report = try backup()
        #expect(report.copiedPacks == 3)
        let copy = try TestVault.open(scratch["Copy"])
        try copy.put(to: scratch["out"])
        for index in 0..<3 { #expect(scratch.bytes("out/\(index).jpg") == picture(index)) }
        #expect(try copy.findings().isEmpty)
        let status = try vault.locked.status()
        #expect(status.copies.map(\.id) == [report.copy])
        #expect(status.copies.first?.revision == report.revision)
        #expect(status.revision == report.revision)
    }

    @Test("a second backup copies what is new, and takes away what the records do not name")
    func update() throws {
        try take(0..<3)
        let first = try backup()
        try take(3..<5)
        _ = try vault.remove(PictureFilter { $0.names = [Array("0.jpg".utf8)] })
        _ = try vault.purge(PictureFilter(), forget: false)
        let second = try backup()
        #expect(second.copy == first.copy)
        #expect(second.copiedPacks == 2)
        #expect(second.presentPacks == 2)
        #expect(second.removedPacks == 1)
        let copy = try TestVault.open(scratch["Copy"])
        #expect(try copy.names { $0.bin = .both } == ["1.jpg", "2.jpg", "3.jpg", "4.jpg"])
        // Nor does its second copy hold the purged key.
        try scratch.remove("Copy/records.db")
        let fallback = try TestVault.open(scratch["Copy"])
        #expect(try fallback.names { $0.bin = .both }.count == 4)
        #expect(
            scratch.files(below: "Copy").filter { $0.hasPrefix("records") }.sorted() == [
                "records.bak", "records.db",
            ])
    }

    @Test("a stop leaves the copy as it was, and the next one goes on")
    func stopped() throws {
        try take(0..<2)
        try backup()
        try take(2..<6)
        let seen = Told<Int>()
        let stopped = code {
            _ = try vault.locked.backup(
                to: Array(scratch["Copy"].utf8), stop: { seen.all.count > 1 },
                progress: { _ in seen.add(1) })
        }
        #expect(stopped == .interrupted)
        #expect(try TestVault.open(scratch["Copy"]).list().count == 2)
        let rest = try backup()
        #expect(rest.copiedPacks + rest.presentPacks == 6)
        #expect(rest.copiedPacks >= 2)
        #expect(try TestVault.open(scratch["Copy"]).list().count == 6)
    }

    @Test("another vault's copy, a vault, and a folder with something in it are refused")
    func refused() throws {
        try take(0..<1)
        try backup()
        let strange = Array(scratch["Strange"].utf8)
        _ = try Vault.create(at: strange, passphrase: passphrase(), request: cheap)
        #expect(
            code {
                _ = try Vault.open(at: strange).backup(
                    to: Array(scratch["Copy"].utf8), stop: { false }, progress: { _ in })
            } == .vaultInUse)
        #expect(try TestVault.open(scratch["Copy"]).list().count == 1)
        #expect(code { try backup(to: "Vault") } == .usage)
        #expect(
            code {
                _ = try vault.locked.backup(
                    to: strange, stop: { false }, progress: { _ in })
            } == .vaultInUse)
        try scratch.put("full/mine", "mine")
        #expect(code { try backup(to: "full") } == .vaultInUse)
        #expect(scratch.files(below: "full") == ["mine"])
    }

    @Test("a copy that took in pictures of its own is never overwritten")
    func divergedCopy() throws {
        try take(0..<2)
        try backup()
        try scratch.put("new/x.jpg", picture(77))
        try TestVault.open(scratch["Copy"]).take([scratch["new"]])
        try take(2..<5)
        #expect(code { try backup() } == .vaultInUse)
        #expect(try TestVault.open(scratch["Copy"]).names().contains("x.jpg"))
    }

    @Test("one damaged pack does not keep the other pictures from being copied, and is told")
    func damagedPack() throws {
        try take(0..<4)
        try backup()
        try take(4..<7)
        let all = try vault.list()
        try vault.rot(all[0])
        try vault.rot(all[5])
        #expect(code { try backup() } == .damaged)
        let copy = try TestVault.open(scratch["Copy"])
        let out = try copy.put(to: scratch["out"])
        // The sound copy of the first was not overwritten by the rotten one.
        #expect(out.report.exported == 6)
        #expect(out.report.failed == 1)
        try vault.rot(all[5])
        try vault.rot(all[0])
        try backup()
        #expect(try TestVault.open(scratch["Copy"]).findings().isEmpty)
    }

    @Test("nobody can take the copy's records away between their making and their place")
    func preparedIsHeld() throws {
        try take(0..<2)
        try backup()
        try take(2..<3)
        let path = scratch["Copy"]
        let opened = Told<Int>()
        // Somebody opens the copy in the middle of the backup; to list it he would have to write an entry,
        // and would be told that it is in use.
        _ = try vault.locked.backup(
            to: Array(path.utf8), stop: { false },
            progress: { _ in
                do { opened.add(try Vault.open(at: Array(path.utf8)).status().records) } catch {
                    Issue.record("\(error)")
                }
            })
        #expect(opened.all.allSatisfy { $0 == 2 })
        #expect(try TestVault.open(path).list().count == 3)
    }

    // MARK: - Verify

    @Test("24: missing, damaged and orphaned are told apart, and the rest is still checked")
    func verify() throws {
        try take(0..<5)
        let all = try vault.list()
        let missing = all[0].value.location.pack.hex
        try scratch.remove("Vault/packs/\(missing.prefix(2))/\(missing)")
        try vault.rot(all[1])
        try scratch.put("Vault/packs/00/\(String(repeating: "00", count: 32))", "orphan")
        var kinds = try vault.findings().map(\.kind.rawValue).sorted()
        #expect(kinds == ["damaged-picture", "missing-pack", "missing-picture", "orphan-pack"])
        kinds = try vault.locked.verifyPacks(stop: { false }, progress: { _ in }, found: { _ in })
            .findings.map(\.kind.rawValue).sorted()
        #expect(kinds == ["damaged-pack", "missing-pack", "orphan-pack"])
    }

    @Test("verify without a key can be stopped")
    func stoppedVerify() throws {
        try take(0..<6)
        #expect(
            code {
                _ = try vault.locked.verifyPacks(
                    stop: { true }, progress: { _ in }, found: { _ in })
            } == .interrupted)
    }

    @Test("a damaged or missing second copy is a finding, not the end of verify")
    func mirrorGone() throws {
        try take(0..<2)
        try scratch.put("Vault/records.bak", "not a database")
        let kinds = try vault.findings().map(\.kind)
        #expect(kinds.isEmpty || kinds == [.mirror])
        #expect(try vault.findings().isEmpty || kinds == [.mirror])
    }

    // MARK: - Places

    @Test("a vault below a link can be made and opened")
    func belowLink() throws {
        try scratch.makeFolder("disk")
        scratch.link("home", to: scratch["disk"])
        let path = Array(scratch["home/Pictures/Vault"].utf8)
        _ = try Vault.create(at: path, passphrase: passphrase(), request: cheap)
        #expect(scratch.has("disk/Pictures/Vault/vault.json"))
        _ = try Vault.open(at: path).unlock(passphrase())
    }

    @Test("a wrong passphrase is refused, a missing vault is not found, a taken place is told")
    func refusals() throws {
        #expect(
            code { _ = try Vault.open(at: Array(test.path.utf8)).unlock(passphrase("no")) }
                == .refused)
        #expect(code { _ = try Vault.open(at: Array(scratch["none"].utf8)) } == .vaultNotFound)
        var request = InitRequest()
        request.cost = .insecureForTests
        #expect(
            code {
                _ = try Vault.create(
                    at: Array(test.path.utf8), passphrase: passphrase(), request: request)
            } == .vaultInUse)
        #expect(
            code {
                _ = try Vault.create(
                    at: Array(scratch["new"].utf8), passphrase: passphrase("password"),
                    request: request)
            } == .usage)
    }
}

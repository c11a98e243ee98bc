import Foundation
import Glibc
import Testing
import VaultFormat

@testable import VaultFiles
@testable import VaultKit

@Suite("Doctor: files, and who may use them")
struct DoctorFilesTests {
    let patient: Patient
    var scratch: Scratch { patient.scratch }

    init() throws { patient = try Patient(pictures: 1) }

    @Test(
        "files that others can read are a warning, that others can change danger; both are mended")
    func modes() throws {
        chmod(scratch["Vault"], 0o755)
        chmod(scratch["Vault/records.bak"], 0o640)
        let found = try #require(try patient.find(.fileModes))
        #expect(found.text.contains("the vault's folder, records.bak"))
        try patient.requireRepairable(.fileModes, .warning)
        chmod(scratch["Vault/packs/3f"], 0o720)
        let pack = try #require(patient.packs.first)
        chmod(scratch["Vault/packs/\(pack)"], 0o606)
        try patient.requireRepairable(.fileModes, .danger)
        #expect(try status(scratch["Vault/packs/\(pack)"]).mode == 0o600)
        #expect(try patient.entries(.repaired).isEmpty)
    }

    @Test("files that their owner cannot use are told also when the vault does not open")
    func ownRights() throws {
        chmod(scratch["Vault/records.bak"], 0)
        chmod(scratch["Vault/locks"], 0o500)
        let request = DoctorRequest(now: Patient.now)
        let found = try Vault.examineFiles(at: Array(patient.path.utf8), request)
        #expect(found.first?.code == .fileModes && found.first?.severity == .warning)
        #expect(try Vault.repairModes(at: Array(patient.path.utf8)) == 2)
        #expect(try patient.find(.fileModes) == nil)
        try patient.requireSound()
    }

    @Test("a group's vault whose group cannot use a file is told and mended")
    func groupModes() throws {
        for folder in ["", "/packs", "/locks", "/packs/incoming"] {
            chmod(scratch["Vault\(folder)"], 0o2770)
        }
        let found = try #require(try patient.find(.fileModes))
        #expect(found.text.hasPrefix("The group of this vault cannot use"))
        try patient.requireRepairable(.fileModes, .warning)
        #expect(try status(scratch["Vault/records.db"]).mode == 0o660)
        #expect(try patient.find(.fileModes) == nil)
    }

    @Test("files of another user are danger")
    func owner() throws {
        guard geteuid() == 0 else {
            print("skipped: only root can give files away")
            return
        }
        chown(scratch["Vault/records.bak"], 64001, 64001)
        let found = try #require(try patient.find(.fileOwner))
        #expect(found.severity == .danger && found.text.contains("64001"))
        #expect(found.command.last == Array(scratch["Vault"].utf8))
        chmod(scratch["Vault"], 0o2770)
        #expect(try patient.find(.fileOwner)?.severity == .warning)
    }

    @Test("a folder above that others can change is told; a sticky one is not")
    func above() throws {
        #expect(try patient.find(.folderAbove) == nil)
        chmod(scratch.path, 0o777)
        let found = try #require(try patient.find(.folderAbove))
        #expect(found.severity == .danger)
        #expect(found.command.last == Array(scratch.path.utf8))
        chmod(scratch.path, 0o1777)
        #expect(try patient.find(.folderAbove) == nil)
        guard geteuid() == 0 else { return }
        chown(scratch.path, 0, 64001)
        chmod(scratch.path, 0o770)
        #expect(try patient.find(.folderAbove)?.severity == .warning)
        chown(scratch.path, 64001, 0)
        chmod(scratch.path, 0o700)
        #expect(try patient.find(.folderAbove)?.severity == .warning)
    }

    @Test("what lies in the vault's folder and is not part of it is told")
    func strangers() throws {
        try scratch.put("Vault/holiday \u{1B}[2J.jpg", "not sealed")
        let found = try #require(try patient.find(.strangeFile))
        #expect(found.severity == .warning && !found.text.contains("\u{1B}"))
        try scratch.makeFolder("Vault/records.db.d")
        try scratch.makeFolder("Vault/inbox")
        #expect(try patient.find(.strangeFile)?.text.contains("records.db.d") == true)
        #expect(try patient.find(.strangeFile)?.text.contains("inbox") == false)
        #expect(try patient.find(.fileModes)?.text.contains("inbox") == true)
    }

    @Test("a passphrase file that others can read is danger, and closed")
    func secretFiles() throws {
        try scratch.put("pass", "secret")
        chmod(scratch["pass"], 0o644)
        try patient.requireRepairable(.passphraseFile, .danger, secrets: ["pass", "missing"])
        #expect(try status(scratch["pass"]).mode == 0o600)
    }

    @Test("small files that a stop left are removed when they are old")
    func temporary() throws {
        let name = "Vault/.lighttight-tmp-1"
        try scratch.put(name, "x")
        chmod(scratch[name], 0o600)
        #expect(try patient.find(.leftover) == nil)
        #expect(try patient.look(days: 1).contains { $0.code == .leftover })
    }

    @Test(
        "little room is a warning, hardly any is danger",
        arguments: [
            (UInt64(1) << 40, nil), (1 << 29, DoctorFinding.Severity.warning), (1 << 20, .danger),
        ] as [(UInt64, DoctorFinding.Severity?)])
    func space(_ free: UInt64, _ severity: DoctorFinding.Severity?) {
        #expect(VaultPlace.space(free)?.severity == severity)
    }

    @Test("a vault in memory is danger")
    func inMemory() throws {
        let place = "/dev/shm/lighttight-kit-\(getpid())"
        // Some machines have no such folder, or none in memory.
        guard mkdir(place, 0o700) == 0 else { return }
        defer { try? FileManager.default.removeItem(atPath: place) }  // Gone with the machine.
        try FileManager.default.copyItem(atPath: patient.path, toPath: place + "/Vault")
        let vault = try Vault.open(at: Array((place + "/Vault").utf8), mending: false)
        let found = try vault.examine(
            DoctorRequest(now: Patient.now), stop: { false }, progress: { _ in })
        guard try vault.place.folder.fileSystem().kind == .memory else { return }
        #expect(found.contains { $0.code == .inMemory && $0.severity == .danger })
    }
}

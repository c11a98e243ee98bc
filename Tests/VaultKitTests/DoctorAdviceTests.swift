import Foundation
import Synchronization
import Testing
import VaultFormat
import VaultKeys

@testable import VaultKit

@Suite("Doctor: slots, copies, log and machine")
struct DoctorAdviceTests {
    let patient: Patient
    var scratch: Scratch { patient.scratch }

    init() throws { patient = try Patient(pictures: 2) }

    private func codes(days: Int64 = 0, with slot: Bool = false) throws -> [DoctorFinding.Code] {
        try patient.look(days: days, with: slot).map(\.code)
    }

    @discardableResult
    private func add(_ label: String, _ role: Role, words: String = "a second one") throws -> SlotID
    {
        var request = SlotRequest()
        request.cost = .insecureForTests
        request.role = role
        request.label = label
        request.acceptWeak = true
        return try patient.unlock().addSlot(request, passphrase: passphrase(words))
    }

    private func removeRecovery() throws {
        let owner = try patient.unlock()
        let code = try #require(try owner.locked.slots().first { $0.kind == .recovery })
        try owner.removeSlot(code.id)
    }

    // MARK: - Slots

    @Test("one owner, no recovery code, several owners")
    func owners() throws {
        #expect(Set(try codes()).isDisjoint(with: [.singleOwner, .noRecovery, .manyOwners]))
        try add("Ada", .owner)
        #expect(try codes().contains(.manyOwners))
        try removeRecovery()
        #expect(try codes().contains(.noRecovery))
        let owner = try patient.unlock()
        try owner.removeSlot(owner.locked.slot(named: "Ada"))
        let after = try codes()
        #expect(after.contains(.singleOwner) && !after.contains(.noRecovery))
        #expect(!after.contains(.manyOwners))
    }

    @Test("a slot that costs a thief less than today's measure is told by its label")
    func weakness() throws {
        let found = try #require(try patient.find(.weakSlot))
        #expect(
            found.command.suffix(2).map { String(decoding: $0, as: UTF8.self) } == [
                "--as", "owner",
            ])
        func slot(_ memory: UInt64?, _ passes: UInt32?) -> SlotFacts {
            SlotFacts(
                id: .random(), label: "x", kind: .passphrase, role: .owner, memory: memory,
                passes: passes, lastUsed: nil)
        }
        #expect(Examination.weakness(slot(256 << 20, 3)) == nil)
        #expect(Examination.weakness(slot(1 << 30, 4)) == nil)
        #expect(Examination.weakness(slot(nil, nil)) == nil)
        #expect(Examination.weakness(slot(256 << 20, 2)) != nil)
        #expect(Examination.weakness(slot(64 << 20, 10)) != nil)
    }

    @Test("a slot that nobody uses is told, unless nobody uses the vault at all")
    func unused() throws {
        #expect(try !codes().contains(.unusedSlot))
        try add("Ada", .manager)
        let found = try #require(try patient.find(.unusedSlot))
        #expect(found.text == "Slot \"Ada\" was never used.")
        #expect(try !codes(days: 91).contains(.unusedSlot))
        _ = try patient.open().unlock(passphrase("a second one")).pictures().take([scratch["in"]])
        _ = try patient.open().unlock(passphrase("a second one")).tell(Telling(.listed))
        #expect(try !codes().contains(.unusedSlot))
    }

    @Test("keys that a removed slot knew are told until they are made anew")
    func notRotated() throws {
        let slot = try add("Ada", .manager)
        try patient.unlock().removeSlot(slot)
        #expect(try codes().contains(.notRotated))
        _ = try patient.unlock().rotate(progress: { _ in })
        #expect(try !codes().contains(.notRotated))
    }

    // MARK: - Copies

    @Test("no copy, an old one, one that opens what was purged, one on the same disk")
    func copies() throws {
        #expect(try codes().contains(.noCopy))
        try patient.backup(to: "Copy")
        #expect(try codes().filter { "\($0)".lowercased().contains("copy") } == [.copySameDisk])
        // As long as nothing changes, it does not grow old.
        #expect(try !codes(days: 40).contains(.oldCopy))
        try patient.take("x.jpg", picture(70))
        #expect(try !codes(days: 20).contains(.oldCopy))
        #expect(try codes(days: 40).contains(.oldCopy))
        #expect(try !codes().contains(.copyBehindPurge))
        try patient.purge("x.jpg")
        let found = try #require(try patient.find(.copyBehindPurge))
        #expect(found.severity == .warning)
        #expect(found.command.last == Array(scratch["Copy"].utf8))
        try patient.backup(to: "Copy")
        #expect(try !codes().contains(.copyBehindPurge))
        // A disk that is not connected is where it should be.
        try FileManager.default.moveItem(atPath: scratch["Copy"], toPath: scratch["Away"])
        #expect(try !codes().contains(.copySameDisk))
    }

    // MARK: - The log

    @Test("no checkpoint, or an old one: by this machine's memory, or by the log with a key")
    func checkpoints() throws {
        #expect(try codes().contains(.noCheckpoint))
        _ = try patient.unlock().makeCheckpoint()
        #expect(try !codes().contains(.noCheckpoint))
        // Later commands keep what is remembered.
        try patient.take("x.jpg", picture(70))
        #expect(try !codes().contains(.noCheckpoint))
        #expect(try codes(days: 31).contains(.noCheckpoint))
        // Another machine knows nothing of it, but the log does.
        patient.memory = "another machine"
        #expect(try codes().contains(.noCheckpoint))
        #expect(try !codes(with: true).contains(.noCheckpoint))
    }

    @Test("refused passphrases are advice, many a warning; only a key tells of them")
    func failedUnlocks() throws {
        for _ in 0..<4 { _ = code { _ = try patient.open().unlock(passphrase("wrong")) } }
        #expect(try !codes().contains(.failedUnlocks))
        func found(days: Int64 = 0) throws -> DoctorFinding? {
            try patient.look(days: days, with: true).first { $0.code == .failedUnlocks }
        }
        #expect(try found()?.severity == .advice)
        _ = code { _ = try patient.open().unlock(passphrase("wrong")) }
        let many = try #require(try found())
        #expect(many.severity == .warning && many.text.contains("5 times"))
        #expect(try found(days: 31) == nil)
    }

    @Test("a slot that may not read the log is no obstacle")
    func noAudit() throws {
        try add("Desk", .desk)
        let vault = try patient.open()
        var request = DoctorRequest(now: Patient.now)
        request.isDeep = true
        let found = try vault.examine(
            request, with: vault.unlock(passphrase("a second one")), stop: { false },
            progress: { _ in })
        #expect(found.contains { $0.code == .noCheckpoint })
    }

    @Test("a clock that went back, and one that is behind the log")
    func clock() throws {
        #expect(try !codes().contains(.clock))
        #expect(
            try patient.look(days: -2).contains { $0.code == .clock && $0.severity == .warning })
        var look = Examination(try patient.open(), DoctorRequest(now: Patient.now))
        var log = try patient.open().verifyLog(stop: { false }, progress: { _ in })
        log.clockJumps = [(sequence: 1, from: 100, to: 50)]
        look.lookAtClock(log)
        #expect(look.findings.map(\.code) == [.clock])
        #expect(look.findings.first?.severity == .advice)
    }

    @Test("what lies in the bin for long is told by --deep with a key")
    func bin() throws {
        let filter = PictureFilter { $0.names = [Array("0.jpg".utf8)] }
        _ = try patient.unlock().pictures().remove(filter)
        func find(days: Int64, deep: Bool) throws -> Bool {
            try patient.look(deep: deep, days: days, with: true).contains { $0.code == .oldBin }
        }
        #expect(try !find(days: 0, deep: true))
        #expect(try !find(days: 31, deep: false))
        #expect(try find(days: 31, deep: true))
        #expect(Examination.bin(0) == nil)
    }

    @Test("room that destroyed pictures take is told when it is worth the work")
    func deadBytes() {
        #expect(Examination.dead(1 << 30, of: 2 << 30)?.severity == .advice)
        #expect(Examination.dead(1 << 20, of: 2 << 20) == nil)
        #expect(Examination.dead(1 << 30, of: 100 << 30) == nil)
    }

    // MARK: - The machine

    @Test("a machine that cannot remember is told")
    func memory() throws {
        patient.remembers = false
        #expect(try codes().contains(.memoryFolder))
        patient.remembers = true
        #expect(try !codes().contains(.memoryFolder))
        let vault = try patient.open()
        vault.memoryFailed.store(true, ordering: .relaxed)
        let found = try vault.examine(
            DoctorRequest(now: Patient.now), stop: { false }, progress: { _ in })
        #expect(found.contains { $0.code == .memoryFolder && $0.severity == .warning })
    }

    @Test("an open session is told, or that there can be none")
    func sessions() throws {
        do {
            _ = try patient.open().beginSession(
                passphrase(), keyFile: nil, only: nil, seconds: 600, also: false)
        } catch let error as VaultError where error.code == .unsupported {
            #expect(try codes().contains(.keyringBlocked))
            return
        }
        #expect(try codes().contains(.openSession))
        let vault = try patient.open()
        _ = try vault.endSession(of: vault.slot(named: "owner"))
        #expect(Set(try codes()).isDisjoint(with: [.openSession, .keyringBlocked]))
    }

    @Test("unlocked memory and open swap are told")
    func memoryAndSwap() {
        #expect(Examination.locking(isPossible: true) == nil)
        #expect(Examination.locking(isPossible: false)?.severity == .warning)
        #expect(Examination.swap([]) == nil)
        #expect(Examination.swap([Array("/dev/sda2".utf8)])?.severity == .advice)
    }

}

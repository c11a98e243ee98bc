import Foundation
import Testing
import VaultFormat

@testable import VaultFiles
@testable import VaultKit
@testable import VaultRecords

@Suite("An older state of the vault, found and accepted")
struct AcceptRestoreTests {
    let patient: Patient
    var scratch: Scratch { patient.scratch }

    init() throws {
        patient = try Patient()
        try patient.keepRecords(as: "kept")
    }

    private func found() throws -> Set<DoctorFinding.Code> {
        Set(try patient.look().filter { $0.severity == .danger }.map(\.code))
    }

    @Test(
        "ATTACK 5, 27: old records put back are told, and accepted with what was destroyed destroyed again"
    )
    func older() throws {
        let keys = try patient.wrappedKeys()
        try patient.purge("1.jpg")
        let doomed = try keys.filter { try !patient.wrappedKeys().contains($0) }
        try #require(doomed.count == 1)
        try patient.putBack("kept")
        #expect(try found() == [.olderState, .destroyedBack, .missingPack])
        // Neither shown nor written.
        #expect(code { _ = try patient.unlock().pictures() } == .olderState)
        let accepted = try patient.unlock().acceptRestore()
        #expect(accepted == Acceptance(entries: 6, seen: 7, destroyedAgain: 1))
        #expect(try patient.search(for: doomed).isEmpty)
        #expect(try found().isEmpty)
        #expect(try patient.unlock().pictures().names { $0.bin = .both } == ["0.jpg", "2.jpg"])
        try patient.requireSound()
        let entry = try #require(try patient.entries(.stateAccepted).first)
        #expect(entry.pictures.count == 1 && entry.actorLabel == "owner")
        #expect(entry.remark?.hasPrefix("in place of 7 entries with root ") == true)
        // Its mark is there again.
        let report = try patient.unlock().pictures().take([scratch["in"]])
        #expect(report.report.imported == 0)
        #expect(try patient.unlock().pictures().list { $0.bin = .both }.count == 2)
        // And it is settled once for all.
        #expect(code { _ = try patient.unlock().acceptRestore() } == .usage)
    }

    @Test(
        "5: a state that went on since it was put back is another history, and can be accepted too")
    func forked() throws {
        try patient.purge("1.jpg")
        try patient.putBack("kept")
        patient.memory = "other machine"
        for index in 10..<16 { try patient.take("\(index).jpg", picture(index)) }
        patient.memory = "memory"
        #expect(try found() == [.forkedState, .destroyedBack, .missingPack])
        #expect(code { try patient.take("y.jpg", picture(80)) } == .olderState)
        #expect(try patient.unlock().acceptRestore().destroyedAgain == 1)
        #expect(try found().isEmpty)
        try patient.requireSound()
        // The other machine goes on with it: it is its own history.
        patient.memory = "other machine"
        #expect(try found().isEmpty)
    }

    @Test("what is destroyed after another history was accepted is remembered too")
    func destroyedAfterwards() throws {
        try patient.take("x.jpg", picture(70))
        try patient.take("y.jpg", picture(71))
        try patient.purge("x.jpg")
        try patient.purge("y.jpg")
        // Neither is in the state that is put back.
        try patient.putBack("kept")
        #expect(try patient.unlock().acceptRestore().destroyedAgain == 0)
        try patient.keepRecords(as: "again")
        try patient.purge("2.jpg")
        try patient.putBack("again")
        #expect(try found() == [.olderState, .destroyedBack, .missingPack])
        #expect(try patient.unlock().acceptRestore().destroyedAgain == 1)
        #expect(try patient.unlock().pictures().names() == ["0.jpg", "1.jpg"])
    }

    @Test("a header from before a slot was changed is an older state, whatever the log says")
    func olderHeader() throws {
        var request = SlotRequest()
        request.cost = .insecureForTests
        request.role = .manager
        request.label = "Ada"
        request.acceptWeak = true
        _ = try patient.unlock().addSlot(request, passphrase: passphrase("another one"))
        try patient.putBack("kept")
        #expect(try found() == [.olderState])
        #expect(try patient.unlock().acceptRestore().destroyedAgain == 0)
        #expect(try found().isEmpty)
    }

    @Test("only an owner accepts")
    func owners() throws {
        var request = SlotRequest()
        request.cost = .insecureForTests
        request.role = .manager
        request.label = "Ada"
        request.acceptWeak = true
        _ = try patient.unlock().addSlot(request, passphrase: passphrase("another one"))
        try patient.keepRecords(as: "kept")
        try patient.purge("1.jpg")
        try patient.putBack("kept")
        let ada = try patient.open().unlock(passphrase("another one"))
        #expect(code { _ = try ada.acceptRestore() } == .notPermitted)
        #expect(try found() == [.olderState, .destroyedBack, .missingPack])
    }

    @Test("a memory that cannot be read counts for danger, not for nothing; an owner settles it")
    func unreadableMemory() throws {
        let file = try #require(
            scratch.files(below: "memory").first { $0.hasSuffix(".json") })
        try scratch.put("memory/\(file)", "{}")
        #expect(try found() == [.memoryUnreadable])
        #expect(code { try patient.take("y.jpg", picture(80)) } == .olderState)
        #expect(try patient.unlock().acceptRestore().seen == nil)
        #expect(try found().isEmpty)
        try patient.take("y.jpg", picture(80))
    }

    @Test("a second copy of yet another history is made anew, and holds no destroyed key")
    func otherSecondCopy() throws {
        let keys = try patient.wrappedKeys()
        try patient.purge("1.jpg")
        let doomed = try keys.filter { try !patient.wrappedKeys().contains($0) }
        // As long as the log of the state that is put back, and with the destroyed key in it.
        try patient.putBack("kept")
        let accepted = try patient.unlock()
        try patient.alterMirror("UPDATE record SET revision = 0 WHERE row = 2")
        _ = try accepted.acceptRestore()
        #expect(try patient.search(for: doomed).isEmpty)
        try patient.requireSound()
    }

    @Test("a copy is older than its vault without danger, and can be made the vault")
    func copies() throws {
        try patient.backup(to: "Copy")
        try patient.purge("1.jpg")
        let copy = try Vault.open(
            at: Array(scratch["Copy"].utf8), context: patient.context, mending: false)
        let look = try copy.examine(
            DoctorRequest(now: Patient.now), stop: { false }, progress: { _ in })
        #expect(look.allSatisfy { $0.severity != .danger }, "\(look)")
        #expect(look.first { $0.code == .destroyedBack }?.severity == .warning)
        #expect(!look.contains { $0.code == .noCopy || $0.code == .copyBehindPurge })
        #expect(try copy.unlock(passphrase()).acceptRestore().destroyedAgain == 1)
    }
}

extension Patient {
    /// The wrapped keys of all pictures.
    func wrappedKeys() throws -> [[UInt8]] {
        var keys: [[UInt8]] = []
        try open().records.scan { batch in
            for index in 0..<batch.count {
                batch.withRecord(at: index) {
                    keys.append($0.wrapped.withUnsafeBytes { Array($0) })
                }
            }
        }
        return keys
    }

    /// Files of the vault that hold one of these.
    func search(for needles: [[UInt8]]) throws -> [String] {
        scratch.files(below: "Vault").filter { file in
            let bytes = Data(scratch.bytes("Vault/\(file)") ?? [])
            return needles.contains { bytes.range(of: Data($0)) != nil }
        }
    }

    func alterMirror(_ statement: String) throws {
        let file = try FilePath(scratch["Vault/records.bak"])
        try Connection(file, as: .mirror, .writing, wait: .zero).run {
            (session) throws(RecordsError) in try session.execute(statement)
        }
    }
}

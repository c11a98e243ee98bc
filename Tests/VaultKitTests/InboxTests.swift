import Foundation
import Glibc
import Testing
import VaultFormat

@testable import VaultKit

@Suite("Deposits wait and are accepted or rejected")
struct InboxTests {
    private let gym: Gym
    private var scratch: Scratch { gym.scratch }
    private var owner: OpenSlot { gym.owner }

    init() throws { gym = try Gym() }

    private func key() throws -> DepositKey {
        try scratch.put("deposit.key", owner.depositKeyFile().file)
        return try DepositKey(reading: Array(scratch["deposit.key"].utf8))
    }

    /// Deposits without a slot, into the inbox.
    private func putUnsigned(_ paths: [String], _ key: DepositKey? = nil) throws {
        try scratch.makeFolder("Vault/inbox")
        var request = DepositRequest()
        request.paths = paths.map { Array($0.utf8) }
        let report = try (key ?? self.key()).deposit(
            request, into: Array(scratch["Vault/inbox"].utf8), by: nil, stop: { false },
            progress: { _ in }, outcome: { _ in })
        #expect(report.deposited == paths.count)
    }

    @Test("what a depositor seals in, an owner takes in: bytes, name, time, subject, album and tags")
    func roundTrip() throws {
        let depositor = try gym.slot(.depositor)
        let bytes = picture(1, 50_000)
        try scratch.put("in/a.jpg", bytes, modified: 1_600_000_000.5)
        let put = try depositor.put([scratch["in/a.jpg"]]) {
            $0.subject = "4711"
            $0.album = "Members"
            $0.tags = ["b", "a"]
        }
        let id = try #require(put.first?.deposit)
        #expect(gym.inbox == ["\(id.hex).deposit"])
        #expect(try owner.locked.status().deposits == 1)

        let waiting = try owner.deposits().deposits
        #expect(waiting.map(\.id) == [id])
        #expect(waiting[0].signer == .slot(depositor.id))
        #expect(waiting[0].head?.name == Array("a.jpg".utf8))
        #expect(waiting[0].head?.byteCount == 50_000)
        #expect(waiting[0].head?.subject == "4711")

        let outcomes = try owner.accept(signedOnly: true)
        #expect(outcomes.map(\.kind) == [.imported] && outcomes[0].name == Array("a.jpg".utf8))
        #expect(gym.inbox.isEmpty)
        let pictures = try owner.pictures().list()
        #expect(pictures.map(\.id) == outcomes.map(\.id))
        let occurrence = pictures[0].occurrences[0]
        #expect(occurrence.root == Array("/inbox".utf8) && occurrence.path == Array("a.jpg".utf8))
        #expect(occurrence.modified == 1_600_000_000_500_000_000 && occurrence.memory == nil)
        #expect(occurrence.subject == "4711" && occurrence.album == "Members")
        #expect(pictures[0].value.tags == ["a", "b"])
        try owner.pictures().put(to: scratch["out"])
        #expect(scratch.bytes("out/a.jpg") == bytes)
        #expect(try owner.pictures().findings().isEmpty)

        let entries = try owner.depositEntries()
        #expect(entries.count == 1 && entries[0].pictures == pictures.map(\.id))
        #expect(entries[0].slot == depositor.id && entries[0].remark == "accepted")
        #expect(entries[0].actor == owner.id)
    }

    @Test(
        "pictures of every size come out as they went in",
        arguments: [0, 1, 16_383, 16_384, 1 << 20, 1 << 20 + 1, 16 << 20, 16 << 20 + 1, 17 << 20])
    func sizes(_ size: Int) throws {
        let bytes = picture(size, size)
        try scratch.put("in/a", bytes)
        try owner.put([scratch["in/a"]])
        #expect(try owner.accept().map(\.kind) == [.imported])
        try owner.pictures().put(to: scratch["out"])
        #expect(scratch.bytes("out/a") == bytes)
    }

    @Test("ATTACK 104: a deposit shows its size class, its day and nothing else")
    func staging() throws {
        let depositor = try gym.slot(.depositor)
        let mark = "Canary4Zt8"
        for size in [19_500, 20_000] {
            try scratch.put("in/\(mark)-\(size)", Array(repeating: UInt8(ascii: "z"), count: size))
        }
        try depositor.put([scratch["in"]]) { $0.subject = mark }
        try putUnsigned([scratch["in/\(mark)-20000"]])
        #expect(gym.inbox.count == 3)
        for name in gym.inbox {
            let file = "Vault/inbox/" + name
            let bytes = try #require(scratch.bytes(file))
            #expect(bytes.count == 24_576)
            #expect(!name.contains(mark) && !String(decoding: bytes, as: UTF8.self).contains(mark))
            // Neither who signed, nor whether somebody did.
            #expect(bytes.dropFirst(57).firstRange(of: depositor.id.bytes) == nil)
            var status = stat()
            #expect(lstat(scratch[file], &status) == 0 && status.st_mtim.tv_sec % 86_400 == 0)
            #expect(status.st_mode & 0o7777 == 0o600)
        }
    }

    @Test("a depositor deposits and does nothing else")
    func depositorOnly() throws {
        let depositor = try gym.slot(.depositor)
        try scratch.put("in/a.jpg", picture(1))
        try depositor.put([scratch["in"]])
        #expect(code { _ = try depositor.deposits() } == .notPermitted)
        #expect(code { try depositor.accept() } == .notPermitted)
        #expect(code { _ = try depositor.rejectDeposits(.all) } == .notPermitted)
        #expect(code { _ = try depositor.depositKeyFile() } == .notPermitted)
        #expect(code { _ = try depositor.pictures() } == .notPermitted)
        #expect(code { _ = try depositor.look("4711") } == .notPermitted)
        #expect(code { _ = try depositor.depositEntries() } == .notPermitted)
        #expect(gym.inbox.count == 1)
        let manager = try gym.slot(.manager)
        #expect(code { _ = try manager.depositKeyFile() } == .notPermitted)
        #expect(try manager.accept().map(\.kind) == [.imported])
    }

    @Test("roles whose signature would not count do not deposit", arguments: [Role.desk, .auditor, .keeper])
    func noDepositor(_ role: Role) throws {
        let slot = try gym.slot(role)
        try scratch.put("in/a.jpg", picture(1))
        #expect(code { try slot.put([scratch["in"]]) } == .notPermitted)
        #expect(code { _ = try slot.deposits() } == .notPermitted)
        #expect(code { try slot.accept() } == .notPermitted)
        #expect(gym.inbox.isEmpty)
    }

    @Test("with the public key alone deposits are unsigned, and can be left")
    func unsigned() throws {
        try scratch.put("in/a.jpg", picture(1))
        try putUnsigned([scratch["in/a.jpg"]])
        #expect(try owner.deposits().deposits.map(\.signer) == [.nobody])
        let left = try owner.accept(signedOnly: true)
        #expect(left.map(\.kind) == [.skipped] && left[0].name == nil)
        #expect(gym.inbox.count == 1)
        #expect(try owner.accept().map(\.kind) == [.imported])
        #expect(gym.inbox.isEmpty)
        #expect(try owner.depositEntries().map(\.remark) == ["accepted, unsigned"])
    }

    @Test("a slot signs what goes to another folder, and only with the key in use")
    func signedElsewhere() throws {
        let key = try key()
        let depositor = try gym.slot(.depositor)
        try scratch.put("in/a.jpg", picture(1))
        try scratch.makeFolder("stick")
        func put(_ slot: OpenSlot) throws {
            var request = DepositRequest()
            request.paths = [Array(scratch["in"].utf8)]
            _ = try key.deposit(
                request, into: Array(scratch["stick"].utf8), by: slot, stop: { false },
                progress: { _ in }, outcome: { _ in })
        }
        try put(depositor)
        let file = try #require(scratch.files(below: "stick").first)
        try scratch.put("Vault/inbox/\(file)", #require(scratch.bytes("stick/\(file)")))
        #expect(try owner.deposits().deposits.map(\.signer) == [.slot(depositor.id)])
        _ = try gym.opened(gym.test.path).rotate { _ in }
        let after = try gym.again("depositor", depositor.id)
        #expect(code { try put(after) } == .usage)
    }

    @Test("what was sealed to a key of before is read after rotations, by owner and manager")
    func rotation() throws {
        _ = try gym.slot(.manager)
        let depositor = try gym.slot(.depositor)
        let old = try key()
        for index in 0..<4 { try scratch.put("in/\(index).jpg", picture(index)) }
        try depositor.put([scratch["in/0.jpg"]])
        _ = try gym.opened(gym.test.path).rotate { _ in }
        try gym.again("depositor", depositor.id).put([scratch["in/1.jpg"]])
        _ = try gym.opened(gym.test.path).rotate { _ in }
        try putUnsigned([scratch["in/2.jpg"]], old)
        let now = try gym.opened(gym.test.path)
        let waiting = try now.deposits().deposits
        #expect(waiting.count == 3 && waiting.allSatisfy { $0.head != nil })
        let managerID = try now.locked.slot(named: "manager")
        let manager = try gym.again("manager", managerID)
        #expect(try manager.accept(signedOnly: true).count { $0.kind == .imported } == 2)
        #expect(try now.accept().map(\.kind) == [.imported])
        #expect(try now.pictures().list().count == 3)
        #expect(try now.pictures().findings().isEmpty)
    }

    @Test("the signature of a slot that was removed, or has another role, counts no more")
    func former() throws {
        let removed = try gym.slot(.depositor, "removed")
        let moved = try gym.slot(.depositor, "moved")
        for index in 0..<2 { try scratch.put("in/\(index).jpg", picture(index)) }
        try removed.put([scratch["in/0.jpg"]])
        try moved.put([scratch["in/1.jpg"]])
        try gym.opened(gym.test.path).removeSlot(removed.id)
        try gym.opened(gym.test.path).changeRole(moved.id, to: .desk)
        let now = try gym.opened(gym.test.path)
        #expect(
            Set(try now.deposits().deposits.map(\.signer))
                == [.former(removed.id), .former(moved.id)])
        #expect(try now.accept(signedOnly: true).allSatisfy { $0.kind == .skipped })
        #expect(try now.accept().count { $0.kind == .imported } == 2)
        #expect(
            try now.depositEntries().allSatisfy {
                $0.remark == "accepted, signed by a former depositor"
            })
    }

    @Test("a picture that is here already gets an occurrence, and the deposit goes")
    func duplicates() throws {
        let depositor = try gym.slot(.depositor)
        try scratch.put("in/a.jpg", picture(1))
        try scratch.put("in/b.jpg", picture(1))
        try owner.pictures().take([scratch["in/a.jpg"]])
        try depositor.put([scratch["in/b.jpg"], scratch["in/b.jpg"]])
        #expect(try owner.accept().map(\.kind) == [.duplicate, .duplicate])
        #expect(gym.inbox.isEmpty)
        let pictures = try owner.pictures().list()
        #expect(pictures.count == 1)
        #expect(
            pictures[0].occurrences.map { String(decoding: $0.path, as: UTF8.self) }
                == ["a.jpg", "b.jpg"])
        // Nothing changes, and it is told all the same.
        try depositor.put([scratch["in/b.jpg"]])
        let before = try owner.depositEntries().count
        #expect(try owner.accept().map(\.kind) == [.duplicate])
        #expect(try owner.depositEntries().count == before + 1)
        #expect(try owner.pictures().list()[0].occurrences.count == 2)
    }

    @Test("the same picture deposited twice is one picture")
    func twice() throws {
        try scratch.put("in/a.jpg", picture(1))
        try owner.put([scratch["in/a.jpg"], scratch["in/a.jpg"]])
        #expect(Set(try owner.accept().map(\.kind)) == [.imported, .duplicate])
        #expect(gym.inbox.isEmpty)
        #expect(try owner.pictures().list().map(\.occurrences.count) == [1])
    }

    @Test("a content that was purged stays out, and its deposit waits, until it is asked for")
    func purged() throws {
        let vault = try owner.pictures()
        try scratch.put("in/a.jpg", picture(1))
        try vault.take([scratch["in"]])
        _ = try vault.remove(.everything)
        try owner.put([scratch["in"]])
        _ = try vault.purge(.everything, forget: false)
        let outcomes = try owner.accept()
        #expect(outcomes.map(\.kind) == [.skipped] && outcomes[0].name == nil)
        #expect(gym.inbox.count == 1)
        #expect(try vault.list().isEmpty)
        #expect(try owner.accept(again: true).map(\.kind) == [.imported])
        #expect(gym.inbox.isEmpty)
    }

    @Test("a deposit that was accepted and is there again, as after a stop, is the picture that is here")
    func again() throws {
        try scratch.put("in/a.jpg", picture(1, 3_000_000))
        try owner.put([scratch["in"]])
        let file = gym.inbox[0]
        let bytes = try #require(scratch.bytes("Vault/inbox/\(file)"))
        #expect(try owner.accept().map(\.kind) == [.imported])
        try scratch.put("Vault/inbox/\(file)", bytes)
        #expect(try owner.accept().map(\.kind) == [.duplicate])
        #expect(gym.inbox.isEmpty)
        #expect(try owner.pictures().list().map(\.occurrences.count) == [1])
        #expect(try owner.pictures().findings().isEmpty)
    }

    @Test("what is rejected goes, in the log first, and comes nowhere")
    func reject() throws {
        for index in 0..<2 { try scratch.put("in/\(index).jpg", picture(index)) }
        let put = try owner.put([scratch["in"]])
        let first = try #require(put[0].deposit)
        try scratch.put("Vault/inbox/\(String(repeating: "0", count: 32)).deposit", "damaged")
        #expect(try owner.rejectDeposits(.beginning([String(first.hex.prefix(12))])) == [first])
        #expect(try owner.rejectDeposits(.beginning(["000000000000"])).count == 1)
        #expect(gym.inbox.count == 1)
        #expect(try owner.pictures().list().isEmpty)
        let entries = try owner.depositEntries()
        #expect(entries.map(\.remark) == ["rejected", "rejected"] && entries[0].count == 1)
        #expect(code { _ = try owner.rejectDeposits(.beginning([first.hex])) } == .noSuchPicture)
        #expect(code { try owner.accept(.beginning([""])) } == nil)
    }

    @Test("a beginning that two deposits share is refused, and nothing is done")
    func ambiguous() throws {
        for index in 0..<17 { try scratch.put("in/\(index).jpg", picture(index)) }
        try owner.put([scratch["in"]])
        let shared = try #require(
            Dictionary(grouping: gym.inbox, by: \.first).first { $0.value.count > 1 }?.key)
        #expect(code { try owner.accept(.beginning([String(shared)])) } == .noSuchPicture)
        #expect(code { _ = try owner.rejectDeposits(.beginning([String(shared)])) } == .noSuchPicture)
        #expect(gym.inbox.count == 17)
    }

    @Test("two who accept at once take each picture in once")
    func atOnce() async throws {
        for index in 0..<40 { try scratch.put("in/\(index).jpg", picture(index / 2, 20_000)) }
        try owner.put([scratch["in"]])
        let slots = [try gym.opened(gym.test.path), try gym.opened(gym.test.path)]
        await withTaskGroup(of: Void.self) { group in
            for slot in slots {
                group.addTask {
                    // What the other took meanwhile is told as failed or is no more.
                    do { _ = try slot.acceptDeposits(
                        .all, signedOnly: false, again: false, stop: { false },
                        progress: { _ in }, outcome: { _ in }) } catch { Issue.record("\(error)") }
                }
            }
        }
        try owner.accept()
        #expect(gym.inbox.isEmpty)
        let pictures = try owner.pictures().list()
        #expect(pictures.count == 20 && pictures.allSatisfy { $0.occurrences.count == 2 })
        #expect(try owner.pictures().findings().isEmpty)
    }

    @Test("a file whose facts do not fit is refused by itself")
    func tooMuchSaid() throws {
        try scratch.put("in/a.jpg", picture(1))
        let put = try owner.put([scratch["in/a.jpg"]]) {
            $0.subject = String(repeating: "x", count: 4_000)
        }
        #expect(put.map(\.kind) == [.failed] && gym.inbox.isEmpty)
        #expect(
            try owner.put([scratch["in/a.jpg"]]) { $0.subject = String(repeating: "x", count: 3_600) }
                .map(\.kind) == [.deposited])
        #expect(try owner.accept().map(\.kind) == [.imported])
    }

    @Test("a changed key file is refused before anything is sealed to it")
    func changedKey() throws {
        var file = try owner.depositKeyFile().file
        for index in stride(from: 0, to: file.count, by: 7) {
            file[index] ^= 1
            try scratch.put("changed.key", file)
            #expect(
                code { _ = try DepositKey(reading: Array(scratch["changed.key"].utf8)) } == .usage,
                "byte \(index)")
            file[index] ^= 1
        }
    }
}

import Glibc
import Testing
import VaultCrypto
import VaultFiles
import VaultFormat
import VaultKeys
import VaultSharing

@testable import VaultKit

@Suite("Answers to requests: what a stranger put there is judged, Spec 13 §7")
struct AnswerTests {
    let test: TestVault
    var vault: UnlockedVault { test.vault }
    var slot: OpenSlot { vault.slot }

    init() throws { test = try TestVault() }

    private static let sent = picture(1, 20_000)

    /// A request, as whoever has its link knows it.
    private func ask(_ change: (inout RequestPlan) -> Void = { _ in }) throws -> RequestLink {
        var plan = RequestPlan(expires: Int64(time(nil)) + 3_600)
        plan.base = "https://pictures.example"
        plan.subject = "4711"
        plan.album = "Cards"
        plan.recipients = ["Ada"]
        change(&plan)
        var links: [String] = []
        try vault.ask(plan) { links.append($0.link) }
        return try RequestLink(parsing: #require(links.first))
    }

    /// What an answer is made of, so that a test changes one thing.
    private struct Parts {
        var id: DepositID = RandomBytes.make(16).withUnsafeBytes { DepositID(at: 0, in: $0) }
        var picture: [UInt8] = AnswerTests.sent
        var token: [UInt8]
        var request: RequestID
        var isAnswer = true
        var signer: RoleKeys?
        /// Where it is laid; `nil` for the inbox.
        var folder: RequestName?

        init(_ link: RequestLink) {
            (token, request) = (link.token, link.id)
            folder = RequestKeys.name(of: link.id)
        }
    }

    /// Seals a picture as a page does, and puts it where a server does.
    @discardableResult
    private func send(_ parts: Parts) throws -> DepositID {
        let target = DepositTarget(vault.keys)
        let digest = try ContentDigest(bytes: Digest(hashing: parts.picture).bytes)
        let mark = RequestKeys.mark(
            of: parts.request, token: parts.token, vault: target.vault, epoch: target.epoch,
            picture: digest)
        let head = try DepositHead(
            name: Array("portrait.jpg".utf8), modified: 1_600_000_000_000_000_000,
            byteCount: UInt64(parts.picture.count), digest: digest, deposited: 1_700_000_000,
            answer: parts.isAnswer ? DepositAnswer(request: parts.request, mark: mark) : nil)
        let key = FileKey.random()
        let front = try DepositSealer.front(
            head, key: key, as: parts.id, to: target, by: parts.signer)
        let object = try sealed(parts.picture, key, parts.id)
        var bytes = front.encoded + object
        let size = Int(DepositFront.fileByteCount(object: UInt64(object.count)))
        bytes += RandomBytes.make(size - bytes.count)
        let folder = parts.folder.map { "shares/requests/\($0)" } ?? "inbox"
        try test.scratch.put("Vault/\(folder)/\(parts.id).deposit", bytes)
        return parts.id
    }

    private func sealed(
        _ plaintext: [UInt8], _ key: borrowing FileKey, _ id: DepositID
    ) throws -> [UInt8] {
        let sealer = try ObjectSealer()
        var head = [UInt8](repeating: 0, count: ObjectSize.headerByteCount)
        let context = Associated.depositObject(vault: vault.id, deposit: id)
        try head.withUnsafeMutableBytes { head in
            try sealer.begin(key: key, context: context, header: head)
        }
        let count = try ObjectSize.sealed(ofPlaintext: plaintext.count) - head.count
        var body = [UInt8](repeating: 0, count: count)
        try plaintext.withUnsafeBytes { plaintext in
            try body.withUnsafeMutableBytes { body in
                _ = try sealer.seal(chunks: plaintext, into: body, isLast: true)
            }
        }
        return head + body
    }

    private func accept() throws -> (report: ImportReport, told: [DepositOutcome]) {
        let told = Told<DepositOutcome>()
        let report = try slot.acceptDeposits(
            .all, signedOnly: false, again: false, stop: { false }, progress: { _ in },
            outcome: { told.add($0) })
        return (report, told.all)
    }

    @Test("an answer gets the subject and album of its request, and comes out as it was sent")
    func takenIn() throws {
        let link = try ask { $0.files = 3 }
        let first = try send(Parts(link))
        var twice = Parts(link)
        twice.folder = nil
        try test.scratch.makeFolder("Vault/inbox")
        let carried = try send(twice)

        let waiting = try slot.deposits().deposits
        #expect(Set(waiting.map(\.id)) == [first, carried])
        for deposit in waiting {
            #expect(deposit.reason == nil && deposit.signer == .nobody)
            #expect(deposit.request?.recipient == "Ada")
            #expect(deposit.subject == "4711" && deposit.album == "Cards")
        }
        #expect(try vault.requests()[0].waiting == 1)

        let (report, _) = try accept()
        #expect((report.imported, report.duplicates, report.failed) == (1, 1, 0))
        let pictures = try vault.list()
        #expect(pictures.count == 1)
        for place in pictures[0].occurrences {
            #expect(place.subject == "4711" && place.album == "Cards")
            #expect(place.path == Array("portrait.jpg".utf8))
        }
        try vault.put(to: test.scratch["out"])
        let out = test.scratch.files(below: "out")
        #expect(!out.isEmpty)
        for name in out { #expect(test.scratch.bytes("out/\(name)") == Self.sent) }
        #expect(try slot.deposits().deposits.isEmpty)
        // An answer that a server puts back is the picture that is here.
        try send(Parts(link))
        #expect(try accept().report.imported == 0)
        #expect(try vault.list().count == 1)
    }

    @Test("what answers no request of the vault is not accepted, and costs only itself")
    func refused() throws {
        let (link, other) = (try ask(), try ask())
        let good = try send(Parts(link))
        func reason(_ change: (inout Parts) throws -> Void) throws -> String? {
            var parts = Parts(link)
            try change(&parts)
            let id = try send(parts)
            let found = try slot.deposits().deposits.filter { $0.id == id }
            #expect(found.count == 1 && found[0].head == nil && found[0].request == nil)
            return found.first?.reason
        }
        #expect(
            try reason { $0.token = RandomBytes.make(16) }
                == "whoever sealed it did not have the request's link")
        #expect(
            try reason { $0.token = other.token }
                == "whoever sealed it did not have the request's link")
        #expect(
            try reason { $0.folder = RequestKeys.name(of: other.id) }
                == "it answers another request than the one that it came for")
        #expect(
            try reason { $0.request = try RequestID(bytes: RandomBytes.make(16)) }
                == "it answers no request of this vault")
        #expect(try reason { $0.isAnswer = false } == "it answers no request")
        #expect(
            try reason { $0.signer = vault.keys } == "it answers a request, and is signed")
        let (report, told) = try accept()
        #expect(report.imported == 1 && report.failed == 6)
        #expect(told.filter { $0.kind == .imported }.map(\.deposit) == [good])
        #expect(try slot.rejectDeposits(.all).count == 6)
        #expect(try slot.deposits().deposits.isEmpty)
        let left = test.scratch.files(below: "Vault/shares/requests")
        #expect(left.allSatisfy { $0.hasSuffix(".json") })
    }

    @Test("a link in place of a folder or of a file leads nowhere")
    func links() throws {
        let link = try ask()
        let id = try send(Parts(link))
        let folder = "Vault/shares/requests/\(RequestKeys.name(of: link.id))"
        let name = "\(folder)/\(id).deposit"
        try test.scratch.put("elsewhere/\(id).deposit", try #require(test.scratch.bytes(name)))
        try test.scratch.remove(name)
        test.scratch.link(name, to: test.scratch["elsewhere/\(id).deposit"])
        #expect(
            try slot.deposits().deposits.map(\.reason)
                == ["is a symbolic link, which is not followed"])
        try test.scratch.remove(folder)
        test.scratch.link(folder, to: test.scratch["elsewhere"])
        #expect(try slot.deposits().deposits.isEmpty)
        #expect(try accept().told.isEmpty)
        #expect(try slot.rejectDeposits(.all).isEmpty)
        #expect(test.scratch.has("elsewhere/\(id).deposit"))
    }

    @Test("answers stay when their request ends, and open after a rotation")
    func ends() throws {
        let link = try ask()
        try send(Parts(link))
        let name = RequestKeys.name(of: link.id)
        #expect(try vault.revoke([name]) == [name])
        #expect(try vault.revoke([name]).isEmpty)
        let status = try vault.request(named: name.hex)
        #expect(status.standing == .ended(.revoked) && status.waiting == 1)
        let later = Int64(time(nil)) + 900
        #expect(code { try vault.extend(status, until: later, files: nil) } == .usage)
        #expect(try accept().report.imported == 1)
    }

    @Test("erasing a person ends the requests for their pictures, and no other")
    func erased() throws {
        let (mine, other) = (try ask(), try ask { $0.subject = "4712" })
        #expect(try vault.endRequests(of: "4711") == 1)
        func standing(_ link: RequestLink) throws -> RequestStatus.Standing {
            try vault.request(named: RequestKeys.name(of: link.id).hex).standing
        }
        #expect(try standing(mine) == .ended(.erased))
        #expect(try standing(other) == .open)
    }

    @Test("a plan that makes no sense leaves nothing")
    func plans() throws {
        for change: (inout RequestPlan) -> Void in [
            { $0.expires = 1 }, { $0.files = 0 }, { $0.files = 1_001 }, { $0.largest = 0 },
            { $0.largest = 1 << 33 }, { $0.total = 1 }, { $0.asker = "" },
            { $0.note = String(repeating: "a", count: 2_001) }, { $0.base = "pictures.example" },
        ] {
            #expect(code { _ = try ask(change) } == .usage)
        }
        #expect(try vault.requests().isEmpty)
        #expect(test.scratch.files(below: "Vault/shares/requests").isEmpty)
    }
}

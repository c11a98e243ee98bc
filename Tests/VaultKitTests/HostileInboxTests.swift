import Foundation
import Glibc
import Testing
import VaultFormat

@testable import VaultKit

@Suite("An inbox in which anybody may have written")
struct HostileInboxTests {
    private let gym: Gym
    private var scratch: Scratch { gym.scratch }
    private var owner: OpenSlot { gym.owner }
    /// The one honest deposit, and its bytes.
    private let good: DepositID
    private let bytes: [UInt8]

    init() throws {
        gym = try Gym()
        try gym.scratch.put("in/a.jpg", picture(1, 40_000))
        let put = try gym.owner.put([gym.scratch["in"]])
        good = try #require(put.first?.deposit)
        bytes = try #require(gym.scratch.bytes(gym.path(good)))
    }

    private func id(_ number: Int) throws -> DepositID {
        let digits = String(number, radix: 16)
        return try DepositID(hex: String(repeating: "0", count: 32 - digits.count) + digits)
    }

    /// Every deposit but the honest one is refused, which comes in all the same.
    private func requireOnlyGood(_ strangers: Int = 0) throws {
        let listing = try owner.deposits()
        #expect(listing.strangers == strangers)
        for deposit in listing.deposits {
            #expect((deposit.head != nil) == (deposit.id == good), "\(deposit)")
            #expect((deposit.reason == nil) == (deposit.id == good), "\(deposit)")
        }
        let outcomes = try owner.accept()
        for outcome in outcomes {
            #expect(
                outcome.kind == (outcome.deposit == good ? .imported : .failed), "\(outcome)")
        }
        #expect(outcomes.count == listing.deposits.count)
        #expect(try owner.pictures().list().count == 1)
        #expect(try owner.pictures().findings().isEmpty)
    }

    @Test("links, pipes, folders and what is no deposit by its name are not read, and stay")
    func things() throws {
        try scratch.put("secret", bytes)
        scratch.link(gym.path(try id(1)), to: scratch["secret"])
        scratch.link(gym.path(try id(2)), to: scratch[gym.path(good)])
        #expect(mkfifo(scratch[gym.path(try id(3))], 0o600) == 0)
        try scratch.makeFolder(gym.path(try id(4)))
        scratch.link(gym.path(try id(5)), to: "/dev/zero")
        try scratch.put("Vault/inbox/note.txt", "hello")
        try scratch.put("Vault/inbox/\(good.hex.uppercased()).deposit", bytes)
        try scratch.put("Vault/inbox/\(good.hex)0.deposit", bytes)
        try requireOnlyGood(3)
        #expect(scratch.has("secret") && scratch.has("Vault/inbox/note.txt"))
    }

    @Test("files that are too short, too long or of no size are refused by themselves")
    func sizes() throws {
        let cuts: [[UInt8]] = [
            [], Array(bytes[..<20]), Array(bytes[..<4_095]), Array(bytes[..<4_096]),
            Array(bytes.dropLast()), bytes + [0],
        ]
        for (number, cut) in cuts.enumerated() { try scratch.put(gym.path(try id(number)), cut) }
        let huge = scratch[gym.path(try id(100))]
        try scratch.put(gym.path(try id(100)), bytes)
        #expect(truncate(huge, 1 << 40) == 0)
        try requireOnlyGood()
    }

    @Test("a deposit under another name, or of another vault, is refused")
    func elsewhere() throws {
        try scratch.put(gym.path(try id(1)), bytes)
        let other = try Gym()
        try other.scratch.put("in/b.jpg", picture(2))
        try other.owner.put([other.scratch["in"]])
        let file = "Vault/inbox/" + other.inbox[0]
        try scratch.put(file, #require(other.scratch.bytes(file)))
        try requireOnlyGood()
    }

    @Test("no bit of a front can be changed unnoticed; of the object neither; of the padding any")
    func bits() throws {
        let object = 4_096 + 56 + 40_000 + 3 * 16
        let places =
            Array(stride(from: 0, to: 4_096, by: 61)) + [20, 21, 36, 37, 52, 53, 56, 57, 3_975, 3_976]
        for place in places {
            var changed = bytes
            changed[place] ^= 1
            try scratch.put(gym.path(good), changed)
            #expect(try owner.deposits().deposits.map { $0.head == nil } == [true], "\(place)")
        }
        for place in [4_096, 4_130, 4_152, 20_000, object - 1] {
            var changed = bytes
            changed[place] ^= 1
            try scratch.put(gym.path(good), changed)
            #expect(try owner.accept().map(\.kind) == [.failed], "\(place)")
            #expect(scratch.has(gym.path(good)))
        }
        #expect(try owner.pictures().list().isEmpty)
        var changed = bytes
        changed[object] ^= 1
        try scratch.put(gym.path(good), changed)
        #expect(try owner.accept().map(\.kind) == [.imported])
    }

    @Test("a file that is put in place of the one that was looked at is not taken for it")
    func swapped() throws {
        let inbox = try #require(try Inbox.open(owner.locked.place))
        let reader = try InboxReader(owner, inbox)
        let waiting = try reader.look(at: good)
        _ = try reader.open(waiting)
        try scratch.remove(gym.path(good))
        try scratch.put(gym.path(good), bytes)
        #expect(throws: SourceError.self) { _ = try reader.open(waiting) }
        #expect(throws: (any Error).self) { try inbox.remove(good, seenAs: waiting.status) }
        #expect(scratch.has(gym.path(good)))
    }

    @Test("an inbox that is a link is not followed, and status says so")
    func linkedInbox() throws {
        try scratch.makeFolder("elsewhere")
        try scratch.put("elsewhere/\(good.hex).deposit", bytes)
        try scratch.remove("Vault/inbox")
        scratch.link("Vault/inbox", to: scratch["elsewhere"])
        #expect(code { _ = try owner.deposits() } == .failed)
        #expect(code { try owner.accept() } == .failed)
        #expect(code { try owner.put([scratch["in"]]) } == .failed)
        let status = try owner.locked.status()
        #expect(status.deposits == nil && status.notes.contains { $0.contains("inbox") })
        #expect(scratch.files(below: "elsewhere").count == 1)
    }

    @Test("a name that leads elsewhere cannot be sealed in")
    func names() throws {
        for name in ["", ".", "..", "a/b", "/", "a\0", String(repeating: "x", count: 256)] {
            #expect(throws: FormatError.self) {
                try DepositHead(
                    name: Array(name.utf8), modified: 0, byteCount: 1,
                    digest: ContentDigest(words: .zero), deposited: 0)
            }
        }
    }
}

import Testing
import VaultCrypto
import VaultFormat

@testable import VaultKit

/// A server's files, made by the specification.
private struct SaidFiles: ~Copyable {
    let vault: VaultID
    let key = SigningKey.random()
    var files: [(first: UInt64, bytes: [UInt8])] = []
    var next: UInt64 = 0
    var before = ServerEvent.beginning

    init(_ vault: VaultID) { self.vault = vault }

    mutating func beginFile(at first: UInt64? = nil) {
        let first = first ?? next
        let head = ServerEventFile.Head(vault: vault, key: key.publicKey, first: first)
        files.append((first, ServerEventFile.framed(head.encoded)))
        next = first
    }

    mutating func say(_ count: Int, time: Int64 = 1) throws {
        if files.isEmpty { beginFile() }
        for _ in 0..<count {
            var event = ServerEvent(
                sequence: next, time: time, before: before, epoch: 1, sealed: RandomBytes.make(60))
            event.signature = key.sign(event.signedBytes(vault: vault))
            let bytes = event.encoded
            files[files.count - 1].bytes += ServerEventFile.framed(bytes)
            next += 1
            before = try LogHash(bytes: Digest(hashing: bytes).bytes)
        }
    }
}

@Suite("What a share server says, read as a stranger's")
struct ServerEventIntakeTests {
    private let vault = try! VaultID(bytes: RandomBytes.make(16))

    private func read(
        _ files: [(first: UInt64, bytes: [UInt8])], _ position: ServerPosition?
    ) -> [ServerEventIntake.Batch] {
        ServerEventIntake.read(files, vault: vault, from: position)
    }

    @Test("Events are taken in once, as they are, and later ones after them")
    func once() throws {
        var said = SaidFiles(vault)
        try said.say(3)
        let first = read(said.files, nil)
        #expect(first.map(\.count) == [3] && first.map(\.remark) == [nil])
        #expect(said.files[0].bytes.suffix(first[0].events.count).elementsEqual(first[0].events))
        let position = first[0].position
        #expect(read(said.files, position).isEmpty)
        try said.say(2)
        said.beginFile()
        try said.say(1)
        #expect(read(said.files, position).map(\.count) == [3])
    }

    @Test("Bounded at a time; the rest comes with the next command")
    func bounded() throws {
        var said = SaidFiles(vault)
        for _ in 0..<3 {
            said.beginFile()
            try said.say(2_000)
        }
        let first = read(said.files, nil)
        #expect(first.map(\.count) == [1_000, 1_000, 1_000, 1_000])
        let rest = read(said.files, first[3].position)
        #expect(rest.map(\.count) == [1_000, 1_000])
        #expect(read(said.files, rest[1].position).isEmpty)
    }

    @Test("A gap, a fork and another key are told once, and what follows is taken in")
    func anomalies() throws {
        var said = SaidFiles(vault)
        try said.say(5)
        let position = read(said.files, nil)[0].position

        var gap = said.files
        said.beginFile()
        try said.say(4)
        gap = [said.files[1]]
        var early = position
        early.next = 3
        let gapped = read(gap, early)
        #expect(gapped.map(\.remark) == ["gap", nil] && gapped[1].count == 4)
        #expect(read(gap, gapped[1].position).isEmpty)

        // The last event taken is another one now.
        var other = position
        other.before = try LogHash(bytes: RandomBytes.make(32))
        let forked = read([said.files[0]], other)
        #expect(forked.map(\.remark) == ["fork", nil] && forked[1].count == 1)
        #expect(read([said.files[0]], forked[1].position).isEmpty)

        var stranger = SaidFiles(vault)
        try stranger.say(2)
        let met = read(stranger.files, position)
        #expect(met.map(\.remark) == ["another key", nil] && met[1].count == 2)
        #expect(read(stranger.files, met[1].position).isEmpty)
    }

    @Test("A server that was put back is told, and what it says anew is not missed")
    func putBack() throws {
        var said = SaidFiles(vault)
        try said.say(2)
        let old = said.files
        let (next, before) = (said.next, said.before)
        try said.say(5)
        let position = read(said.files, nil)[0].position
        let back = read(old, position)
        #expect(back.map(\.remark) == ["fork"])
        #expect(read(old, back[0].position).isEmpty)
        (said.files, said.next, said.before) = (old, next, before)
        try said.say(1, time: 9)
        #expect(read(said.files, back[0].position).map(\.count) == [1])
        // Had the vault not looked in between, it is the same.
        let late = read(said.files, position)
        #expect(late.map(\.remark).first == "fork")
    }

    @Test("Any byte that is changed is told, never taken for an event, and never a crash")
    func damage() throws {
        var said = SaidFiles(vault)
        try said.say(3)
        let whole = said.files[0].bytes
        let all = read(said.files, nil)[0]
        for index in stride(from: 0, to: whole.count, by: 3) {
            var bytes = whole
            bytes[index] ^= 0x11
            for position in [
                nil,
                ServerPosition(key: said.key.publicKey, next: 0, before: ServerEvent.beginning),
            ] {
                let batches = read([(0, bytes)], position)
                let taken = batches.reduce(into: []) { $0 += $1.events }
                #expect(taken != all.events)
                // Told once: the next reading finds nothing new, or at least comes to an end.
                if let last = batches.last?.position {
                    #expect(
                        read([(0, bytes)], last).allSatisfy { $0.remark == "fork" || $0.count == 0 }
                    )
                }
            }
        }
        for count in stride(from: 0, to: whole.count, by: 7) {
            let batches = read([(0, Array(whole.prefix(count)))], nil)
            #expect(batches.allSatisfy { $0.remark == nil })
        }
    }

    @Test("Another vault's events, and a file under a wrong name, are not taken")
    func strangers() throws {
        var said = SaidFiles(try VaultID(bytes: RandomBytes.make(16)))
        try said.say(3)
        #expect(read(said.files, nil).isEmpty)
        var mine = SaidFiles(vault)
        try mine.say(3)
        #expect(read([(7, mine.files[0].bytes)], nil).isEmpty)
        #expect(read([(.max, mine.files[0].bytes)], nil).isEmpty)
    }

    @Test("A position survives its encoding")
    func position() throws {
        let position = ServerPosition(
            key: RandomBytes.make(32), next: 300, before: try LogHash(bytes: RandomBytes.make(32)))
        let parsed = try position.encoded.withUnsafeBytes { try ServerPosition(parsing: $0) }
        #expect(parsed == position)
    }
}

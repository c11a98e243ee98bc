import Testing
import VaultFormat

@Suite("What a share server keeps and says")
struct ServerFormatTests {
    @Test("A state is parsed back, and what no state is, is refused")
    func state() throws {
        var numbers = Numbers(seed: 11)
        var state = ShareState()
        #expect(try ShareState(parsing: state.encoded) == state)
        state.grants = (0..<3).map { _ in
            ShareState.Grant(
                ticket: numbers.bytes(32), until: .random(in: 0...9_999, using: &numbers))
        }
        (state.first, state.last, state.taken, state.refused) = (5, 7, 3, 2)
        #expect(try ShareState(parsing: state.encoded) == state)
        let changes: [(inout ShareState) -> Void] = [
            { $0.first = nil }, { $0.taken = -1 }, { $0.refused = -1 }, { $0.retry = -1 },
            { $0.taken = 1_000_001 }, { $0.last = 1 << 41 },
            { $0.format = "lighttight/2 link state" },
            { $0.grants[0].ticket = JSONBytes([1]) }, { $0.grants[0].until = -5 },
            { $0.grants = Array(repeating: $0.grants[0], count: 1_025) },
        ]
        for change in changes {
            var other = state
            change(&other)
            #expect(throws: FormatError.self) { try ShareState(parsing: other.encoded) }
        }
        #expect(throws: FormatError.self) {
            try ShareState(parsing: Array(" ".utf8) + state.encoded)
        }
    }

    @Test("A full state is not longer than a state may be")
    func fullState() throws {
        var state = ShareState()
        state.grants = Array(
            repeating: ShareState.Grant(
                ticket: [UInt8](repeating: 255, count: 32), until: ShareState.times.upperBound),
            count: ShareState.maximumGrantCount)
        (state.first, state.last) = (ShareState.times.upperBound, ShareState.times.upperBound)
        #expect(try ShareState(parsing: state.encoded) == state)
    }

    @Test("What the vault tells its server is parsed back")
    func notice() throws {
        var numbers = Numbers(seed: 12)
        let vault = try VaultID(bytes: numbers.bytes(16))
        let notice = ServerNotice(vault: vault, epoch: 3, audit: numbers.bytes(32))
        #expect(try ServerNotice(parsing: notice.encoded) == notice)
        for other in [
            ServerNotice(vault: vault, epoch: 0, audit: numbers.bytes(32)),
            ServerNotice(vault: vault, epoch: 1, audit: numbers.bytes(31)),
        ] {
            #expect(throws: FormatError.self) { try ServerNotice(parsing: other.encoded) }
        }
    }

    @Test(
        "Events, what they say, and heads are parsed back, and no changed byte is another one of them"
    )
    func events() throws {
        var numbers = Numbers(seed: 13)
        var event = ServerEvent(
            sequence: 300, time: -1, before: try LogHash(bytes: numbers.bytes(32)), epoch: 2,
            sealed: numbers.bytes(70))
        event.signature = numbers.bytes(64)
        let content = ServerEventContent(
            .opened, share: try ShareName(bytes: numbers.bytes(16)), browser: "Firefox",
            network: "2001:db8:1::/48")
        let head = ServerEventFile.Head(
            vault: try VaultID(bytes: numbers.bytes(16)), key: numbers.bytes(32), first: 300)
        #expect(try parse(event.encoded) { try ServerEvent(parsing: $0) } == event)
        #expect(try parse(content.encoded) { try ServerEventContent(parsing: $0) } == content)
        #expect(try parse(head.encoded) { try ServerEventFile.Head(parsing: $0) } == head)
        try hold(event.encoded) { try ServerEvent(parsing: $0).encoded }
        try hold(content.encoded) { try ServerEventContent(parsing: $0).encoded }
        try hold(head.encoded) { try ServerEventFile.Head(parsing: $0).encoded }
    }

    /// Changed, cut or lengthened, it is refused, or is what it is printed as.
    private func hold(
        _ bytes: [UInt8], _ again: (UnsafeRawBufferPointer) throws -> [UInt8]
    ) throws {
        for index in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[index] ^= 1 << bit
                // Refused is as good.
                if let printed = try? parse(changed, again) { #expect(printed == changed) }
            }
            #expect(throws: FormatError.self) { try parse(Array(bytes[..<index]), again) }
        }
        #expect(throws: FormatError.self) { try parse(bytes + [0], again) }
    }

    @Test("A server's words that could move a cursor, or are long, are refused")
    func hostileWords() throws {
        for text in ["a\u{1B}[31m", "a\nb", String(repeating: "a", count: 65), "é"] {
            let content = ServerEventContent(.opened, browser: text)
            #expect(throws: FormatError.self) {
                try parse(content.encoded) { try ServerEventContent(parsing: $0) }
            }
        }
    }

    @Test("Pieces of a file end before what is cut off or too long")
    func pieces() throws {
        let whole = ServerEventFile.framed([1, 2, 3]) + ServerEventFile.framed([])
        #expect(ServerEventFile.pieces(whole).pieces == [4..<7, 11..<11])
        for cut in 0..<whole.count {
            #expect(ServerEventFile.pieces(Array(whole[..<cut])).end <= cut)
        }
        let long = ServerEventFile.framed([UInt8](repeating: 0, count: 1_025))
        #expect(ServerEventFile.pieces(whole + long).end == whole.count)
        #expect(ServerEventFile.first(ofName: Array("000000000000012c".utf8)) == 300)
        for name in ["12c", "000000000000012C", "+00000000000012c", "000000000000012c "] {
            #expect(ServerEventFile.first(ofName: Array(name.utf8)) == nil)
        }
    }
}

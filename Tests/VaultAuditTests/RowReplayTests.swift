import Testing
import VaultAudit
import VaultCrypto
import VaultFormat

@Suite("Replay of what the log says the tables hold, Spec 07 §4")
struct RowReplayTests {
    private static let header = Digest(hashing: [1])
    private static let keyring = Digest(hashing: [2])
    private static let none = Digest(hashing: [])

    private func state(_ number: Int) -> Digest { Digest(hashing: Array("\(number)".utf8)) }

    private func name(_ byte: UInt8) -> PackName { PackName(words: .init(repeating: byte)) }

    private func tag(_ byte: UInt8) -> ErasureTag { ErasureTag(words: .init(repeating: byte)) }

    private func apply(
        _ replay: inout RowReplay, _ fill: (inout EntryRows) -> Void
    ) throws {
        var rows = EntryRows()
        fill(&rows)
        try lend(rows.encoded) { bytes throws(FormatError) in
            replay.apply(try EntryRowsReader(parsing: bytes))
        }
    }

    private func replay() throws -> RowReplay {
        var replay = RowReplay()
        try apply(&replay) { rows in
            rows.header = LogHash(Self.header)
            rows.keyring = LogHash(Self.keyring)
        }
        return replay
    }

    private func findings(_ replay: inout RowReplay) -> [RowFinding] {
        replay.finish(
            header: Self.header, keyring: Self.keyring, copies: Self.none, cards: Self.none)
        return replay.findings.listed
    }

    @Test("tables that are as last written hold")
    func same() throws {
        var replay = try replay()
        try apply(&replay) { rows in
            for row in 1...20_000 { rows.record(row: Int64(row), state: LogHash(state(row))) }
            rows.pack(name(1), byteCount: 10)
            rows.pack(name(2), byteCount: 20)
            rows.erased(tag(1), isThere: true)
            rows.erased(tag(2), isThere: true)
        }
        try apply(&replay) { rows in
            rows.record(row: 7, state: LogHash(state(0)))
            rows.record(row: 9, state: nil)
            rows.pack(name(1), byteCount: nil)
            rows.erased(tag(2), isThere: false)
        }
        for row in 1...20_000 where row != 9 {
            replay.compareRecord(row: Int64(row), state: state(row == 7 ? 0 : row))
        }
        replay.comparePack(name(2), byteCount: 20)
        replay.compareErased(tag(1))
        #expect(findings(&replay).isEmpty)
    }

    @Test("ATTACK 27: a record that is missing, unknown, destroyed or older is named")
    func records() throws {
        var replay = try replay()
        try apply(&replay) { rows in
            for row in 1...6 { rows.record(row: Int64(row), state: LogHash(state(row))) }
        }
        try apply(&replay) { rows in
            rows.record(row: 2, state: LogHash(state(22)))
            rows.record(row: 5, state: nil)
        }
        // 1 and 6 are missing, 2 is as it was before, 5 was put back, nobody wrote 0, 7 and -1.
        for (row, number) in [(-1, 1), (0, 0), (2, 2), (3, 3), (4, 4), (5, 5), (7, 7)] {
            replay.compareRecord(row: Int64(row), state: state(number))
        }
        #expect(
            findings(&replay) == [
                .recordUnknown(row: -1), .recordUnknown(row: 0), .recordMissing(row: 1),
                .recordDiffers(row: 2), .recordDestroyed(row: 5), .recordUnknown(row: 7),
                .recordMissing(row: 6),
            ])
    }

    @Test("ATTACK 27: packs and tags that are missing, unknown, gone or of another size are named")
    func others() throws {
        var replay = try replay()
        try apply(&replay) { rows in
            for number in 1...4 { rows.pack(name(UInt8(number)), byteCount: UInt64(number)) }
            for number in 1...3 { rows.erased(tag(UInt8(number)), isThere: true) }
        }
        try apply(&replay) { rows in
            rows.pack(name(3), byteCount: nil)
            rows.erased(tag(3), isThere: false)
        }
        for (number, byteCount) in [(2, 3), (3, 3), (4, 4), (5, 5)] as [(UInt8, UInt64)] {
            replay.comparePack(name(number), byteCount: byteCount)
        }
        for number in 2...4 as ClosedRange<UInt8> { replay.compareErased(tag(number)) }
        #expect(
            findings(&replay) == [
                .packDiffers(name(2)), .packDropped(name(3)), .packUnknown(name(5)),
                .erasedUnknown(tag(3)), .erasedUnknown(tag(4)), .packMissing(name(1)),
                .erasedMissing(tag(1)),
            ])
    }

    @Test("ATTACK 27: header, keyring and copies are as last written")
    func single() throws {
        var replay = try replay()
        replay.finish(
            header: Self.none, keyring: Self.header, copies: Self.header, cards: Self.header)
        #expect(
            replay.findings.listed == [
                .headerDiffers, .keyringDiffers, .copiesDiffer, .cardsDiffer,
            ])

        replay = try self.replay()
        try apply(&replay) { rows in
            rows.header = LogHash(Self.keyring)
            rows.copies = LogHash(Self.header)
        }
        replay.finish(
            header: Self.keyring, keyring: Self.keyring, copies: Self.header, cards: Self.none)
        #expect(replay.findings.listed.isEmpty)

        var nothing = RowReplay()
        nothing.finish(
            header: Self.header, keyring: Self.keyring, copies: Self.none, cards: Self.none)
        #expect(nothing.findings.listed == [.headerDiffers, .keyringDiffers])
    }

    @Test("rows in any order and with any gaps are the same to a dictionary", arguments: 1...20)
    func model(seed: Int) throws {
        var numbers = Numbers(seed: UInt64(seed))
        var replay = try replay()
        var model: [Int64: LogHash] = [:]
        for round in 0..<200 {
            var written: [Int64: LogHash] = [:]
            for _ in 0..<Int.random(in: 1...20, using: &numbers) {
                let far = UInt64.random(in: 0...63, using: &numbers)
                let near = Int64.random(in: 0...3000, using: &numbers)
                let row = round % 3 == 0 ? Int64((numbers.next() >> 1) >> far) : near
                written[row] =
                    numbers.next() % 4 == 0 ? .destroyed : try numbers.id(LogHash.self)
            }
            try apply(&replay) { rows in
                for (row, state) in written.sorted(by: { $0.key < $1.key }) {
                    rows.record(row: row, state: state)
                }
            }
            model.merge(written) { $1 }
        }
        var expected: Set<Int64> = []
        for (row, state) in model.sorted(by: { $0.key < $1.key }) where state != .destroyed {
            if numbers.next() % 3 == 0 {
                expected.insert(row)
            } else {
                replay.compareRecord(row: row, state: Digest(state))
            }
        }
        let missing = findings(&replay).map { finding -> Int64 in
            guard case .recordMissing(let row) = finding else { return -1 }
            return row
        }
        #expect(Set(missing) == expected && missing.count == expected.count)
    }

    @Test("what is found is listed up to a number and counted beyond")
    func many() throws {
        var replay = try replay()
        for row in 1...1500 { replay.compareRecord(row: Int64(row), state: state(row)) }
        #expect(findings(&replay).count == 1000 && replay.findings.count == 1500)
    }
}

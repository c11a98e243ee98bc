import Testing
import VaultFormat

@Suite("What an entry commits to, Spec 07 §4")
struct EntryRowsTests {
    private func rows(_ numbers: inout Numbers) throws -> EntryRows {
        var rows = EntryRows()
        var row: Int64 = 0
        for _ in 0..<Int.random(in: 0...5, using: &numbers) {
            row += Int64.random(in: 1...300, using: &numbers)
            rows.record(
                row: row,
                state: Bool.random(using: &numbers)
                    ? try LogHash(bytes: numbers.bytes(32)) : nil)
        }
        for _ in 0..<Int.random(in: 0...3, using: &numbers) {
            rows.pack(
                try PackName(bytes: numbers.bytes(32)),
                byteCount: Bool.random(using: &numbers) ? numbers.next() >> 8 : nil)
        }
        for _ in 0..<Int.random(in: 0...3, using: &numbers) {
            rows.erased(
                try ErasureTag(bytes: numbers.bytes(16)), isThere: Bool.random(using: &numbers))
        }
        if Bool.random(using: &numbers) { rows.header = try LogHash(bytes: numbers.bytes(32)) }
        if Bool.random(using: &numbers) { rows.keyring = try LogHash(bytes: numbers.bytes(32)) }
        if Bool.random(using: &numbers) { rows.copies = try LogHash(bytes: numbers.bytes(32)) }
        if Bool.random(using: &numbers) { rows.cards = try LogHash(bytes: numbers.bytes(32)) }
        return rows
    }

    /// Builds what a reader found again.
    private func rebuilt(_ bytes: [UInt8]) throws -> EntryRows {
        try parse(bytes) { bytes in
            let reader = try EntryRowsReader(parsing: bytes)
            var rows = EntryRows()
            for index in 0..<reader.recordCount {
                let record = reader.record(at: index)
                rows.record(row: record.row, state: record.state)
            }
            for index in 0..<reader.packCount {
                let pack = reader.pack(at: index)
                rows.pack(pack.name, byteCount: pack.byteCount)
            }
            for index in 0..<reader.erasedCount {
                let erased = reader.erased(at: index)
                rows.erased(erased.tag, isThere: erased.isThere)
            }
            rows.header = reader.header
            rows.keyring = reader.keyring
            rows.copies = reader.copies
            rows.cards = reader.cards
            #expect(reader.isEmpty == rows.isEmpty)
            return rows
        }
    }

    @Test("any rows are parsed back and printed as the same bytes")
    func roundTrip() throws {
        var numbers = Numbers(seed: 40)
        for _ in 0..<1000 {
            let rows = try rows(&numbers)
            #expect(rows.isEmpty == rows.encoded.isEmpty)
            #expect(try rebuilt(rows.encoded).encoded == rows.encoded)
        }
    }

    @Test("ATTACK 11: changed rows are refused, or are the one encoding of others")
    func mutations() throws {
        var numbers = Numbers(seed: 41)
        var refused = 0
        for _ in 0..<300 {
            let bytes = try rows(&numbers).encoded
            for changed in Mutations.all(of: bytes, using: &numbers, flips: 30) {
                do {
                    #expect(try rebuilt(changed).encoded == changed)
                } catch is FormatError {
                    refused += 1
                }
            }
        }
        #expect(refused > 1000)
    }

    @Test("items are in ascending order, each once, and whole")
    func order() throws {
        func refusal(_ key: UInt8, _ items: [UInt8]) -> FormatError? {
            var writer = CBORWriter()
            writer.map(count: 1)
            writer.key(key)
            writer.byteString(items)
            do {
                _ = try parse(writer.bytes) { try EntryRowsReader(parsing: $0).recordCount }
                return nil
            } catch {
                return error as? FormatError
            }
        }
        func row(_ number: UInt8) -> [UInt8] {
            [0, 0, 0, 0, 0, 0, 0, number] + [UInt8](repeating: 1, count: 32)
        }
        let name = [UInt8](repeating: 5, count: 32)
        let size: [UInt8] = [0, 0, 0, 0, 0, 0, 1, 0]
        let tag = [UInt8](repeating: 6, count: 16)
        #expect(refusal(1, row(1) + row(2)) == nil)
        #expect(refusal(1, row(1) + row(1)) == .notCanonical)
        #expect(refusal(1, row(2) + row(1)) == .notCanonical)
        #expect(refusal(1, []) == .notCanonical)
        #expect(refusal(1, Array(row(1).dropLast())) == .notCanonical)
        #expect(refusal(1, [0x80] + row(1).dropFirst()) == .outOfRange("row"))
        #expect(refusal(2, name + size) == nil)
        #expect(refusal(2, name + size + name + size) == .notCanonical)
        #expect(refusal(2, name + size + [4] + name.dropFirst() + size) == .notCanonical)
        #expect(refusal(3, tag + [1] + [7] + tag.dropFirst() + [0]) == nil)
        #expect(refusal(3, tag + [1] + tag + [0]) == .notCanonical)
        #expect(refusal(3, tag + [2]) == .notCanonical)
        #expect(refusal(8, name) == .unknown("rows member 8"))
        #expect(throws: FormatError.notCanonical) {
            try parse([0xA0]) { try EntryRowsReader(parsing: $0).recordCount }
        }
    }

    @Test("only copies count as no change of the vault")
    func changes() throws {
        var rows = EntryRows()
        rows.copies = .destroyed
        #expect(try !parse(rows.encoded) { try EntryRowsReader(parsing: $0).changesVault })
        rows.erased(ErasureTag(words: .zero), isThere: false)
        #expect(try parse(rows.encoded) { try EntryRowsReader(parsing: $0).changesVault })
        #expect(try !parse([]) { try EntryRowsReader(parsing: $0).changesVault })
    }
}

import Testing
import VaultFormat

@Suite("Cards of shares and settings, Spec 04 §13")
struct CardTests {
    /// One with each member there or not.
    static let cards: [ShareCard] = (0..<32).map { bits in
        func has(_ bit: Int) -> Bool { bits >> bit & 1 == 1 }
        let ids = sample(16 * (bits + 1), UInt8(bits))
        var card = ShareCard(
            made: 1_764_200_000, slot: ids.withUnsafeBytes { SlotID(at: 0, in: $0) },
            recipient: has(0) ? "Großmutter" : nil,
            pictures: ids.withUnsafeBytes { ids in
                (0...bits).map { RecordID(at: 16 * $0, in: ids) }
            }, expires: -1, views: has(1) ? 1_000_000 : nil, side: has(2) ? 2_048 : nil,
            hasPassword: has(3), base: "https://pictures.example")
        if has(4) { card.ended = ShareCard.Ended(time: 1_764_300_000, reason: .purged) }
        return card
    }

    @Test("a share's card comes back, in one encoding only", arguments: cards)
    func roundTrip(_ card: ShareCard) throws {
        let bytes = card.encoded
        let parsed = try bytes.withUnsafeBytes { try ShareCard(parsing: $0) }
        #expect(parsed == card)
        #expect(parsed.encoded == bytes)
        for count in stride(from: 0, to: bytes.count, by: 7) {
            #expect(throws: FormatError.self) {
                _ = try Array(bytes[..<count]).withUnsafeBytes { try ShareCard(parsing: $0) }
            }
        }
    }

    @Test("what no card says is refused")
    func refused() {
        let members: [(UInt8, (inout CBORWriter) -> Void)] = [
            (1, { $0.integer(0) }), (2, { $0.byteString(sample(16, 1)) }),
            (4, { $0.byteString(sample(16, 2)) }), (5, { $0.integer(9) }), (9, { $0.text("a") }),
        ]
        func parse(_ change: (inout [(UInt8, (inout CBORWriter) -> Void)]) -> Void) throws {
            var members = members
            change(&members)
            var writer = CBORWriter()
            writer.map(count: members.count)
            for (key, write) in members.sorted(by: { $0.0 < $1.0 }) {
                writer.key(key)
                write(&writer)
            }
            _ = try writer.bytes.withUnsafeBytes { try ShareCard(parsing: $0) }
        }
        #expect(throws: Never.self) { try parse { _ in } }
        for index in members.indices {
            #expect(throws: FormatError.self) { try parse { $0.remove(at: index) } }
        }
        let more: [(UInt8, (inout CBORWriter) -> Void)] = [
            (6, { $0.unsigned(0) }), (6, { $0.unsigned(1_000_001) }), (7, { $0.unsigned(65_536) }),
            (8, { $0.unsigned(2) }), (10, { $0.integer(1) }), (11, { $0.unsigned(1) }),
            (12, { $0.integer(1) }),
        ]
        for member in more {
            #expect(throws: FormatError.self) { try parse { $0.append(member) } }
        }
        #expect(throws: FormatError.self) { try parse { $0[2].1 = { $0.byteString([]) } } }
        #expect(throws: FormatError.self) { try parse { $0[2].1 = { $0.byteString([1]) } } }
    }

    @Test("a setting comes back")
    func setting() throws {
        let card = SettingCard(name: SettingCard.shareAddress, value: "https://pictures.example")
        let bytes = card.encoded
        #expect(try bytes.withUnsafeBytes { try SettingCard(parsing: $0) } == card)
        #expect(throws: FormatError.self) {
            _ = try Array(bytes.dropLast()).withUnsafeBytes { try SettingCard(parsing: $0) }
        }
    }
}

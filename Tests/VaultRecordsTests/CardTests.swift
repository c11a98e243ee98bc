import Testing
import VaultCrypto
import VaultFormat

@testable import VaultRecords

/// Spec 04 §13.
@Suite("Records: cards")
struct CardTests {
    private let fixture = try! Fixture()
    private let id = try! CardID(bytes: RandomBytes.make(16))

    private func sealer(_ key: borrowing IndexKey) -> CardSealer {
        CardSealer(vault: fixture.vault, index: key)
    }

    @Test("a card is put down, replaced and taken away, and the second copy follows each time")
    func life() throws {
        try fixture.create()
        let database = try fixture.open()
        let sealer = sealer(IndexKey.random())
        let first = sealer.seal(.share, id, [1, 2, 3])
        try database.transaction { try $0.put(first) }
        #expect(try database.cards() == [first])
        #expect(try database.mirror() == .broughtUp(records: 0))
        #expect(try database.compareWithMirror().isEqual)

        let second = sealer.seal(.share, id, [4], replacing: first)
        #expect(second.version == 2)
        try database.transaction { try $0.put(second) }
        #expect(try sealer.open(database.cards()[0]) == [4])
        for stale in [first, sealer.seal(.share, id, [5], replacing: first)] {
            #expect(throws: RecordsError.conflict) {
                try database.transaction { try $0.put(stale) }
            }
        }
        try database.mirror()
        try database.transaction(destroying: true) { try $0.removeCard(.share, id) }
        #expect(try database.cards() == [])
        #expect(try database.mirror() == .broughtUp(records: 0))
        #expect(try database.compareWithMirror().isEqual)
    }

    @Test(
        "ATTACK 26: a card opens as itself only: not as another kind, ID or version, nor in another vault"
    )
    func bound() throws {
        let key = IndexKey.random()
        let sealer = sealer(key)
        let card = sealer.seal(.album, id, [7])
        #expect(try sealer.open(card) == [7])
        let other = try CardID(bytes: RandomBytes.make(16))
        let moved = [
            CardRow(kind: .share, id: id, version: 1, sealed: card.sealed),
            CardRow(kind: .album, id: other, version: 1, sealed: card.sealed),
            CardRow(kind: .album, id: id, version: 2, sealed: card.sealed),
        ]
        for row in moved {
            #expect(throws: RecordsError.tampered) { try sealer.open(row) }
        }
        let elsewhere = CardSealer(vault: try VaultID(bytes: RandomBytes.make(16)), index: key)
        #expect(throws: RecordsError.tampered) { try elsewhere.open(card) }
    }

    @Test("an entry commits to the cards, and to nothing else when only these were written")
    func committed() throws {
        try fixture.create()
        let database = try fixture.open()
        let card = sealer(IndexKey.random()).seal(.album, id, [7])
        var rows: [UInt8] = []
        try database.transaction(
            entry: { place, _ in
                rows = place.rows.encoded
                return Sample.entry(place)
            }, { try $0.put(card) })
        var expected = TableHasher()
        expected.card(kind: 1, id: id.bytes, version: 1, sealed: card.sealed)
        #expect(rows == [0xA1, 7, 0x58, 32] + LogHash(expected.finish()).bytes)
        #expect(try database.states { _, _ in }.tables?.cards.bytes == Array(rows[4...]))
    }

    @Test("a rotation seals cards under the new key; one that does not open stays as it is")
    func rotated() throws {
        try fixture.create()
        let database = try fixture.open()
        let old = sealer(IndexKey.random())
        let new = sealer(IndexKey.random())
        let lost = try CardID(bytes: RandomBytes.make(16))
        let strange = CardRow(kind: .share, id: lost, version: 1, sealed: RandomBytes.make(50))
        try database.transaction { writer in
            try writer.put(old.seal(.album, id, [9]))
            try writer.put(strange)
        }
        try database.transaction { try $0.resealCards(from: old, to: new) }
        let cards = try database.cards()
        #expect(try new.open(cards[0]) == [9])
        #expect(cards[0].version == 2 && cards[1] == strange)
    }
}

package import VaultCrypto
package import VaultFormat

/// A card as it is stored. Spec 04 §13.
package struct CardRow: Sendable, Equatable {
    package let kind: CardKind
    package let id: CardID
    /// From 1; one more each time it is sealed anew.
    package let version: UInt32
    package let sealed: [UInt8]
}

/// Seals and opens cards: an owner's or a manager's.
package struct CardSealer: ~Copyable, Sendable {
    /// What is sealed has no more bytes.
    package static let maximumByteCount = 1 << 20

    private let vault: VaultID
    private let key: CardKey

    package init(vault: VaultID, index: borrowing IndexKey) {
        self.vault = vault
        key = index.cardKey()
    }

    /// Seals a card's CBOR map.
    ///
    /// - Parameter old: the card that it replaces, of the same kind and ID.
    /// - Precondition: the map has 1 MiB at most.
    package borrowing func seal(
        _ kind: CardKind, _ id: CardID, _ map: [UInt8], replacing old: CardRow? = nil
    ) -> CardRow {
        precondition(map.count <= Self.maximumByteCount, "a card has 1 MiB at most")
        let version = (old?.version ?? 0) + 1
        let associated = Associated.card(vault: vault, kind: kind, id: id, version: version)
        return CardRow(
            kind: kind, id: id, version: version,
            sealed: Box.seal(map, under: key, associated: associated))
    }

    /// The card's CBOR map. Throws `.tampered` for one that was not sealed for this vault, place and version.
    package borrowing func open(_ row: CardRow) throws(RecordsError) -> [UInt8] {
        let associated = Associated.card(
            vault: vault, kind: row.kind, id: row.id, version: row.version)
        do throws(CryptoError) {
            return try Box.open(row.sealed, under: key, associated: associated)
        } catch {
            throw .tampered
        }
    }
}

extension RecordsDatabase {
    /// All cards, by kind and ID.
    package func cards() throws(RecordsError) -> [CardRow] {
        try reading { (session) throws(RecordsError) in try session.cards() }
    }
}

extension RecordsWriter {
    /// All cards as they are in this transaction, by kind and ID.
    package func cards() throws(RecordsError) -> [CardRow] { try session.cards() }

    /// Puts a card down: a new one, or in place of the one with version `version - 1`. Throws `.conflict` when
    /// another is there. Does not count as a change of the records.
    package func put(_ card: CardRow) throws(RecordsError) {
        let statement = try session.statement(
            card.version == 1
                ? "INSERT OR IGNORE INTO card VALUES(?1, ?2, ?3, ?4)"
                : "UPDATE card SET version = ?3, sealed = ?4 "
                    + "WHERE kind = ?1 AND id = ?2 AND version = ?3 - 1")
        statement.bind(1, Int64(card.kind.rawValue))
        statement.bind(2, card.id.bytes)
        statement.bind(3, Int64(card.version))
        statement.bind(4, card.sealed)
        try statement.run()
        guard session.changes > 0 else { throw .conflict }
        changes.cards = true
    }

    /// Takes a card away; one that is not there is passed over. Needs a transaction(destroying: true).
    package func removeCard(_ kind: CardKind, _ id: CardID) throws(RecordsError) {
        requireDestroying()
        let deletion = try session.statement("DELETE FROM card WHERE kind = ?1 AND id = ?2")
        deletion.bind(1, Int64(kind.rawValue))
        deletion.bind(2, id.bytes)
        try deletion.run()
        if session.changes > 0 { changes.cards = true }
    }

    /// Seals every card anew, for a rotation. One that does not open stays, and will never open.
    package func resealCards(
        from old: borrowing CardSealer, to new: borrowing CardSealer
    ) throws(RecordsError) {
        for card in try session.cards() {
            let map: [UInt8]
            do throws(RecordsError) { map = try old.open(card) } catch { continue }
            try put(new.seal(card.kind, card.id, map, replacing: card))
        }
    }
}

extension Session {
    func cards() throws(RecordsError) -> [CardRow] {
        let rows = try statement("SELECT kind, id, version, sealed FROM card ORDER BY kind, id")
        return try rows.collect { (row) throws(RecordsError) in
            guard let number = UInt32(exactly: row.integer(0)),
                let kind = CardKind(rawValue: number),
                let version = UInt32(exactly: row.integer(2)), version >= 1
            else { throw .damaged(file) }
            return CardRow(
                kind: kind, id: try row.identifier(1), version: version,
                sealed: Array(try row.bytes(3)))
        }
    }
}

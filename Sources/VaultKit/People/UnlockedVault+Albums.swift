import VaultCrypto
package import VaultFormat
import VaultKeys
import VaultRecords

// Albums that have a card of their own: an empty one, or one with a rule. Spec 04 §13.
extension UnlockedVault {
    /// All albums that have a card, by the bytes of their names. Not logged: whoever shows them logs that.
    ///
    /// - Throws: `damaged` when one does not open: a rule that nobody can read must not be passed over.
    func albumCards() throws(VaultError) -> [(row: CardRow, card: AlbumCard)] {
        let (rows, damaged) = try cards(.album)
        var found: [(row: CardRow, card: AlbumCard)] = []
        do throws(FormatError) {
            for (row, map) in rows {
                found.append(
                    (
                        row,
                        try map.span.bytes.withUnsafeBytes { (bytes) throws(FormatError) in
                            try AlbumCard(parsing: bytes)
                        }
                    ))
            }
        } catch {
            throw VaultError(error, "the card of an album")
        }
        guard damaged == 0 else {
            throw VaultError(
                .damaged, "the card of an album does not open",
                hint: "run lighttight audit verify; a copy may have it whole")
        }
        return found.sorted {
            Array($0.card.name.utf8).lexicographicallyPrecedes(Array($1.card.name.utf8))
        }
    }

    func retentionRules() throws(VaultError) -> RetentionRules {
        RetentionRules(try albumCards().map(\.card))
    }

    /// Makes an album, or gives one another rule; `nil` takes the rule away.
    package func setAlbum(_ name: String, rule: AlbumCard.Rule?) throws(VaultError) {
        let sealer = try cardSealer()
        let card = AlbumCard(name: name, rule: rule)
        let known = try albumCards().first { $0.card.name.utf8.elementsEqual(name.utf8) }
        try changeCards { (writer) throws(RecordsError) in
            try writer.put(
                sealer.seal(
                    .album, known?.row.id ?? .random(), card.encoded,
                    replacing: known?.row))
        }
    }

    /// The card of an album goes with it to its new name; where there is one of that name, that one stays.
    ///
    /// Returns whether there was one.
    func renameAlbumCard(_ old: String, to new: String) throws(VaultError) -> Bool {
        let cards = try albumCards()
        guard let card = cards.first(where: { $0.card.name.utf8.elementsEqual(old.utf8) }) else {
            return false
        }
        if old.utf8.elementsEqual(new.utf8) { return true }
        let sealer = try cardSealer()
        let isTaken = cards.contains { $0.card.name.utf8.elementsEqual(new.utf8) }
        try changeCards(destroying: isTaken) { (writer) throws(RecordsError) in
            guard !isTaken else { return try writer.removeCard(.album, card.row.id) }
            let renamed = AlbumCard(name: new, rule: card.card.rule)
            try writer.put(
                sealer.seal(.album, card.row.id, renamed.encoded, replacing: card.row))
        }
        return true
    }

    private func changeCards(
        destroying: Bool = false, _ body: (RecordsWriter) throws(RecordsError) -> Void
    ) throws(VaultError) {
        try change(
            destroying: destroying, locked.draft(),
            telling: { (_: Void) in Telling(.filed, count: 0, remark: "album") }
        ) { writer in try body(writer) }
        try settle()
    }
}

import VaultAudit
import VaultFormat
import VaultRecords

// Cards of requests. Spec 04 §13.
extension UnlockedVault {
    /// Requests by name; a card that does not open, or says what no card says, is left out.
    func requestCards() throws(VaultError) -> [RequestName: RequestCard] {
        var found: [RequestName: RequestCard] = [:]
        for (row, map) in try cards(.request).opened {
            // `verify` tells of what was changed; of a newer program's card nothing can be said.
            guard let card = try? map.withUnsafeBytes({ try RequestCard(parsing: $0) }) else {
                continue
            }
            found[RequestName(words: row.id.words)] = card
        }
        return found
    }

    /// One transaction that puts a request's card down, or changes it, and its entry.
    ///
    /// - Parameter change: `nil` for a new one; else what becomes of the one that is there, or `nil` when
    ///   there is nothing to change any more.
    /// - Returns: whether something was put down.
    @discardableResult
    func put(
        _ card: RequestCard, _ name: RequestName, _ action: EntryAction,
        change: ((RequestCard) -> RequestCard?)? = nil
    ) throws(VaultError) -> Bool {
        let sealer = try cardSealer()
        let id = CardID(words: name.words)
        let isDone = try self.change(
            locked.draft(), telling: { _ in Telling(action, remark: name.hex) }
        ) { writer in
            let old = try writer.cards().first { $0.kind == .request && $0.id == id }
            guard let change else {
                try writer.put(sealer.seal(.request, id, card.encoded, replacing: old))
                return true
            }
            guard let old else { return false }
            let map = try sealer.open(old)
            let before = try map.withUnsafeBytes { try RequestCard(parsing: $0) }
            guard let after = change(before) else { return false }
            try writer.put(sealer.seal(.request, id, after.encoded, replacing: old))
            return true
        }
        try settle()
        return isDone
    }
}

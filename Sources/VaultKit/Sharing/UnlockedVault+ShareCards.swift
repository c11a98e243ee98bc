import VaultAudit
import VaultCrypto
import VaultFormat
import VaultRecords

// Cards of shares and settings. Spec 04 §13.
extension UnlockedVault {
    /// Shares by name; a card that does not open, or says what no card says, is left out.
    func shareCards() throws(VaultError) -> [ShareName: ShareCard] {
        var found: [ShareName: ShareCard] = [:]
        for (row, map) in try cards(.share).opened {
            // `verify` tells of what was changed; of a newer program's card nothing can be said.
            guard let card = try? map.withUnsafeBytes({ try ShareCard(parsing: $0) }) else {
                continue
            }
            found[ShareName(words: row.id.words)] = card
        }
        return found
    }

    /// One transaction that puts a share's card down, or changes it, and its entry.
    ///
    /// - Parameter change: `nil` for a new one; else what becomes of the one that is there, or `nil` when
    ///   there is nothing to change any more.
    /// - Returns: whether something was put down.
    @discardableResult
    func put(
        _ card: ShareCard, _ name: ShareName, _ action: EntryAction,
        change: ((ShareCard) -> ShareCard?)? = nil
    ) throws(VaultError) -> Bool {
        let sealer = try cardSealer()
        let id = CardID(words: name.words)
        let isDone = try self.change(
            locked.draft(),
            telling: { _ in Telling(action, pictures: card.pictures, remark: name.hex) }
        ) { writer in
            let old = try writer.cards().first { $0.kind == .share && $0.id == id }
            guard let change else {
                try Self.require(card.pictures, in: writer)
                try writer.put(sealer.seal(.share, id, card.encoded, replacing: old))
                return true
            }
            guard let old else { return false }
            let map = try sealer.open(old)
            let before = try map.withUnsafeBytes { try ShareCard(parsing: $0) }
            guard let after = change(before) else { return false }
            try writer.put(sealer.seal(.share, id, after.encoded, replacing: old))
            return true
        }
        try settle()
        return isDone
    }

    /// A picture may have been destroyed while copies of it were made: then they are not given out.
    private static func require(_ pictures: [RecordID], in writer: RecordsWriter) throws {
        var batch = RecordBatch()
        for id in pictures {
            try writer.fill(&batch, ids: [id])
            guard !batch.isEmpty else {
                throw VaultError(
                    .noSuchPicture, "picture \(id.hex.prefix(12)) was destroyed meanwhile",
                    hint: "nothing was shared; run this again without it")
            }
        }
    }

    // MARK: - Settings

    private static func settingID(_ name: String) -> CardID {
        Digest(hashing: SettingCard.namedBytes(name)).withUnsafeBytes { CardID(at: 0, in: $0) }
    }

    /// What the vault remembers under a name; `nil` for nothing.
    func setting(_ name: String) throws(VaultError) -> String? {
        let id = Self.settingID(name)
        guard let map = try cards(.setting).opened.first(where: { $0.row.id == id })?.map else {
            return nil
        }
        do {
            return try map.withUnsafeBytes { try SettingCard(parsing: $0) }.value
        } catch {
            throw VaultError(
                .unsupported, "the setting \"\(name)\" is of a kind this program does not know",
                hint: "set it again, or use a newer lighttight")
        }
    }

    /// Where shares are served, if the vault remembers it.
    package func shareAddress() throws(VaultError) -> String? {
        try setting(SettingCard.shareAddress)
    }

    /// Remembers where shares are served.
    ///
    /// - Throws: `usage` for what no link can begin with.
    package func setShareAddress(_ base: String) throws(VaultError) {
        let base = try ShareAddress.checked(base)
        let name = SettingCard.shareAddress
        let sealer = try cardSealer()
        let id = Self.settingID(name)
        try change(locked.draft(), telling: { _ in Telling(.set, remark: name) }) { writer in
            let old = try writer.cards().first { $0.kind == .setting && $0.id == id }
            let card = SettingCard(name: name, value: base)
            try writer.put(sealer.seal(.setting, id, card.encoded, replacing: old))
        }
        try settle()
    }
}

/// Where shares are served, as a person types it.
enum ShareAddress {
    /// Without the slash that people write at the end.
    ///
    /// - Throws: `usage` for what no link can begin with.
    static func checked(_ typed: String) throws(VaultError) -> String {
        let base = typed.hasSuffix("/") ? String(typed.dropLast()) : typed
        do throws(FormatError) {
            try Link.checkBase(base)
        } catch {
            throw VaultError(
                .usage, "\"\(Printable.text(Array(typed.utf8)))\" is no address of a server",
                hint: "write it as in https://pictures.example.org")
        }
        return base
    }
}

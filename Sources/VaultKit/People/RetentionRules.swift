import VaultFormat

/// Until when pictures are to be kept, by what was said of them and by the rules of their albums. Spec 04 §13.
struct RetentionRules: Sendable {
    /// By the bytes of the album's name.
    private var rules: [[UInt8]: AlbumCard.Rule] = [:]

    static let none = RetentionRules([])

    init(_ albums: [AlbumCard]) {
        for album in albums {
            if let rule = album.rule { rules[Array(album.name.utf8)] = rule }
        }
    }

    /// Seconds since 1970; `nil` where nobody said.
    func until(_ occurrence: OccurrenceValue, of value: RecordValue) -> Int64? {
        if let said = occurrence.retainUntil { return said }
        guard !rules.isEmpty else { return nil }
        let albums = value.albums + [occurrence.album].compactMap { $0 }
        return albums.compactMap { rules[Array($0.utf8)] }.map { rule in
            let taken = rule.from == .taken ? value.facts.taken : nil
            let start = taken.map { $0.instant ?? $0.local } ?? value.imported
            return start + Int64(rule.days) * 86_400
        }.max()
    }

    /// The picture, with each occurrence saying until when it is to be kept, whoever said so.
    func applied(to picture: Picture) -> Picture {
        guard !rules.isEmpty else { return picture }
        var picture = picture
        for index in picture.occurrences.indices {
            picture.occurrences[index].retainUntil = until(
                picture.occurrences[index], of: picture.value)
        }
        return picture
    }
}

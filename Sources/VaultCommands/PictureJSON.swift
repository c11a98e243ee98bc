import VaultFormat
import VaultKit

extension Picture {
    /// The members of a `picture` message; `Docs/CommandContract.md`.
    var members: [(String, JSON)] {
        [
            ("id", .text(id.hex)), ("bytes", .unsigned(value.byteCount)),
            ("type", .text(value.type.name)), ("sha256", .text(value.digest.hex)),
            ("imported", .text(Wording.utc(value.imported))),
            ("removed", .optional(removed.map { Wording.utc($0) })),
            ("tags", .list(value.tags.map { .text($0) })),
            ("albums", .list(albums.map { .text($0) })), ("facts", facts.json(value.look)),
            ("occurrences", .list(occurrences.map { .object($0.members) })),
        ]
    }

    /// The name it is called by where only one has room: that of its first occurrence.
    var mainPath: [UInt8] { occurrences.first?.path ?? [] }

    /// When it was taken, by the clock there; when it came in, if nothing says: for a person.
    var shownMoment: String {
        guard let taken = facts.taken else { return Wording.local(value.imported) }
        return String(FactWords.clock(taken.local).prefix(16)).replacing("T", with: " ")
    }

    /// The same for a program: with its offset from UTC, without one where that is not known, or in UTC.
    var moment: String {
        guard let taken = facts.taken else { return Wording.utc(value.imported) }
        return FactWords.clock(taken.local) + (taken.minutesEast.map { FactWords.offset($0) } ?? "")
    }
}

extension OccurrenceValue {
    fileprivate var members: [(String, JSON)] {
        [
            JSON.path("path", path), JSON.path("root", root),
            ("modified", .text(Wording.utc(nanoseconds: modified))),
            ("subject", .optional(subject)), ("album", .optional(album)),
            ("retain_until", .optional(retainUntil.map { Wording.utc($0) })),
            ("removed", .optional(removed.map { Wording.utc($0) })),
        ]
    }
}

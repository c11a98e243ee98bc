import VaultFormat
import VaultKit

/// What is told of one found file.
struct TraceReport {
    let path: [UInt8]
    let found: Fingerprint
    let matches: [TraceMatch]
    let log: TracedLog

    /// How many entries of the log a person is shown of one picture.
    private static let shownEntries = 20

    func tell(_ console: Console) {
        if console.json { return console.message("trace", members) }
        console.result(Printable.text(path))
        if let reason = found.reason {
            console.result("  compared by its bytes only: it \(reason)")
        }
        if matches.isEmpty { console.result("  no picture of this vault is like it") }
        for match in matches {
            console.result(Self.line(match))
            for line in history(of: match.picture.id) { console.result("      " + line) }
        }
    }

    private static func line(_ match: TraceMatch) -> String {
        let word = match.confidence.rawValue
        let bin = match.picture.isInBin ? " (in the bin)" : ""
        return "  " + word + String(repeating: " ", count: max(1, 10 - word.count))
            + String(match.picture.id.hex.prefix(12)) + "  "
            + Printable.text(match.picture.mainPath) + bin + ", " + words(match.likeness)
    }

    private static func words(_ likeness: TraceMatch.Likeness) -> String {
        switch likeness {
        case .sameBytes: return "the very bytes"
        case .alike(let distance, let turn, let quality):
            let turned = turn == 0 ? "" : ", when it is \(Turn.words[turn])"
            let poor =
                quality <= PictureHash.poorQuality ? "; there is too little in it to be sure" : ""
            return "\(distance) of 256 bits differ" + turned + poor
        }
    }

    private func history(of picture: RecordID) -> [String] {
        guard let entries = log.entries(of: picture) else {
            return log.trouble == nil
                ? ["who saw it or was given it, an owner or auditor can read in the log"] : []
        }
        if entries.isEmpty { return ["the log tells of nobody who saw it or was given it"] }
        let hidden = entries.count - Self.shownEntries
        let more = hidden > 0 ? [Wording.count(hidden, "earlier entry", "earlier entries")] : []
        return more + entries.suffix(Self.shownEntries).map { AuditRow.line($0) }
    }

    private var members: [(String, JSON)] {
        [
            JSON.path("path", path), ("sha256", .text(found.digest.hex)),
            ("pdq", .optional(found.hash?.hex)),
            ("quality", found.hash.map { .unsigned(UInt64($0.quality)) } ?? .null),
            ("reason", .optional(found.reason)), ("matches", .list(matches.map(json))),
        ]
    }

    private func json(_ match: TraceMatch) -> JSON {
        var distance: JSON = .null
        var turn: JSON = .null
        if case .alike(let bits, let number, _) = match.likeness {
            distance = .count(bits)
            turn = .text(Turn.names[number])
        }
        let entries = log.entries(of: match.picture.id).map { entries in
            JSON.list(entries.map { .object(AuditRow.members($0)) })
        }
        return .object([
            ("confidence", .text(match.confidence.rawValue)), ("distance", distance),
            ("turn", turn), ("picture", .object(match.picture.members)), ("log", entries ?? .null),
        ])
    }
}

/// The eight turns of a found picture, in the order of Spec 10 §7: what has to be done to it to see ours.
private enum Turn {
    static let names = [
        "none", "left", "half", "right", "top-bottom", "left-right", "diagonal", "other-diagonal",
    ]
    static let words = [
        "as it is", "turned left", "turned upside down", "turned right", "mirrored top to bottom",
        "mirrored left to right", "mirrored along a diagonal", "mirrored along the other diagonal",
    ]
}

import VaultFormat
import VaultKit

/// One entry of the log as it is shown.
enum AuditRow {
    typealias Told = OpenSlot.ToldEntry

    /// `   12  2026-11-21 10:00  Ada  viewed 2 pictures: 4711`
    static func line(_ told: Told) -> String {
        let entry = told.entry
        let number = String(entry.sequence)
        let padding = String(repeating: " ", count: max(0, 6 - number.count))
        return padding + number + "  " + Wording.local(entry.time) + "  "
            + plain(entry.actorLabel ?? "(no key)") + "  " + what(told)
    }

    private static func what(_ told: Told) -> String {
        let entry = told.entry
        var text = plain(entry.action.rawValue)
        if !entry.pictures.isEmpty {
            text += " " + Wording.count(entry.pictures.count, "picture")
        } else if let count = entry.count {
            text += " " + Wording.count(Int(clamping: count))
        }
        if let slot = entry.slotLabel, entry.slot != entry.actor { text += " \"\(plain(slot))\"" }
        if let remark = entry.remark { text += " (\(plain(remark)))" }
        var about = told.subjects.map(plain)
        if about.isEmpty { about = told.names.map { Printable.text($0) } }
        let shown = 3
        if !about.isEmpty {
            text += ": " + about.prefix(shown).joined(separator: ", ")
            if about.count > shown { text += ", …" }
        }
        if !entry.said.isEmpty { text += ": " + said(entry.said.prefix(shown)) }
        if entry.said.count > shown { text += "; …" }
        if told.destroyed > 0 { text += " [\(told.destroyed) destroyed since]" }
        return text
    }

    private static func said(_ events: some Sequence<ServerSaid>) -> String {
        events.map(\.sentence).joined(separator: "; ")
    }

    /// A line of `audit log --json` and of an export.
    static func json(_ told: Told) -> JSON {
        .object([("message_type", .text("entry"))] + members(told))
    }

    static func members(_ told: Told) -> [(String, JSON)] {
        let entry = told.entry
        return [
            ("sequence", .unsigned(entry.sequence)), ("time", .text(Wording.utc(entry.time))),
            ("actor", .optional(entry.actor?.hex)), ("actor_label", .optional(entry.actorLabel)),
            ("actor_role", .optional(entry.actorRole?.rawValue)),
            ("action", .text(entry.action.rawValue)),
            ("pictures", .list(entry.pictures.map { .text($0.hex) })),
            ("count", entry.count.map { .unsigned($0) } ?? .null),
            ("subjects", .list(told.subjects.map { .text($0) })),
            ("destroyed", .count(told.destroyed)), ("slot", .optional(entry.slot?.hex)),
            ("slot_label", .optional(entry.slotLabel)), ("remark", .optional(entry.remark)),
            ("user", .optional(entry.user)), ("machine", .optional(entry.machine)),
        ] + (entry.said.isEmpty ? [] : [("said", .list(entry.said.map(\.json)))])
    }

    // MARK: - Comma-separated values

    static let csvHeading =
        "sequence,time,actor,role,action,pictures,subjects,slot,remark,user,machine"

    /// RFC 4180, with cells that a spreadsheet would take for a formula made harmless.
    static func csv(_ told: Told) -> String {
        let entry = told.entry
        let count = entry.pictures.isEmpty ? entry.count ?? 0 : UInt64(entry.pictures.count)
        return [
            String(entry.sequence), Wording.utc(entry.time), entry.actorLabel ?? "",
            entry.actorRole?.rawValue ?? "", entry.action.rawValue, String(count),
            told.subjects.joined(separator: "; "), entry.slotLabel ?? "",
            entry.said.isEmpty ? entry.remark ?? "" : said(entry.said),
            entry.user ?? "", entry.machine ?? "",
        ].map(cell).joined(separator: ",")
    }

    static func cell(_ text: String) -> String {
        var text = plain(text)
        // An apostrophe says "text" to every spreadsheet, and is not shown.
        if let first = text.unicodeScalars.first, "=+-@\t\r".unicodeScalars.contains(first) {
            text = "'" + text
        }
        guard text.contains(where: { "\",\n\r".contains($0) }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }

    private static func plain(_ text: String) -> String { Printable.text(Array(text.utf8)) }
}

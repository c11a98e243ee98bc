import VaultFormat
import VaultKit

/// Pictures as lines: a table for a person at a terminal, tab-separated fields for anybody else.
struct PictureTable {
    private let idLength: Int
    private let width: Int

    /// - Parameters:
    ///   - records: how many IDs there are to tell apart.
    ///   - width: of the terminal, in columns.
    init(records: Int, width: Int) {
        idLength = Self.shortIDLength(records: records)
        self.width = width
    }

    var header: String {
        [pad("ID", idLength), pad("TAKEN", 16), "    SIZE", pad("TYPE", 9), "NAME"]
            .joined(separator: "  ")
    }

    func row(_ picture: Picture) -> String {
        let size = Wording.size(picture.value.byteCount)
        let front = [
            String(picture.id.hex.prefix(idLength)), picture.shownMoment,
            String(repeating: " ", count: max(0, 8 - size.count)) + size,
            pad(Self.shortType(picture.value.type.name), 9),
        ].joined(separator: "  ")
        var suffix = ""
        if picture.occurrences.count > 1 { suffix += " (+\(picture.occurrences.count - 1) more)" }
        if picture.removed != nil { suffix += " (in the bin)" }
        let room = max(12, width - front.count - 2 - suffix.count)
        return front + "  " + DisplayWidth.fit(Printable.text(picture.mainPath), room) + suffix
    }

    /// `ID<tab>taken<tab>bytes<tab>type<tab>path`, the ID whole.
    static func line(_ picture: Picture) -> String {
        [
            picture.id.hex, picture.moment, String(picture.value.byteCount),
            Printable.text(Array(picture.value.type.name.utf8)), Printable.text(picture.mainPath),
        ].joined(separator: "\t")
    }

    /// So many digits that two of `records` random IDs begin alike with a probability below one in
    /// a thousand, and never fewer than eight.
    static func shortIDLength(records: Int) -> Int {
        var digits = 8
        let pairs = Double(records) * Double(records) / 2
        while digits < 32, pairs * 1000 > Double(sign: .plus, exponent: 4 * digits, significand: 1)
        {
            digits += 1
        }
        return digits
    }

    /// `jpeg` for `image/jpeg`: what follows the solidus, at most nine characters.
    private static func shortType(_ name: String) -> String {
        let tail = name.split(separator: "/").last.map(String.init) ?? name
        let bare = tail.hasPrefix("x-") ? String(tail.dropFirst(2)) : tail
        return bare == "octet-stream" ? "unknown" : String(bare.prefix(9))
    }

    private func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}

/// How many columns of a terminal a text takes.
enum DisplayWidth {
    /// Cuts the middle out of what is too long, so that the beginning and the extension stay.
    static func fit(_ text: String, _ room: Int) -> String {
        guard of(text) > room, room > 1 else { return text }
        let characters = Array(text)
        var front: [Character] = []
        var back: [Character] = []
        var used = 1
        var (low, high) = (0, characters.count - 1)
        while low <= high {
            let fromFront = front.count <= back.count
            let next = fromFront ? characters[low] : characters[high]
            used += of(String(next))
            guard used <= room else { break }
            if fromFront {
                front.append(next)
                low += 1
            } else {
                back.append(next)
                high -= 1
            }
        }
        return String(front) + "…" + String(back.reversed())
    }

    static func of(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) { $0 + columns($1) }
    }

    private static func columns(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
            0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }
}

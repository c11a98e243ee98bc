import VaultFormat

/// Takes caption, keywords, rating and time from an XMP packet.
///
/// Not an XML parser: it walks tags and text, knows names by their usual prefixes, expands only the
/// five named entities and numbers, and ends at a document type, so nothing in a packet can make it
/// loop, grow or fetch.
struct XMPReader {
    /// More than this is not looked at.
    static let longestPacket = 1 << 18
    private static let deepest = 64

    private let bytes: [UInt8]
    private var position = 0
    private var path: [String] = []
    private var caption: String?
    private var keywords: [String] = []
    private var rating: Int8?
    /// By how much each is to be believed.
    private var times: [String: CaptureTime] = [:]
    private var pending: [UInt8] = []

    static func read(_ span: Span, into draft: inout Draft) throws(ReadingError) {
        guard span.byteCount <= UInt64(longestPacket) else { throw .tooMuch }
        var reader = XMPReader(try span.bytes(at: 0, count: Int(span.byteCount)))
        try reader.walk()
        draft.facts.caption = reader.caption ?? draft.facts.caption
        if !reader.keywords.isEmpty { draft.facts.keywords = reader.keywords }
        draft.facts.rating = reader.rating ?? draft.facts.rating
        draft.xmpTime =
            timeNames.lazy.compactMap { reader.times[$0] }.first ?? draft.xmpTime
    }

    private static let timeNames = [
        "exif:DateTimeOriginal", "photoshop:DateCreated", "xmp:CreateDate",
    ]

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    private mutating func walk() throws(ReadingError) {
        while position < bytes.count {
            guard bytes[position] == UInt8(ascii: "<") else {
                takeText()
                continue
            }
            if skip(from: "<!--", to: "-->") || skip(from: "<?", to: "?>") { continue }
            // A document type could define entities; there is no honest reason for one.
            guard !has("<!") else { throw .malformed }
            try takeTag()
        }
    }

    private func has(_ text: String) -> Bool {
        bytes[position...].starts(with: text.utf8)
    }

    private mutating func skip(from begin: String, to end: String) -> Bool {
        guard has(begin) else { return false }
        let mark = Array(end.utf8)
        position += begin.utf8.count
        while position < bytes.count, !bytes[position...].starts(with: mark) { position += 1 }
        position = min(bytes.count, position + mark.count)
        return true
    }

    private mutating func takeText() {
        let begin = position
        while position < bytes.count, bytes[position] != UInt8(ascii: "<") { position += 1 }
        if path.last == "rdf:li" || isWanted(path.last ?? "") {
            pending += Self.unescaped(bytes[begin..<position])
        }
    }

    private func isWanted(_ name: String) -> Bool {
        name == "xmp:Rating" || Self.timeNames.contains(name)
    }

    private mutating func takeTag() throws(ReadingError) {
        position += 1
        let closes = position < bytes.count && bytes[position] == UInt8(ascii: "/")
        if closes { position += 1 }
        let name = takeName()
        if closes {
            skipTo(UInt8(ascii: ">"))
            guard path.last == name else { throw .malformed }
            finish(name)
            path.removeLast()
            return
        }
        guard !name.isEmpty, path.count < Self.deepest else { throw .malformed }
        path.append(name)
        pending = []
        while position < bytes.count {
            skipSpace()
            guard position < bytes.count else { throw .beyondEnd }
            switch bytes[position] {
            case UInt8(ascii: ">"):
                position += 1
                return
            case UInt8(ascii: "/"):
                skipTo(UInt8(ascii: ">"))
                path.removeLast()
                return
            default: try takeAttribute()
            }
        }
        throw .beyondEnd
    }

    private mutating func takeAttribute() throws(ReadingError) {
        let name = takeName()
        skipSpace()
        guard !name.isEmpty, position < bytes.count, bytes[position] == UInt8(ascii: "=") else {
            throw .malformed
        }
        position += 1
        skipSpace()
        guard position < bytes.count, bytes[position] == 0x22 || bytes[position] == 0x27 else {
            throw .malformed
        }
        let quote = bytes[position]
        position += 1
        let begin = position
        while position < bytes.count, bytes[position] != quote { position += 1 }
        guard position < bytes.count else { throw .beyondEnd }
        let value = bytes[begin..<position]
        position += 1
        if isWanted(name) { take(name, Self.unescaped(value)) }
    }

    private mutating func takeName() -> String {
        let begin = position
        let ends: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D, 0x2F, 0x3D, 0x3E, 0x3C]
        while position < bytes.count, position - begin < 128, !ends.contains(bytes[position]) {
            position += 1
        }
        return String(decoding: bytes[begin..<position], as: UTF8.self)
    }

    private mutating func skipSpace() {
        while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) {
            position += 1
        }
    }

    private mutating func skipTo(_ byte: UInt8) {
        while position < bytes.count, bytes[position] != byte { position += 1 }
        position = min(bytes.count, position + 1)
    }

    /// An element ends: what was in it is taken.
    private mutating func finish(_ name: String) {
        defer { pending = [] }
        guard name == "rdf:li" else {
            if isWanted(name) { take(name, pending) }
            return
        }
        // description / Alt / li, subject / Bag / li
        guard path.count >= 3 else { return }
        switch path[path.count - 3] {
        case "dc:description" where caption == nil:
            caption = FactText.clean(
                pending, longest: PictureFacts.longestCaption, lines: true)
        case "dc:subject" where keywords.count < PictureFacts.mostKeywords:
            if let keyword = FactText.clean(pending, longest: PictureFacts.longestKeyword) {
                keywords.append(keyword)
            }
        default: break
        }
    }

    private mutating func take(_ name: String, _ value: [UInt8]) {
        if name == "xmp:Rating" {
            let text = String(decoding: value.prefix(16), as: UTF8.self)
            // Some programs write 3.0.
            if let number = Double(text), let whole = Int8(exactly: number.rounded()),
                PictureFacts.ratings.contains(whole)
            {
                rating = whole
            }
        } else if times[name] == nil {
            times[name] = ClockText.iso(value, source: .xmp)
        }
    }

    private static func unescaped(_ text: ArraySlice<UInt8>) -> [UInt8] {
        guard text.contains(UInt8(ascii: "&")) else { return Array(text) }
        var result: [UInt8] = []
        var rest = text
        while let first = rest.first {
            if first == UInt8(ascii: "&"),
                let end = rest.prefix(12).firstIndex(of: UInt8(ascii: ";")),
                let character = entity(rest[rest.startIndex + 1..<end])
            {
                result += Array(String(character).utf8)
                rest = rest[(end + 1)...]
            } else {
                result.append(first)
                rest = rest.dropFirst()
            }
        }
        return result
    }

    private static func entity(_ name: ArraySlice<UInt8>) -> Character? {
        let name = String(decoding: name, as: UTF8.self)
        switch name {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        default:
            let number =
                name.hasPrefix("#x")
                ? UInt32(name.dropFirst(2), radix: 16)
                : name.hasPrefix("#") ? UInt32(name.dropFirst(1)) : nil
            return number.flatMap { Unicode.Scalar($0) }.map { Character($0) }
        }
    }
}

/// Takes caption, keywords, rating, time and place from an XMP packet, in a picture or beside it.
///
/// Not an XML parser: it walks tags and text, knows names by their usual prefixes, expands only the
/// five named entities and numbers, and ends at a document type, so nothing in a packet can make it
/// loop, grow or fetch.
package struct XMPPacket {
    /// More than this is not looked at.
    package static let longest = 1 << 18
    private static let deepest = 64

    private let bytes: [UInt8]
    private var position = 0
    private var path: [String] = []
    package private(set) var caption: String?
    package private(set) var keywords: [String] = []
    package private(set) var rating: Int8?
    /// By how much each is to be believed.
    private var times: [String: CaptureTime] = [:]
    private var degrees: [String: Int32] = [:]
    private var pending: [UInt8] = []

    package init(parsing bytes: [UInt8]) throws(FormatError) {
        guard bytes.count <= Self.longest else { throw .outOfRange("size of XMP") }
        self.init(bytes)
        try walk()
    }

    package var taken: CaptureTime? { Self.timeNames.lazy.compactMap { times[$0] }.first }

    package var place: Place? {
        guard let latitude = degrees["exif:GPSLatitude"],
            let longitude = degrees["exif:GPSLongitude"]
        else { return nil }
        return Place(latitude: latitude, longitude: longitude)
    }

    private static let timeNames = [
        "exif:DateTimeOriginal", "photoshop:DateCreated", "xmp:CreateDate",
    ]
    private static let placeNames = ["exif:GPSLatitude", "exif:GPSLongitude"]

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    private mutating func walk() throws(FormatError) {
        while position < bytes.count {
            guard bytes[position] == UInt8(ascii: "<") else {
                takeText()
                continue
            }
            if skip(from: "<!--", to: "-->") || skip(from: "<?", to: "?>") { continue }
            // A document type could define entities; there is no honest reason for one.
            guard !has("<!") else { throw .unexpected("XMP") }
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
        name == "xmp:Rating" || Self.timeNames.contains(name) || Self.placeNames.contains(name)
    }

    private mutating func takeTag() throws(FormatError) {
        position += 1
        let closes = position < bytes.count && bytes[position] == UInt8(ascii: "/")
        if closes { position += 1 }
        let name = takeName()
        if closes {
            skipTo(UInt8(ascii: ">"))
            guard path.last == name else { throw .unexpected("XMP") }
            finish(name)
            path.removeLast()
            return
        }
        guard !name.isEmpty, path.count < Self.deepest else { throw .unexpected("XMP") }
        path.append(name)
        pending = []
        while position < bytes.count {
            skipSpace()
            guard position < bytes.count else { throw .truncated }
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
        throw .truncated
    }

    private mutating func takeAttribute() throws(FormatError) {
        let name = takeName()
        skipSpace()
        guard !name.isEmpty, position < bytes.count, bytes[position] == UInt8(ascii: "=") else {
            throw .unexpected("XMP")
        }
        position += 1
        skipSpace()
        guard position < bytes.count, bytes[position] == 0x22 || bytes[position] == 0x27 else {
            throw .unexpected("XMP")
        }
        let quote = bytes[position]
        position += 1
        let begin = position
        while position < bytes.count, bytes[position] != quote { position += 1 }
        guard position < bytes.count else { throw .truncated }
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
        } else if Self.placeNames.contains(name) {
            degrees[name] = Self.degrees(value, name == Self.placeNames[0] ? "NS" : "EW")
        } else if times[name] == nil {
            times[name] = ClockText.iso(value, source: .xmp)
        }
    }

    /// `47,31.8073N` or `47,31,48N`: degrees and minutes, with a fraction or with seconds, in 10⁻⁷ degrees.
    private static func degrees(_ value: [UInt8], _ sides: String) -> Int32? {
        let text = String(decoding: value.prefix(32), as: UTF8.self)
        guard let side = text.last, sides.contains(side) else { return nil }
        let parts = text.dropLast().split(separator: ",", omittingEmptySubsequences: false)
            .map { Double($0) }
        guard (2...3).contains(parts.count) else { return nil }
        var whole = 0.0
        var unit = 1.0
        for part in parts {
            guard let part, part >= 0, part < (unit == 1 ? 181 : 60) else { return nil }
            whole += part * unit
            unit /= 60
        }
        guard whole <= (sides == "NS" ? 90 : 180) else { return nil }
        let scaled = Int32((whole * 1e7).rounded())
        return (side == "S" || side == "W") ? -scaled : scaled
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

/// When a picture was taken, as somebody says who did not look at it: a person, or a sidecar.
package struct SaidTime: Hashable, Sendable {
    /// Seconds from 1970-01-01T00:00:00 on the clock where it was taken to what that clock showed, within
    /// `CaptureTime.locals`.
    package var local: Int64
    /// 0…999.
    package var milliseconds: UInt16
    /// How far that clock was ahead of UTC, within `CaptureTime.zones`; `nil` when not known.
    package var minutesEast: Int16?

    package init(local: Int64, milliseconds: UInt16 = 0, minutesEast: Int16? = nil) {
        self.local = local
        self.milliseconds = milliseconds
        self.minutesEast = minutesEast
    }
}

/// What a person set right. Spec 04 §11.
package struct PictureEdit: Hashable, Sendable {
    /// Without milliseconds.
    package var taken: SaidTime?
    /// Without a height.
    package var place: Place?
    /// At most `PictureFacts.longestCaption` bytes, not empty.
    package var caption: String?

    package init(taken: SaidTime? = nil, place: Place? = nil, caption: String? = nil) {
        self.taken = taken
        self.place = place
        self.caption = caption
    }

    package var isEmpty: Bool { taken == nil && place == nil && caption == nil }
}

/// What a sidecar said of its picture. Spec 04 §12.
package struct SidecarFacts: Hashable, Sendable {
    package enum Kind: UInt8, Hashable, Sendable, CaseIterable {
        case takeout = 1
        case xmp = 2
    }

    package var kind: Kind
    package var taken: SaidTime?
    package var place: Place?
    package var caption: String?
    /// At most `PictureFacts.mostKeywords`.
    package var keywords: [String] = []
    package var rating: Int8?

    package init(kind: Kind) { self.kind = kind }

    /// Whether it says nothing but what kind it is.
    package var isEmpty: Bool {
        taken == nil && place == nil && caption == nil && keywords.isEmpty && rating == nil
    }
}

// MARK: - Bytes

extension PictureEdit {
    /// - Precondition: not empty.
    func encode(into writer: inout CBORWriter) {
        precondition(!isEmpty, "an edit that says nothing is none")
        var members = FactMembers()
        members.put(taken)
        members.put(place.map { Place(latitude: $0.latitude, longitude: $0.longitude) })
        members.text(17, caption)
        members.encode(into: &writer)
    }

    init(_ reader: inout CBORReader) throws(FormatError) {
        let said = try SaidMembers(&reader, allowed: [7, 8, 14, 15, 17])
        self.init(taken: said.taken, place: said.place, caption: said.caption)
        guard !isEmpty else { throw .notCanonical }
    }
}

extension SidecarFacts {
    /// - Precondition: not empty.
    func encode(into writer: inout CBORWriter) {
        precondition(!isEmpty, "a sidecar that says nothing is not stored")
        var members = FactMembers()
        members.unsigned(1, UInt64(kind.rawValue))
        members.put(taken)
        members.put(place)
        members.text(17, caption)
        members.texts(18, keywords)
        members.integer(19, rating.map { Int64($0) })
        members.encode(into: &writer)
    }

    init(_ reader: inout CBORReader) throws(FormatError) {
        let said = try SaidMembers(&reader, allowed: [1, 7, 8, 9, 14, 15, 16, 17, 18, 19])
        guard let kind = said.kind else { throw .unexpected("facts of a sidecar without its kind") }
        self.init(kind: kind)
        taken = said.taken
        place = said.place
        caption = said.caption
        keywords = said.keywords
        rating = said.rating
        guard !isEmpty else { throw .notCanonical }
    }
}

/// Members of a map of facts, put in ascending order. Spec 10 §6.
struct FactMembers {
    private var count = 0
    private var body = CBORWriter()

    mutating func unsigned(_ key: UInt8, _ value: UInt64?) {
        guard let value else { return }
        begin(key)
        body.unsigned(value)
    }

    mutating func integer(_ key: UInt8, _ value: Int64?) {
        guard let value else { return }
        begin(key)
        body.integer(value)
    }

    mutating func text(_ key: UInt8, _ value: String?) {
        guard let value else { return }
        begin(key)
        body.text(value)
    }

    mutating func texts(_ key: UInt8, _ values: [String]) {
        guard !values.isEmpty else { return }
        begin(key)
        body.array(count: values.count)
        for value in values { body.text(value) }
    }

    /// Keys 7 to 9.
    mutating func put(_ time: SaidTime?) {
        integer(7, time?.local)
        integer(8, time?.minutesEast.map { Int64($0) })
        unsigned(9, time.flatMap { $0.milliseconds == 0 ? nil : UInt64($0.milliseconds) })
    }

    /// Keys 14 to 16.
    mutating func put(_ place: Place?) {
        integer(14, place.map { Int64($0.latitude) })
        integer(15, place.map { Int64($0.longitude) })
        integer(16, place?.altitude.map { Int64($0) })
    }

    func encode(into writer: inout CBORWriter) {
        writer.map(count: count)
        writer.append(body)
    }

    private mutating func begin(_ key: UInt8) {
        count += 1
        body.key(key)
    }
}

/// What the maps of §11 and §12 may hold, read and checked.
private struct SaidMembers {
    var kind: SidecarFacts.Kind?
    var taken: SaidTime?
    var place: Place?
    var caption: String?
    var keywords: [String] = []
    var rating: Int8?

    init(_ reader: inout CBORReader, allowed: Set<Int64>) throws(FormatError) {
        var said = MemberSet()
        var time = SaidTime(local: 0)
        var position = Place(latitude: 0, longitude: 0)
        var (kind, caption, keywords, rating) = (
            SidecarFacts.Kind?.none, String?.none, [String](), Int8?.none
        )
        try reader.map { (key, reader) throws(FormatError) in
            guard allowed.contains(key) else { throw .unknown("said fact \(key)") }
            said.insert(key)
            switch key {
            case 1:
                kind = SidecarFacts.Kind(rawValue: try reader.unsigned(in: 1...UInt8.max))
                if kind == nil { throw .unknown("kind of sidecar") }
            case 7: time.local = try reader.integer(in: CaptureTime.locals)
            case 8: time.minutesEast = try reader.integer(in: CaptureTime.zones)
            case 9: time.milliseconds = try reader.unsigned(in: 1...999)
            case 14: position.latitude = try reader.integer(in: Place.latitudes)
            case 15: position.longitude = try reader.integer(in: Place.longitudes)
            case 16: position.altitude = try reader.integer(in: Place.altitudes)
            case 17:
                caption = try reader.fact(longest: PictureFacts.longestCaption, lines: true)
            case 18: keywords = try reader.keywords()
            default: rating = try reader.integer(in: PictureFacts.ratings)
            }
        }
        guard said.contains(7) || !(said.contains(8) || said.contains(9)),
            said.contains(14) == said.contains(15), said.contains(14) || !said.contains(16)
        else { throw .unexpected("facts that belong together") }
        self.kind = kind
        taken = said.contains(7) ? time : nil
        place = said.contains(14) ? position : nil
        self.caption = caption
        self.keywords = keywords
        self.rating = rating
    }
}

extension CBORReader {
    mutating func keywords() throws(FormatError) -> [String] {
        let count = try array()
        guard (1...PictureFacts.mostKeywords).contains(count) else {
            throw .outOfRange("keywords")
        }
        var keywords: [String] = []
        for _ in 0..<count { keywords.append(try fact(longest: PictureFacts.longestKeyword)) }
        return keywords
    }
}

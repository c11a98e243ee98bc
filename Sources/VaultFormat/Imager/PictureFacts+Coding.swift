extension PictureFacts {
    package var encoded: [UInt8] {
        var writer = CBORWriter()
        encode(into: &writer)
        return writer.bytes
    }

    func encode(into writer: inout CBORWriter) {
        var members = FactMembers()
        members.unsigned(1, UInt64(kind.rawValue))
        members.unsigned(2, size.map { UInt64($0.width) })
        members.unsigned(3, size.map { UInt64($0.height) })
        members.unsigned(4, orientation == 1 ? nil : UInt64(orientation))
        members.unsigned(5, frameCount == 1 ? nil : UInt64(frameCount))
        members.unsigned(6, milliseconds)
        members.put(
            taken.map {
                SaidTime(
                    local: $0.local, milliseconds: $0.milliseconds, minutesEast: $0.minutesEast)
            })
        members.unsigned(10, taken.map { UInt64($0.source.rawValue) })
        members.text(11, maker)
        members.text(12, model)
        members.text(13, lens)
        members.put(place)
        members.text(17, caption)
        members.texts(18, keywords)
        members.integer(19, rating.map { Int64($0) })
        members.text(20, pairing)
        members.unsigned(21, isIncomplete ? 1 : nil)
        members.encode(into: &writer)
    }

    /// Takes what an imager says apart, which may be anything: every range is checked.
    package init(parsing body: [UInt8]) throws(FormatError) {
        self = try body.parsed { (buffer) throws(FormatError) in
            var reader = CBORReader(buffer)
            let facts = try PictureFacts(&reader)
            try reader.finish()
            return facts
        }
    }

    /// The map as it stands in another value.
    init(_ reader: inout CBORReader) throws(FormatError) {
        var facts = PictureFacts(kind: .other)
        var seen = MemberSet()
        var taken = CaptureTime(local: 0, source: .exif)
        var size = PixelSize(width: 1, height: 1)
        var place = Place(latitude: 0, longitude: 0)
        try reader.map { (key, reader) throws(FormatError) in
            seen.insert(key)
            switch key {
            case 1:
                guard let number = UInt8(exactly: try reader.unsigned()),
                    let kind = PictureKind(rawValue: number)
                else { throw .unknown("kind of picture") }
                facts.kind = kind
            case 2: size.width = try reader.unsigned(in: 1...Self.largestSide)
            case 3: size.height = try reader.unsigned(in: 1...Self.largestSide)
            case 4: facts.orientation = try reader.unsigned(in: 2...8)
            case 5: facts.frameCount = try reader.unsigned(in: 2...Self.mostFrames)
            case 6: facts.milliseconds = try reader.unsigned(in: 1...Self.longestFilm)
            case 7: taken.local = try reader.integer(in: CaptureTime.locals)
            case 8: taken.minutesEast = try reader.integer(in: CaptureTime.zones)
            case 9: taken.milliseconds = try reader.unsigned(in: 1...999)
            case 10:
                let number: UInt8 = try reader.unsigned(in: 1...4)
                taken.source = CaptureTime.Source(rawValue: number) ?? .exif
            case 11: facts.maker = try reader.fact(longest: Self.longestName)
            case 12: facts.model = try reader.fact(longest: Self.longestName)
            case 13: facts.lens = try reader.fact(longest: Self.longestName)
            case 14: place.latitude = try reader.integer(in: Place.latitudes)
            case 15: place.longitude = try reader.integer(in: Place.longitudes)
            case 16: place.altitude = try reader.integer(in: Place.altitudes)
            case 17: facts.caption = try reader.fact(longest: Self.longestCaption, lines: true)
            case 18: facts.keywords = try reader.keywords()
            case 19: facts.rating = try reader.integer(in: Self.ratings)
            case 20: facts.pairing = try reader.fact(longest: Self.longestPairing)
            case 21:
                facts.isIncomplete = try reader.unsigned(in: UInt8(1)...1) == 1
            default: throw .unknown("fact \(key)")
            }
        }
        guard seen.contains(1) else { throw .unexpected("facts without a kind") }
        func both(_ one: Int64, _ other: Int64) throws(FormatError) -> Bool {
            guard seen.contains(one) == seen.contains(other) else {
                throw .unexpected("one of two facts that belong together")
            }
            return seen.contains(one)
        }
        if try both(2, 3) { facts.size = size }
        if try both(7, 10) {
            facts.taken = taken
        } else if seen.contains(8) || seen.contains(9) {
            throw .unexpected("part of a time")
        }
        if try both(14, 15) {
            facts.place = place
        } else if seen.contains(16) {
            throw .unexpected("height without a place")
        }
        self = facts
    }
}

extension CBORReader {
    mutating func unsigned<Number: FixedWidthInteger & UnsignedInteger>(
        in range: ClosedRange<Number>
    ) throws(FormatError) -> Number {
        guard let value = Number(exactly: try unsigned()), range.contains(value) else {
            throw .outOfRange("number")
        }
        return value
    }

    mutating func integer<Number: FixedWidthInteger & SignedInteger>(
        in range: ClosedRange<Number>
    ) throws(FormatError) -> Number {
        guard let value = Number(exactly: try integer()), range.contains(value) else {
            throw .outOfRange("number")
        }
        return value
    }

    /// Text that is not empty, not too long and cannot move a cursor by a control character.
    mutating func fact(longest: Int, lines: Bool = false) throws(FormatError) -> String {
        let text = try text()
        guard (1...longest).contains(text.utf8.count) else { throw .outOfRange("length of a text") }
        guard text.unicodeScalars.allSatisfy({ FactText.isAllowed($0, lines: lines) }) else {
            throw .unexpected("text without control characters")
        }
        return text
    }
}

/// Text of facts. Spec 10 §6.
package enum FactText {
    /// No control characters; `lines` allows line ends.
    package static func isAllowed(_ scalar: Unicode.Scalar, lines: Bool) -> Bool {
        switch scalar.value {
        case 0x0A: lines
        case 0..<0x20, 0x7F..<0xA0: false
        default: true
        }
    }

    /// Makes text of bytes that ought to be UTF-8: what is not becomes U+FFFD, control characters
    /// become spaces, white space at both ends goes, and it is cut between characters.
    ///
    /// - Returns: `nil` when nothing is left.
    package static func clean(
        _ bytes: some Collection<UInt8>, longest: Int, lines: Bool = false
    ) -> String? {
        // A character takes at most as many bytes as it came from, save for U+FFFD.
        let decoded = String(decoding: bytes.prefix(longest * 4), as: UTF8.self)
        var scalars = decoded.unicodeScalars.map { scalar -> Unicode.Scalar in
            isAllowed(scalar, lines: lines) ? scalar : " "
        }
        let isSpace = { (scalar: Unicode.Scalar) in scalar == " " || scalar == "\n" }
        scalars = Array(scalars.drop(while: isSpace))
        var text = ""
        for scalar in scalars {
            guard text.utf8.count + UTF8.width(scalar) <= longest else { break }
            text.unicodeScalars.append(scalar)
        }
        while let last = text.unicodeScalars.last, isSpace(last) {
            text.unicodeScalars.removeLast()
        }
        return text.isEmpty ? nil : text
    }
}

extension [UInt8] {
    /// Lends the bytes to a parser.
    func parsed<Value>(
        _ parse: (UnsafeRawBufferPointer) throws(FormatError) -> Value
    ) throws(FormatError) -> Value {
        // The standard library's own way loses the type of the error.
        let result = withUnsafeBytes { buffer -> Result<Value, FormatError> in
            do throws(FormatError) { return .success(try parse(buffer)) } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}

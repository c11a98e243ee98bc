import VaultFormat

/// Reads MP4 and QuickTime films: their facts, never their frames.
enum FilmReader {
    static func read(_ file: Span, into draft: inout Draft) throws(ReadingError) {
        draft.shown = .nothing(.noPicture)
        guard let movie = try file.box("moov") else { throw .beyondEnd }
        var tracks = 0
        try movie.boxes { (box) throws(ReadingError) in
            switch box.name {
            case "mvhd": try readHead(box, &draft)
            case "trak":
                tracks += 1
                guard tracks <= 64 else { throw .tooMuch }
                try draft.tolerate { (draft) throws(ReadingError) in
                    try readTrack(box.body, &draft)
                }
            case "meta":
                try draft.tolerate { (draft) throws(ReadingError) in
                    try readKeys(box.body, &draft)
                }
            case "udta":
                try draft.tolerate { (draft) throws(ReadingError) in
                    try readUserData(box.body, &draft)
                }
            default: break
            }
            return false
        }
    }

    private static func readHead(_ box: Box, _ draft: inout Draft) throws(ReadingError) {
        let (version, _, rest) = try box.full()
        let wide = version == 1
        let made = try rest.number(at: 0, byteCount: wide ? 8 : 4)
        let scale = try rest.u32(wide ? 16 : 8)
        let length = try rest.number(at: wide ? 20 : 12, byteCount: wide ? 8 : 4)
        // Seconds since 1904 in UTC; 0 where the camera did not say.
        let local = Int64(clamping: made).subtractingReportingOverflow(2_082_844_800)
        if made != 0, !local.overflow {
            if CaptureTime.locals.contains(local.partialValue) {
                draft.filmTime =
                    draft.filmTime
                    ?? CaptureTime(local: local.partialValue, minutesEast: 0, source: .film)
            } else {
                draft.facts.isIncomplete = true
            }
        }
        if scale > 0, length > 0, length != UInt64(wide ? UInt64.max : 0xFFFF_FFFF) {
            let milliseconds = Double(length) / Double(scale) * 1000
            if milliseconds >= 1, milliseconds <= Double(PictureFacts.longestFilm) {
                draft.facts.milliseconds = UInt64(milliseconds)
            }
        }
    }

    /// The first track that has a size is the picture; its matrix says how it is turned.
    private static func readTrack(_ track: Span, _ draft: inout Draft) throws(ReadingError) {
        guard draft.stored == nil, let head = try track.box("tkhd") else { return }
        let (version, _, rest) = try Box(name: "tkhd", body: head).full()
        let matrix: UInt64 = version == 1 ? 48 : 36
        let width = try rest.u32(matrix + 36) >> 16
        let height = try rest.u32(matrix + 40) >> 16
        guard width > 0, height > 0 else { return }
        draft.setStored(width, height)
        let a = Int32(truncatingIfNeeded: try rest.u32(matrix))
        let b = Int32(truncatingIfNeeded: try rest.u32(matrix + 4))
        draft.facts.orientation = b > 0 && a == 0 ? 6 : b < 0 && a == 0 ? 8 : a < 0 ? 3 : 1
    }

    /// QuickTime's list of keys, and a list of values by their numbers.
    private static func readKeys(_ body: Span, _ draft: inout Draft) throws(ReadingError) {
        // MP4 makes this a full box, QuickTime a plain one.
        let isPlain = try body.starts(with: "hdlr", at: 4)
        let meta = try body.rest(from: isPlain ? 0 : 4)
        guard let keys = try meta.box("keys"), let list = try meta.box("ilst") else { return }
        var names: [UInt64: String] = [:]
        var offset: UInt64 = 8
        let count = try keys.u32(4)
        guard count <= 256 else { throw .tooMuch }
        for index in 0..<count {
            let length = try keys.u32(offset)
            guard length >= 8 else { throw .malformed }
            let name = try keys.bytes(at: offset + 8, most: Int(min(length - 8, 128)))
            names[index + 1] = String(decoding: name, as: UTF8.self)
            offset += length
        }
        let numbers = names
        try list.boxes { (item) throws(ReadingError) in
            // An item's name is its key's number; it begins four bytes before its body.
            let number = try item.body.window.whole.u32(item.body.start - 4)
            guard let name = numbers[number], let data = try item.body.box("data"),
                try data.u32(0) == 1
            else { return false }
            take(name, try data.bytes(at: 8, most: 4 * PictureFacts.longestCaption), &draft)
            return false
        }
    }

    private static func take(_ name: String, _ value: [UInt8], _ draft: inout Draft) {
        let longest = PictureFacts.longestName
        switch name {
        case "com.apple.quicktime.creationdate":
            draft.filmTime = ClockText.iso(value, source: .film) ?? draft.filmTime
        case "com.apple.quicktime.make":
            draft.facts.maker = FactText.clean(value, longest: longest)
        case "com.apple.quicktime.model", "com.android.model":
            draft.facts.model = FactText.clean(value, longest: longest)
        case "com.android.manufacturer":
            draft.facts.maker = FactText.clean(value, longest: longest)
        case "com.apple.quicktime.location.ISO6709":
            draft.facts.place = ISO6709.place(value) ?? draft.facts.place
        case "com.apple.quicktime.content.identifier":
            draft.facts.pairing = FactText.clean(value, longest: PictureFacts.longestPairing)
        case "com.apple.quicktime.description":
            draft.facts.caption = FactText.clean(
                value, longest: PictureFacts.longestCaption, lines: true)
        default: break
        }
    }

    /// QuickTime's older way: names that begin with ©, each with a length and a language.
    private static func readUserData(_ data: Span, _ draft: inout Draft) throws(ReadingError) {
        let names: [[UInt8]: String] = [
            [0xA9] + Array("xyz".utf8): "com.apple.quicktime.location.ISO6709",
            [0xA9] + Array("mak".utf8): "com.apple.quicktime.make",
            [0xA9] + Array("mod".utf8): "com.apple.quicktime.model",
        ]
        try data.boxes { (box) throws(ReadingError) in
            // The name as bytes: © is no UTF-8.
            guard box.body.byteCount >= 4,
                let name = names[try data.window.whole.bytes(at: box.body.start - 4, count: 4)]
            else { return false }
            let length = try box.body.u16(0)
            take(name, try box.body.bytes(at: 4, most: min(length, 1024)), &draft)
            return false
        }
    }
}

/// A place as films write it: `+48.8577+002.295+035.000/` in degrees and metres.
enum ISO6709 {
    static func place(_ text: [UInt8]) -> Place? {
        var numbers: [Double] = []
        var rest = text.prefix(64)[...]
        while let sign = rest.first, sign == 0x2B || sign == 0x2D, numbers.count < 3 {
            let digits = rest.dropFirst().prefix { (0x30...0x39).contains($0) || $0 == 0x2E }
            guard let value = Double(String(decoding: digits, as: UTF8.self)) else { return nil }
            numbers.append(sign == 0x2D ? -value : value)
            rest = rest.dropFirst(1 + digits.count)
        }
        guard numbers.count >= 2, let latitude = ExifReader.scaled(numbers[0], Place.latitudes),
            let longitude = ExifReader.scaled(numbers[1], Place.longitudes)
        else { return nil }
        let altitude = numbers.count == 3 ? Int32(exactly: (numbers[2] * 100).rounded()) : nil
        return Place(
            latitude: latitude, longitude: longitude,
            altitude: altitude.flatMap { Place.altitudes.contains($0) ? $0 : nil })
    }
}

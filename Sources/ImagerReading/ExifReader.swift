import VaultFormat

/// Takes facts from Exif's directories (CIPA DC-008).
enum ExifReader {
    /// Reads a structure that begins with its byte order.
    static func read(_ span: Span, into draft: inout Draft) throws(ReadingError) {
        var reader = try TIFFReader(span)
        let main = try reader.directory(at: reader.first)
        try read(main, &reader, into: &draft)
    }

    /// Reads what hangs on an open main directory. Each part may fail by itself.
    static func read(
        _ main: TIFFReader.Directory, _ reader: inout TIFFReader, into draft: inout Draft
    ) throws(ReadingError) {
        try draft.tolerate { (draft) throws(ReadingError) in
            try readMain(main, reader, &draft)
        }
        // Copied in and out: a closure may not hold on to an inout parameter.
        var walker = reader
        try draft.tolerate { (draft) throws(ReadingError) in
            guard let at = try walker.number(main[0x8769]) else { return }
            let directory = try walker.directory(at: at)
            try readCamera(directory, &walker, &draft)
        }
        try draft.tolerate { (draft) throws(ReadingError) in
            guard let at = try walker.number(main[0x8825]) else { return }
            let directory = try walker.directory(at: at)
            try readPlace(directory, walker, &draft)
        }
        reader = walker
    }

    static func readMain(
        _ main: TIFFReader.Directory, _ reader: TIFFReader, _ draft: inout Draft
    ) throws(ReadingError) {
        if let orientation = try reader.number(main[0x0112]) {
            if (1...8).contains(orientation) {
                draft.facts.orientation = UInt8(orientation)
            } else if orientation != 0 {
                draft.facts.isIncomplete = true
            }
        }
        draft.facts.maker = try text(main[0x010F], reader) ?? draft.facts.maker
        draft.facts.model = try text(main[0x0110], reader) ?? draft.facts.model
        let longest = PictureFacts.longestCaption
        draft.exifCaption =
            try reader.text(main[0x010E], most: longest)
            .flatMap { FactText.clean($0, longest: longest, lines: true) } ?? draft.exifCaption
    }

    static func readCamera(
        _ camera: TIFFReader.Directory, _ reader: inout TIFFReader, _ draft: inout Draft
    ) throws(ReadingError) {
        draft.facts.lens = try text(camera[0xA434], reader) ?? draft.facts.lens
        draft.exifTime = try time(camera, 0x9003, 0x9011, 0x9291, reader, &draft)
        draft.digitizedTime = try time(camera, 0x9004, 0x9012, 0x9292, reader, &draft)
        let note = try reader.stretch(camera[0x927C])
        if let note {
            try draft.tolerate { (draft) throws(ReadingError) in
                try AppleNote.read(note, into: &draft)
            }
        }
    }

    private static func text(
        _ entry: TIFFReader.Entry?, _ reader: TIFFReader
    ) throws(ReadingError) -> String? {
        try reader.text(entry, most: 1024)
            .flatMap { FactText.clean($0, longest: PictureFacts.longestName) }
    }

    private static func time(
        _ directory: TIFFReader.Directory, _ tag: Int, _ zoneTag: Int, _ fractionTag: Int,
        _ reader: TIFFReader, _ draft: inout Draft
    ) throws(ReadingError) -> CaptureTime? {
        guard let bytes = try reader.text(directory[tag], most: 32) else { return nil }
        guard let local = ClockText.exif(bytes) else {
            // A clock that was never set is written as spaces or zeros.
            if bytes.contains(where: { (0x31...0x39).contains($0) }) {
                draft.facts.isIncomplete = true
            }
            return nil
        }
        let zone = try reader.text(directory[zoneTag], most: 8).flatMap { ClockText.zone($0) }
        let fraction = try reader.text(directory[fractionTag], most: 16)
        return CaptureTime(
            local: local, milliseconds: ClockText.milliseconds(fraction ?? []), minutesEast: zone,
            source: .exif)
    }

    static func readPlace(
        _ directory: TIFFReader.Directory, _ reader: TIFFReader, _ draft: inout Draft
    ) throws(ReadingError) {
        if let date = try reader.text(directory[0x001D], most: 16) {
            let clock = try reader.fractions(directory[0x0007])
            draft.gpsTime = gpsTime(date, clock)
        }
        let north = try reader.fractions(directory[0x0002])
        let east = try reader.fractions(directory[0x0004])
        guard !north.isEmpty, !east.isEmpty else { return }
        guard let latitude = degrees(north), let longitude = degrees(east) else {
            // A camera without a fix writes fractions over zero.
            return
        }
        let south = try reader.text(directory[0x0001], most: 2) == Array("S".utf8)
        let west = try reader.text(directory[0x0003], most: 2) == Array("W".utf8)
        guard let latitude = scaled(south ? -latitude : latitude, Place.latitudes),
            let longitude = scaled(west ? -longitude : longitude, Place.longitudes)
        else { return draft.facts.isIncomplete = true }
        var place = Place(latitude: latitude, longitude: longitude)
        if let (over, under) = try reader.fractions(directory[0x0006]).first, under > 0 {
            let below = try reader.number(directory[0x0005]) == 1
            let centimetres = Double(over) / Double(under) * 100 * (below ? -1 : 1)
            if let value = Int32(exactly: centimetres.rounded()), Place.altitudes.contains(value) {
                place.altitude = value
            }
        }
        draft.facts.place = place
    }

    private static func degrees(_ parts: [(UInt64, UInt64)]) -> Double? {
        var sum = 0.0
        var unit = 1.0
        for (over, under) in parts {
            guard under > 0 else { return nil }
            sum += Double(over) / Double(under) / unit
            unit *= 60
        }
        return sum
    }

    static func scaled(_ degrees: Double, _ range: ClosedRange<Int32>) -> Int32? {
        guard let value = Int32(exactly: (degrees * 1e7).rounded()), range.contains(value) else {
            return nil
        }
        return value
    }

    private static func gpsTime(_ date: [UInt8], _ clock: [(UInt64, UInt64)]) -> CaptureTime? {
        guard clock.count == 3, clock.allSatisfy({ $0.1 > 0 }),
            let midnight = ClockText.exif(date + Array(" 00:00:00".utf8))
        else { return nil }
        let parts = clock.map { Double($0.0) / Double($0.1) }
        guard parts[0] < 24, parts[1] < 60, parts[2] < 61 else { return nil }
        let seconds = parts[0] * 3600 + parts[1] * 60 + parts[2]
        let local = midnight + Int64(seconds)
        guard CaptureTime.locals.contains(local) else { return nil }
        return CaptureTime(local: local, minutesEast: 0, source: .gps)
    }
}

/// What Apple's cameras say in their maker's note, as far as it joins a Live Photo to its film.
enum AppleNote {
    static func read(_ note: Span, into draft: inout Draft) throws(ReadingError) {
        guard try note.starts(with: "Apple iOS\0\0\u{1}MM") else { return }
        var reader = TIFFReader(headless: note, littleEndian: false, first: 14)
        let directory = try reader.directory(at: 14)
        draft.facts.pairing = try reader.text(directory[0x0011], most: 256)
            .flatMap { FactText.clean($0, longest: PictureFacts.longestPairing) }
    }
}

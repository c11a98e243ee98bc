import VaultFormat

/// Walks the segments of a JPEG (ITU-T T.81) up to its first scan.
enum JPEGReader {
    private static let mostSegments = 4096

    static func read(_ file: Span, into draft: inout Draft) throws(ReadingError) {
        try segments(file) { (marker, body) throws(ReadingError) in
            switch marker {
            case 0xE1:
                try draft.tolerate { (draft) throws(ReadingError) in
                    if try body.starts(with: "Exif\0\0") {
                        try ExifReader.read(try body.rest(from: 6), into: &draft)
                    } else if try body.starts(with: "http://ns.adobe.com/xap/1.0/\0") {
                        try XMPReader.read(try body.rest(from: 29), into: &draft)
                    }
                }
            case _ where isFrame(marker):
                draft.setStored(UInt64(try body.u16(3)), UInt64(try body.u16(1)))
            default: break
            }
            return false
        }
    }

    /// How a JPEG is coded that lies inside something else; `nil` when it is none, or one that
    /// only a raw converter decodes (lossless).
    static func plainSize(_ file: Span) throws(ReadingError) -> PixelSize? {
        var size: PixelSize?
        do throws(ReadingError) {
            try segments(file) { (marker, body) throws(ReadingError) in
                guard isFrame(marker) else { return false }
                if marker <= 0xC2 {
                    size = PixelSize(
                        width: UInt32(try body.u16(3)), height: UInt32(try body.u16(1)))
                }
                return true
            }
        } catch .sourceFailed {
            throw .sourceFailed
        } catch {
            return nil
        }
        return size
    }

    private static func isFrame(_ marker: Int) -> Bool {
        (0xC0...0xCF).contains(marker) && ![0xC4, 0xC8, 0xCC].contains(marker)
    }

    /// - Parameter visit: gets each segment's marker and content, and ends the walk with true.
    private static func segments(
        _ file: Span, _ visit: (Int, Span) throws(ReadingError) -> Bool
    ) throws(ReadingError) {
        guard try file.bytes(at: 0, most: 2) == [0xFF, 0xD8] else { throw .malformed }
        var offset: UInt64 = 2
        for _ in 0..<mostSegments {
            guard try file.byte(at: offset) == 0xFF else { throw .malformed }
            var marker = Int(try file.byte(at: offset + 1))
            // Any number of fill bytes may stand before a marker; more than a few are mischief.
            var fill = 0
            while marker == 0xFF {
                offset += 1
                fill += 1
                guard fill < 256 else { throw .tooMuch }
                marker = Int(try file.byte(at: offset + 1))
            }
            // The scan, or the end: nothing of ours comes after.
            if marker == 0xDA || marker == 0xD9 { return }
            if (0xD0...0xD8).contains(marker) || marker == 0x01 {
                offset += 2
                continue
            }
            let length = UInt64(try file.u16(offset + 2))
            guard length >= 2 else { throw .malformed }
            if try visit(marker, try file.span(at: offset + 4, count: length - 2)) { return }
            offset += 2 + length
        }
        throw .tooMuch
    }
}

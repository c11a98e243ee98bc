import VaultFormat

/// Walks the chunks of a PNG (W3C PNG, third edition).
enum PNGReader {
    private static let mostChunks = 65_536

    static func read(_ file: Span, into draft: inout Draft) throws(ReadingError) {
        var offset: UInt64 = 8
        for _ in 0..<mostChunks {
            guard offset < file.byteCount else { return }
            let length = try file.u32(offset)
            let name = try file.name(at: offset + 4)
            let body = try file.span(at: offset + 8, count: length)
            switch name {
            case "IHDR": draft.setStored(try body.u32(0), try body.u32(4))
            case "acTL": draft.setFrames(try body.u32(0))
            case "eXIf":
                try draft.tolerate { (draft) throws(ReadingError) in
                    try ExifReader.read(body, into: &draft)
                }
            case "iTXt":
                try draft.tolerate { (draft) throws(ReadingError) in
                    // Keyword, not compressed, no language, no translation. What is compressed
                    // stays shut: inflating it could cost anything.
                    let head = "XML:com.adobe.xmp\0\0\0\0\0"
                    guard try body.starts(with: head) else { return }
                    try XMPReader.read(
                        try body.rest(from: UInt64(head.utf8.count)), into: &draft)
                }
            case "IEND": return
            default: break
            }
            offset += 12 + length
        }
        throw .tooMuch
    }
}

/// Walks the chunks of a WebP (RFC 9649).
enum WebPReader {
    private static let mostChunks = 1 << 20

    static func read(_ file: Span, into draft: inout Draft) throws(ReadingError) {
        var offset: UInt64 = 12
        var frames: UInt64 = 0
        for _ in 0..<mostChunks {
            guard offset + 8 <= file.byteCount else { break }
            let length = try file.u32(offset + 4, littleEndian: true)
            let name = try file.name(at: offset)
            let body = try file.span(at: offset + 8, count: length)
            switch name {
            case "VP8X":
                let width = try body.number(at: 4, byteCount: 3, littleEndian: true) + 1
                draft.setStored(
                    width, try body.number(at: 7, byteCount: 3, littleEndian: true) + 1)
            case "VP8 " where draft.stored == nil:
                // A key frame: three bytes of tag, three of mark, then two sizes of 14 bits.
                guard try body.bytes(at: 3, count: 3) == [0x9D, 0x01, 0x2A] else {
                    throw .malformed
                }
                draft.setStored(
                    try body.number(at: 6, byteCount: 2, littleEndian: true) & 0x3FFF,
                    try body.number(at: 8, byteCount: 2, littleEndian: true) & 0x3FFF)
            case "VP8L" where draft.stored == nil:
                guard try body.byte(at: 0) == 0x2F else { throw .malformed }
                let bits = try body.u32(1, littleEndian: true)
                draft.setStored((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
            case "ANMF": frames += 1
            case "EXIF":
                try draft.tolerate { (draft) throws(ReadingError) in
                    // Some writers put JPEG's marker before it.
                    let marked = try body.starts(with: "Exif\0\0")
                    try ExifReader.read(try body.rest(from: marked ? 6 : 0), into: &draft)
                }
            case "XMP ":
                try draft.tolerate { (draft) throws(ReadingError) in
                    try XMPReader.read(body, into: &draft)
                }
            default: break
            }
            offset += 8 + length + length % 2
        }
        draft.setFrames(frames)
    }
}

/// Walks the blocks of a GIF.
enum GIFReader {
    /// Sub-blocks, so that the walk ends however many empty frames there are.
    private static let mostBlocks = 4 << 20

    static func read(_ file: Span, into draft: inout Draft) throws(ReadingError) {
        draft.setStored(
            UInt64(try file.u16(6, littleEndian: true)), UInt64(try file.u16(8, littleEndian: true))
        )
        var offset = 13 + table(try file.byte(at: 10))
        var frames: UInt64 = 0
        var blocks = 0
        // A picture that is cut short still has the frames that are there.
        try draft.tolerate { (draft) throws(ReadingError) in
            walk: while offset < file.byteCount {
                switch try file.byte(at: offset) {
                case 0x2C:
                    frames += 1
                    offset += 11 + table(try file.byte(at: offset + 9))
                case 0x21: offset += 2
                case 0x3B: break walk
                default: throw .malformed
                }
                while true {
                    blocks += 1
                    guard blocks <= mostBlocks else { throw .tooMuch }
                    let length = UInt64(try file.byte(at: offset))
                    offset += 1 + length
                    if length == 0 { break }
                }
            }
        }
        draft.setFrames(frames)
    }

    /// Bytes of the colour table that a packed field announces.
    private static func table(_ packed: UInt8) -> UInt64 {
        packed & 0x80 == 0 ? 0 : 3 << UInt64((packed & 7) + 1)
    }
}

extension Draft {
    mutating func setFrames(_ count: UInt64) {
        guard count > 1 else { return }
        guard count <= UInt64(PictureFacts.mostFrames) else { return facts.isIncomplete = true }
        facts.frameCount = UInt32(count)
    }
}

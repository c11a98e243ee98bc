/// ITU-T T.81; JFIF (T.871).
enum JPEGStripper {
    static func strip(_ file: Bytes) throws(StripError) -> [UInt8] {
        guard file.array.starts(with: [0xFF, 0xD8]) else { throw .malformed }
        var first: [UInt8] = []
        var kept: [UInt8] = []
        kept.reserveCapacity(file.count)
        var orientation: UInt8?
        var hasScan = false
        var offset = 2
        while offset < file.count {
            guard try file.u8(offset) == 0xFF else { throw .malformed }
            let marker = try file.u8(offset + 1)
            // Fill bytes.
            if marker == 0xFF {
                offset += 1
                continue
            }
            if marker == 0xD9 { break }
            guard marker >= 0xC0, !(0xD0...0xD8).contains(marker) else { throw .malformed }
            let length = try file.u16(offset + 2)
            guard length >= 2 else { throw .malformed }
            let segment = try file.part(offset, 2 + length)
            let body = try segment.rest(4)
            offset += segment.count
            switch marker {
            case 0xE0:
                if body.starts(with: "JFIF\0"), first.isEmpty { first = try header(body) }
            case 0xE1:
                if body.starts(with: "Exif\0\0"), orientation == nil {
                    orientation = Orientation.read(try body.rest(6))
                }
            case 0xE2:
                if body.starts(with: "ICC_PROFILE\0") { kept.append(segment) }
            case 0xEE:
                if body.starts(with: "Adobe") { kept.append(segment) }
            case 0xE3...0xEF, 0xF0...0xFE: break
            default: kept.append(segment)
            }
            if marker == 0xDA {
                hasScan = true
                let end = scanEnd(file, from: offset)
                kept.append(try file.part(offset, end - offset))
                offset = end
            }
        }
        guard hasScan else { throw .malformed }
        return [0xFF, 0xD8] + first + exif(orientation) + kept + [0xFF, 0xD9]
    }

    /// JFIF's own segment, without its thumbnail.
    private static func header(_ body: Bytes) throws(StripError) -> [UInt8] {
        var segment: [UInt8] = [0xFF, 0xE0, 0, 16]
        segment.append(try body.part(0, 12))
        return segment + [0, 0]
    }

    private static func exif(_ orientation: UInt8?) -> [UInt8] {
        guard let orientation else { return [] }
        let body = Array("Exif\0\0".utf8) + Orientation.block(orientation)
        var segment: [UInt8] = [0xFF, 0xE1]
        segment.append(bigEndian: UInt64(body.count + 2), 2)
        return segment + body
    }

    /// Where the entropy-coded bytes end: at the next marker that is no restart.
    private static func scanEnd(_ file: Bytes, from start: Int) -> Int {
        let bytes = file.array
        var index = bytes.startIndex + start
        while index + 1 < bytes.endIndex {
            if bytes[index] == 0xFF {
                let next = bytes[index + 1]
                if next != 0, next != 0xFF, !(0xD0...0xD7).contains(next) {
                    return index - bytes.startIndex
                }
            }
            index += 1
        }
        return bytes.count
    }
}

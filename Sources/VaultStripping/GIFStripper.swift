/// GIF 89a.
enum GIFStripper {
    /// Applications' blocks that change what is seen: how often it repeats, and its colours.
    private static let kept: Set<String> = ["NETSCAPE2.0", "ANIMEXTS1.0", "ICCRGBG1012"]

    static func strip(_ file: Bytes) throws(StripError) -> [UInt8] {
        guard file.starts(with: "GIF87a") || file.starts(with: "GIF89a") else { throw .malformed }
        var offset = 13 + tableByteCount(try file.u8(10))
        var result = Array(try file.part(0, offset).array)
        var hasImage = false
        while true {
            let start = offset
            switch try file.u8(offset) {
            case 0x2C:
                hasImage = true
                offset = try blocksEnd(
                    file, from: offset + 10 + tableByteCount(try file.u8(offset + 9)) + 1)
                result.append(try file.part(start, offset - start))
            case 0x21:
                let label = try file.u8(offset + 1)
                offset = try blocksEnd(file, from: offset + 2)
                if try isKept(label, try file.part(start, offset - start)) {
                    result.append(try file.part(start, offset - start))
                }
            case 0x3B:
                guard hasImage else { throw .malformed }
                return result + [0x3B]
            default: throw .malformed
            }
        }
    }

    private static func isKept(_ label: Int, _ block: Bytes) throws(StripError) -> Bool {
        switch label {
        case 0xF9, 0x01: return true
        case 0xFF where try block.u8(2) == 11:
            return kept.contains(String(decoding: try block.part(3, 11).array, as: UTF8.self))
        default: return false
        }
    }

    private static func tableByteCount(_ flags: Int) -> Int {
        flags & 0x80 == 0 ? 0 : 3 << (flags & 7 + 1)
    }

    private static func blocksEnd(_ file: Bytes, from start: Int) throws(StripError) -> Int {
        var offset = start
        while true {
            let size = try file.u8(offset)
            offset += 1 + size
            if size == 0 { return offset }
        }
    }
}

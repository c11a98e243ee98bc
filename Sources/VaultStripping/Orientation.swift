/// The one fact that stays: which way up the picture is shown. Exif 2.32 §4.6.4, tag 0x0112.
enum Orientation {
    private static let tag = 0x0112

    /// 2 to 8, out of a block that begins with the header of a TIFF; `nil` for the usual way and for what
    /// cannot be read.
    static func read(_ block: Bytes) -> UInt8? {
        do throws(StripError) {
            return try find(block)
        } catch {
            return nil
        }
    }

    private static func find(_ block: Bytes) throws(StripError) -> UInt8? {
        let isLittle = block.starts(with: "II*\0")
        guard isLittle || block.starts(with: "MM\0*") else { return nil }
        func number(_ offset: Int, _ size: Int) throws(StripError) -> Int {
            Int(isLittle ? try block.littleEndian(offset, size) : try block.number(offset, size))
        }
        let start = try number(4, 4)
        for entry in 0..<min(try number(start, 2), 512) {
            let offset = start + 2 + entry * 12
            guard try number(offset, 2) == tag else { continue }
            guard try number(offset + 2, 2) == 3, try number(offset + 4, 4) == 1 else { return nil }
            let value = try number(offset + 8, 2)
            return (2...8).contains(value) ? UInt8(value) : nil
        }
        return nil
    }

    /// A TIFF header with this one entry.
    static func block(_ orientation: UInt8) -> [UInt8] {
        var block = Array("MM\0*".utf8)
        block.append(bigEndian: 8, 4)
        block.append(bigEndian: 1, 2)
        block.append(bigEndian: UInt64(tag), 2)
        block.append(bigEndian: 3, 2)
        block.append(bigEndian: 1, 4)
        block += [0, orientation, 0, 0]
        block.append(bigEndian: 0, 4)
        return block
    }
}

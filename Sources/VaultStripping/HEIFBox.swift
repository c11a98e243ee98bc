/// One box of an ISO base media file (ISO/IEC 14496-12 §4.2).
struct HEIFBox {
    let type: String
    /// With its header.
    let whole: Bytes
    let body: Bytes

    /// The boxes that fill a stretch, which they must to its end.
    static func all(in bytes: Bytes, most: Int = 65_536) throws(StripError) -> [HEIFBox] {
        var boxes: [HEIFBox] = []
        var offset = 0
        while offset < bytes.count {
            guard boxes.count < most else { throw .malformed }
            var header = 8
            var size = try bytes.u32(offset)
            if size == 1 {
                guard let long = Int(exactly: try bytes.number(offset + 8, 8)) else {
                    throw .malformed
                }
                (header, size) = (16, long)
            } else if size == 0 {
                size = bytes.count - offset
            }
            guard size >= header else { throw .malformed }
            let whole = try bytes.part(offset, size)
            boxes.append(
                HEIFBox(
                    type: try bytes.name(offset + 4), whole: whole, body: try whole.rest(header)))
            offset += size
        }
        return boxes
    }

    /// A box made anew.
    ///
    /// - Parameter type: four characters, each of which stands for a byte, as `Bytes.name` gives them.
    static func made(_ type: String, _ body: [UInt8]) -> [UInt8] {
        var box: [UInt8] = []
        box.append(bigEndian: UInt64(body.count + 8), 4)
        return box + type.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) } + body
    }

    /// Room that says nothing. At least 8 bytes.
    static func free(_ byteCount: Int) -> [UInt8] {
        made("free", [UInt8](repeating: 0, count: byteCount - 8))
    }
}

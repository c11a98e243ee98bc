/// The WebP container (RFC 9649).
enum WebPStripper {
    private static let kept: Set<String> = ["VP8 ", "VP8L", "ALPH", "ANIM", "ICCP"]
    private static let exifFlag: UInt8 = 0x08
    private static let xmpFlag: UInt8 = 0x04

    static func strip(_ file: Bytes) throws(StripError) -> [UInt8] {
        guard file.starts(with: "RIFF"), try file.name(8) == "WEBP" else { throw .malformed }
        let size = Int(try file.littleEndian(4, 4))
        guard size >= 4 else { throw .malformed }
        var extended: [UInt8]?
        var rest: [UInt8] = []
        rest.reserveCapacity(file.count)
        var orientation: UInt8?
        // What lies behind the size that it declares is no part of it.
        try chunks(try file.part(12, size - 4)) { (name, body) throws(StripError) in
            switch name {
            case "VP8X" where extended == nil && body.count >= 10: extended = Array(body.array)
            case "ANMF": append(name, try frame(body), to: &rest)
            case "EXIF" where orientation == nil:
                let start = body.starts(with: "Exif\0\0") ? 6 : 0
                orientation = Orientation.read(try body.rest(start))
            case _ where kept.contains(name): append(name, Array(body.array), to: &rest)
            default: break
            }
        }
        var all = Array("WEBP".utf8)
        if var extended {
            extended[0] &= ~(exifFlag | xmpFlag)
            if orientation != nil { extended[0] |= exifFlag }
            append("VP8X", extended, to: &all)
        }
        all += rest
        // Without the extended header there is no place for it, and nobody looks for it.
        if extended != nil, let orientation {
            append("EXIF", Orientation.block(orientation), to: &all)
        }
        var result = Array("RIFF".utf8)
        result.append(littleEndian: UInt64(all.count), 4)
        return result + all
    }

    /// A frame of an animation: 16 bytes, then chunks of its own.
    private static func frame(_ body: Bytes) throws(StripError) -> [UInt8] {
        var result = Array(try body.part(0, 16).array)
        try chunks(try body.rest(16)) { (name, part) throws(StripError) in
            if kept.contains(name) { append(name, Array(part.array), to: &result) }
        }
        return result
    }

    private static func chunks(
        _ all: Bytes, _ visit: (String, Bytes) throws(StripError) -> Void
    ) throws(StripError) {
        var offset = 0
        while offset < all.count {
            let name = try all.name(offset)
            let size = Int(try all.littleEndian(offset + 4, 4))
            try visit(name, try all.part(offset + 8, size))
            offset += 8 + size + size % 2
        }
    }

    private static func append(_ name: String, _ body: [UInt8], to all: inout [UInt8]) {
        all += Array(name.utf8)
        all.append(littleEndian: UInt64(body.count), 4)
        all += body
        if body.count % 2 == 1 { all.append(0) }
    }
}

/// PNG, third edition (W3C).
enum PNGStripper {
    private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    /// What decoding and showing need. `pHYs` may say that pixels are not square.
    private static let kept: Set<String> = [
        "IHDR", "PLTE", "IDAT", "IEND", "tRNS", "cHRM", "gAMA", "iCCP", "sBIT", "sRGB", "cICP",
        "mDCV", "cLLI", "bKGD", "pHYs", "acTL", "fcTL", "fdAT",
    ]

    static func strip(_ file: Bytes) throws(StripError) -> [UInt8] {
        guard file.array.starts(with: signature) else { throw .malformed }
        var head: [UInt8] = []
        var rest: [UInt8] = []
        rest.reserveCapacity(file.count)
        var orientation: UInt8?
        var offset = signature.count
        while true {
            let length = try file.u32(offset)
            let chunk = try file.part(offset, length + 12)
            let name = try chunk.name(4)
            guard (name == "IHDR") == head.isEmpty else { throw .malformed }
            if name == "IHDR" {
                head = signature + Array(chunk.array)
            } else if kept.contains(name) {
                rest.append(chunk)
            } else if name == "eXIf", orientation == nil {
                orientation = Orientation.read(try chunk.part(8, length))
            }
            offset += chunk.count
            // Whatever comes after is no part of it.
            if name == "IEND" { break }
        }
        return head + exif(orientation) + rest
    }

    private static func exif(_ orientation: UInt8?) -> [UInt8] {
        guard let orientation else { return [] }
        let body = Orientation.block(orientation)
        let named = Array("eXIf".utf8) + body
        var chunk: [UInt8] = []
        chunk.append(bigEndian: UInt64(body.count), 4)
        chunk += named
        chunk.append(bigEndian: UInt64(checksum(named)), 4)
        return chunk
    }

    /// CRC-32 of ISO 3309, as PNG §5.5 wants it.
    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var register: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            register ^= UInt32(byte)
            for _ in 0..<8 {
                register = register >> 1 ^ (register & 1 == 1 ? 0xEDB8_8320 : 0)
            }
        }
        return ~register
    }
}

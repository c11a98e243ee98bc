/// PNG without compression: every deflate block is stored.
func png(_ canvas: Canvas, exif: [UInt8] = []) -> [UInt8] {
    var rows: [UInt8] = []
    rows.reserveCapacity(canvas.pixels.count + canvas.height)
    for y in 0..<canvas.height {
        rows.append(0)
        rows += canvas.pixels[y * canvas.width * 3..<(y + 1) * canvas.width * 3]
    }
    var zlib: [UInt8] = [0x78, 0x01]
    for start in stride(from: 0, to: rows.count, by: 65_535) {
        let end = min(rows.count, start + 65_535)
        zlib.append(end == rows.count ? 1 : 0)
        zlib.append16(little: end - start)
        zlib.append16(little: ~(end - start))
        zlib += rows[start..<end]
    }
    zlib.append32(big: adler32(rows))

    var header: [UInt8] = []
    header.append32(big: canvas.width)
    header.append32(big: canvas.height)
    header += [8, 2, 0, 0, 0]
    var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    file += chunk("IHDR", header)
    if !exif.isEmpty { file += chunk("eXIf", exif) }
    return file + chunk("IDAT", zlib) + chunk("IEND", [])
}

private func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
    let named = Array(name.utf8) + data
    var chunk: [UInt8] = []
    chunk.append32(big: data.count)
    chunk += named
    chunk.append32(big: crc32(named))
    return chunk
}

private func adler32(_ bytes: [UInt8]) -> Int {
    var low = 1
    var high = 0
    for byte in bytes {
        low = (low + Int(byte)) % 65_521
        high = (high + low) % 65_521
    }
    return high << 16 | low
}

private let crcTable: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in
        value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1
    }
}

private func crc32(_ bytes: [UInt8]) -> Int {
    var value: UInt32 = 0xFFFF_FFFF
    for byte in bytes { value = value >> 8 ^ crcTable[Int((value ^ UInt32(byte)) & 0xFF)] }
    return Int(value ^ 0xFFFF_FFFF)
}

/// GIF with a palette of 6 × 6 × 6 colours; its codes are nine bits long throughout, because the code
/// table is cleared before it grows.
func gif(_ canvas: Canvas) -> [UInt8] {
    var file = Array("GIF89a".utf8)
    file.append16(little: canvas.width)
    file.append16(little: canvas.height)
    file += [0xF7, 0, 0]
    for index in 0..<256 {
        file += [index / 36 % 6, index / 6 % 6, index % 6].map { UInt8($0 * 51) }
    }
    file.append(0x2C)
    file += [0, 0, 0, 0]
    file.append16(little: canvas.width)
    file.append16(little: canvas.height)
    file += [0, 8]

    var data: [UInt8] = []
    var bits = 0
    var count = 0
    func put(_ code: Int) {
        bits |= code << count
        count += 9
        while count >= 8 {
            data.append(UInt8(truncatingIfNeeded: bits))
            bits >>= 8
            count -= 8
        }
    }
    let clear = 256
    for index in 0..<canvas.width * canvas.height {
        if index % 250 == 0 { put(clear) }
        let levels = (0..<3).map { (Int(canvas.pixels[index * 3 + $0]) + 25) / 51 }
        put(levels[0] * 36 + levels[1] * 6 + levels[2])
    }
    put(clear + 1)
    if count > 0 { data.append(UInt8(truncatingIfNeeded: bits)) }
    for start in stride(from: 0, to: data.count, by: 255) {
        let end = min(data.count, start + 255)
        file.append(UInt8(end - start))
        file += data[start..<end]
    }
    return file + [0, 0x3B]
}

/// Uncompressed little-endian TIFF in one strip.
func tiff(_ canvas: Canvas, description: String) -> [UInt8] {
    var directory = Directory()
    directory.long(0x0100, canvas.width)
    directory.long(0x0101, canvas.height)
    directory.short(0x0102, 8, 8, 8)
    directory.short(0x0103, 1)
    directory.short(0x0106, 2)
    directory.text(0x010E, description)
    directory.long(0x0111, 0)
    directory.short(0x0115, 3)
    directory.long(0x0116, canvas.height)
    directory.long(0x0117, canvas.pixels.count)
    directory.set(0x0111, 8 + directory.byteCount)
    return Array("II".utf8) + [42, 0, 8, 0, 0, 0] + directory.encoded(at: 8, next: 0)
        + canvas.pixels
}

/// The first 54 bytes of a 24-bit BMP; `width` × 3 must be a multiple of 4.
func bmpHeader(width: Int, height: Int) -> [UInt8] {
    var header = Array("BM".utf8)
    header.append32(little: 54 + width * height * 3)
    header.append32(little: 0)
    header.append32(little: 54)
    header.append32(little: 40)
    header.append32(little: width)
    header.append32(little: height)
    header.append16(little: 1)
    header.append16(little: 24)
    header.append32(little: 0)
    header.append32(little: width * height * 3)
    for value in [2835, 2835, 0, 0] { header.append32(little: value) }
    return header
}

func bmp(_ canvas: Canvas) -> [UInt8] {
    var file = bmpHeader(width: canvas.width, height: canvas.height)
    for y in (0..<canvas.height).reversed() {
        for x in 0..<canvas.width {
            let at = (y * canvas.width + x) * 3
            file += [canvas.pixels[at + 2], canvas.pixels[at + 1], canvas.pixels[at]]
        }
    }
    return file
}

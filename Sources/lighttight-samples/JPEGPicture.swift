/// An encoded picture that can be written again and again, each time with noise of its own.
struct JPEGPicture {
    let head: [UInt8]
    let words: [UInt64]
    /// The bits of `words` that any value may take.
    let free: [UInt64]
    let scanByteCount: Int

    /// A whole file. With `noise`, the free bits are drawn anew, so no two files have a scan in common;
    /// without, the picture is as it was drawn.
    func file(exif: [UInt8], noise: SeededGenerator?) -> [UInt8] {
        var file: [UInt8] = [0xFF, 0xD8]
        file.reserveCapacity(exif.count + head.count + scanByteCount * 65 / 64 + 64)
        if !exif.isEmpty {
            file += [0xFF, 0xE1]
            file.append16(big: exif.count + 2)
            file += exif
        }
        file += head
        var generator = noise
        for index in words.indices {
            var word = words[index]
            if let numbers = generator?.next() { word ^= numbers & free[index] }
            let count = min(8, scanByteCount - index * 8)
            for _ in 0..<count {
                word = word << 8 | word >> 56
                let byte = UInt8(truncatingIfNeeded: word)
                file.append(byte)
                if byte == 0xFF { file.append(0) }
            }
        }
        return file + [0xFF, 0xD9]
    }
}

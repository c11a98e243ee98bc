/// A film's boxes, without a frame in it.
package struct Film {
    package var brand = "qt  "
    package var keys: [(String, String)] = []
    /// Seconds since 1904.
    package var made = 0
    package var scale = 600
    package var length = 0
    package var width = 1920
    package var height = 1080
    /// The first four entries of the track's matrix: 1, 0, 0, 1 in fixed point leaves it as it is.
    package var turn: [Int] = [1 << 16, 0, 0, 1 << 16]
    package var userData: [UInt8] = []
    package var mediaByteCount = 64
    package var mediaComesFirst = false

    package init() {}

    package var encoded: [UInt8] {
        let matrix = { (turn: [Int]) -> [UInt8] in
            big(turn[0], 4) + big(turn[1], 4) + big(0, 4) + big(turn[2], 4) + big(turn[3], 4)
                + big(0, 4) + big(0, 4) + big(0, 4) + big(1 << 30, 4)
        }
        let head = fullBox(
            "mvhd",
            big(made, 4) + big(made, 4) + big(scale, 4) + big(length, 4) + big(1 << 16, 4)
                + big(256, 2) + big(0, 10) + matrix([1 << 16, 0, 0, 1 << 16]) + big(0, 28))
        let track = box(
            "trak",
            fullBox(
                "tkhd", flags: 3,
                big(made, 4) + big(made, 4) + big(1, 4) + big(0, 4) + big(length, 4) + big(0, 8)
                    + big(0, 8) + matrix(turn) + big(width << 16, 4) + big(height << 16, 4)))
        var names: [UInt8] = []
        var values: [UInt8] = []
        for (index, (key, value)) in keys.enumerated() {
            names += big(key.utf8.count + 8, 4) + Array("mdta".utf8) + Array(key.utf8)
            values += box(
                big(index + 1, 4), box("data", big(1, 4) + big(0, 4) + Array(value.utf8)))
        }
        let meta =
            keys.isEmpty
            ? []
            : box(
                "meta",
                fullBox("hdlr", big(0, 4) + Array("mdta".utf8) + big(0, 13))
                    + fullBox("keys", big(keys.count, 4) + names) + box("ilst", values))
        let data = userData.isEmpty ? [] : box("udta", userData)
        let movie = box("moov", head + track + data + meta)
        let media = box("mdat", [UInt8](repeating: 0, count: mediaByteCount))
        let start = box("ftyp", Array(brand.utf8) + big(0, 4) + Array(brand.utf8))
        return start + (mediaComesFirst ? media + movie : movie + media)
    }
}

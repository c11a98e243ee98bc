/// A baseline JPEG encoder (ITU-T T.81): grey or YCbCr 4:4:4, the standard Huffman tables.
struct JPEGEncoder {
    private let lumaTable: [Int]
    private let chromaTable: [Int]
    private let grey: Bool

    /// `quality` is 1…100 on the scale that libjpeg made common.
    init(quality: Int, grey: Bool = false) {
        let scale = quality < 50 ? 5000 / quality : 200 - 2 * quality
        lumaTable = Self.luma.map { min(255, max(1, ($0 * scale + 50) / 100)) }
        chromaTable = Self.chroma.map { min(255, max(1, ($0 * scale + 50) / 100)) }
        self.grey = grey
    }

    func encode(_ canvas: Canvas) -> JPEGPicture {
        var scan = ScanWriter()
        scan.reserve(canvas.width * canvas.height / 3)
        var block = JPEGBlock(lumaTable, chromaTable)
        for top in stride(from: 0, to: canvas.height, by: 8) {
            for left in stride(from: 0, to: canvas.width, by: 8) {
                block.load(canvas, left, top)
                block.write(0, to: &scan, .lumaDC, .lumaAC)
                if grey { continue }
                block.write(1, to: &scan, .chromaDC, .chromaAC)
                block.write(2, to: &scan, .chromaDC, .chromaAC)
            }
        }
        let count = scan.finish()
        return JPEGPicture(
            head: head(canvas.width, canvas.height), words: scan.words, free: scan.free,
            scanByteCount: count)
    }

    /// Everything between the Exif segment and the entropy-coded bits.
    private func head(_ width: Int, _ height: Int) -> [UInt8] {
        let components: [UInt8] = grey ? [1] : [1, 2, 3]
        var head: [UInt8] = []
        for (index, table) in [lumaTable, chromaTable].enumerated() {
            head += [0xFF, 0xDB, 0, 67, UInt8(index)] + Self.zigzag.map { UInt8(table[$0]) }
        }
        head += [0xFF, 0xC0]
        head.append16(big: 8 + 3 * components.count)
        head.append(8)
        head.append16(big: height)
        head.append16(big: width)
        head.append(UInt8(components.count))
        for component in components { head += [component, 0x11, component == 1 ? 0 : 1] }
        let tables: [(UInt8, HuffmanTable)] = [
            (0x00, .lumaDC), (0x10, .lumaAC), (0x01, .chromaDC), (0x11, .chromaAC),
        ]
        for (index, table) in tables {
            head += [0xFF, 0xC4]
            head.append16(big: 19 + table.symbols.count)
            head += [index] + table.counts + table.symbols
        }
        head += [0xFF, 0xDA]
        head.append16(big: 6 + 2 * components.count)
        head.append(UInt8(components.count))
        for component in components { head += [component, component == 1 ? 0x00 : 0x11] }
        return head + [0, 63, 0]
    }

    /// The order in which a block's coefficients are stored, as positions of the block's rows.
    static let zigzag: [Int] = {
        (0..<64).sorted { first, second in
            let (firstSum, secondSum) = (first / 8 + first % 8, second / 8 + second % 8)
            if firstSum != secondSum { return firstSum < secondSum }
            return firstSum % 2 == 0 ? first > second : first < second
        }
    }()

    private static let luma = [
        16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55,
        14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
        18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92,
        49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
    ]
    private static let chroma: [Int] = {
        let corner = [[17, 18, 24, 47], [18, 21, 26, 66], [24, 26, 56, 99], [47, 66, 99, 99]]
        return (0..<64).map { $0 / 8 < 4 && $0 % 8 < 4 ? corner[$0 / 8][$0 % 8] : 99 }
    }()
}

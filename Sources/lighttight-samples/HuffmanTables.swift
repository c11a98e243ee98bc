/// The tables every baseline JPEG may use (ITU-T T.81 annex K).
struct HuffmanTable {
    /// Length 16: how many codes there are of 1, 2, … 16 bits.
    let counts: [UInt8]
    let symbols: [UInt8]
    /// By symbol: the code, and its length in bits (0 where there is none).
    let codes: [UInt32]
    let lengths: [Int]

    init(_ counts: [UInt8], _ symbols: [UInt8]) {
        self.counts = counts
        self.symbols = symbols
        var codes = [UInt32](repeating: 0, count: 256)
        var lengths = [Int](repeating: 0, count: 256)
        var code: UInt32 = 0
        var rest = symbols[...]
        for (index, count) in counts.enumerated() {
            for _ in 0..<count {
                let symbol = Int(rest.removeFirst())
                codes[symbol] = code
                lengths[symbol] = index + 1
                code += 1
            }
            code <<= 1
        }
        self.codes = codes
        self.lengths = lengths
    }

    static let lumaDC = HuffmanTable(
        [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0], [UInt8](0...11))
    static let chromaDC = HuffmanTable(
        [0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0], [UInt8](0...11))
    static let lumaAC = HuffmanTable(
        [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125],
        [
            0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51,
            0x61, 0x07, 0x22, 0x71, 0x14, 0x32, 0x81, 0x91, 0xA1, 0x08, 0x23, 0x42, 0xB1, 0xC1,
            0x15, 0x52, 0xD1, 0xF0, 0x24, 0x33, 0x62, 0x72, 0x82, 0x09, 0x0A,
        ] + runs([6, 5, 4, 3, 3, 3, 3, 3, 2, 2, 2, 2, 2, 1, 1], from: 1))
    static let chromaAC = HuffmanTable(
        [0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 119],
        [
            0x00, 0x01, 0x02, 0x03, 0x11, 0x04, 0x05, 0x21, 0x31, 0x06, 0x12, 0x41, 0x51, 0x07,
            0x61, 0x71, 0x13, 0x22, 0x32, 0x81, 0x08, 0x14, 0x42, 0x91, 0xA1, 0xB1, 0xC1, 0x09,
            0x23, 0x33, 0x52, 0xF0, 0x15, 0x62, 0x72, 0xD1, 0x0A, 0x16, 0x24, 0x34, 0xE1, 0x25,
            0xF1,
        ] + runs([7, 6, 5, 3, 3, 3, 3, 2, 2, 2, 2, 2, 2, 2, 2], from: 1))

    /// The tail of an AC table, which is regular: for each run length the sizes `firsts[…]...10`.
    private static func runs(_ firsts: [UInt8], from run: UInt8) -> [UInt8] {
        var symbols: [UInt8] = []
        for (index, first) in firsts.enumerated() where first <= 10 {
            let high = (UInt8(index) + run) << 4
            symbols += (first...10).map { high | $0 }
        }
        return symbols
    }
}

import Glibc

/// The three colour planes of one 8 × 8 block, on their way to coefficients and bits.
struct JPEGBlock {
    /// By plane and row: the samples, and after the transform the transposed coefficients.
    private var rows = [SIMD8<Float>](repeating: .zero, count: 24)
    private var half = [Float](repeating: 0, count: 64)
    private var transposed = [Float](repeating: 0, count: 64)
    private var coefficients = [Int](repeating: 0, count: 64)
    private var lastDC = [0, 0, 0]
    /// By plane and column: one over the quantisation steps.
    private let scales: [SIMD8<Float>]
    private let order = JPEGEncoder.zigzag.map { $0 % 8 * 8 + $0 / 8 }
    /// Row `u`, column `x` of the cosine transform at `u * 8 + x`.
    private let cosines: [Float] = (0..<64).map { at in
        let height = at < 8 ? 0.125.squareRoot() : 0.5
        return Float(height * cos(Double((2 * (at % 8) + 1) * (at / 8)) * Double.pi / 16))
    }

    init(_ luma: [Int], _ chroma: [Int]) {
        scales = [luma, chroma, chroma].flatMap { table in
            (0..<8).map { column in
                var scale = SIMD8<Float>()
                for row in 0..<8 { scale[row] = 1 / Float(table[row * 8 + column]) }
                return scale
            }
        }
    }

    /// Takes 8 × 8 pixels; beyond the edges the last column and row are repeated.
    mutating func load(_ canvas: Canvas, _ left: Int, _ top: Int) {
        canvas.pixels.withUnsafeBufferPointer { pixels in
            for y in 0..<8 {
                let start = min(canvas.height - 1, top + y) * canvas.width
                var red = SIMD8<Float>()
                var green = SIMD8<Float>()
                var blue = SIMD8<Float>()
                for x in 0..<8 {
                    let at = (start + min(canvas.width - 1, left + x)) * 3
                    red[x] = Float(pixels[at])
                    green[x] = Float(pixels[at + 1])
                    blue[x] = Float(pixels[at + 2])
                }
                rows[y] = 0.299 * red + 0.587 * green + 0.114 * blue - 128
                rows[y + 8] = -0.168736 * red - 0.331264 * green + 0.5 * blue
                rows[y + 16] = 0.5 * red - 0.418688 * green - 0.081312 * blue
            }
        }
    }

    mutating func write(
        _ plane: Int, to scan: inout ScanWriter, _ dc: HuffmanTable, _ ac: HuffmanTable
    ) {
        transform(plane)
        let difference = coefficients[0] - lastDC[plane]
        lastDC[plane] = coefficients[0]
        let size = bitCount(difference)
        scan.append(dc.codes[size], dc.lengths[size])
        scan.append(amplitude(difference, size), size)

        var run = 0
        for index in 1..<64 {
            let value = coefficients[index]
            if value == 0 {
                run += 1
                continue
            }
            while run > 15 {
                scan.append(ac.codes[0xF0], ac.lengths[0xF0])
                run -= 16
            }
            let size = bitCount(value)
            let symbol = run << 4 | size
            scan.append(ac.codes[symbol], ac.lengths[symbol])
            // Low frequencies keep sign and size, or the drawing would drown in the noise.
            let freeBits = index > 14 || (index > 3 && size == 1) ? size : size - 1
            scan.append(amplitude(value, size), size, free: (1 << UInt32(freeBits)) - 1)
            run = 0
        }
        if run > 0 { scan.append(ac.codes[0], ac.lengths[0]) }
    }

    /// Cosine transform, quantisation and zigzag order, from `rows` into `coefficients`.
    private mutating func transform(_ plane: Int) {
        pass(plane)
        for y in 0..<8 {
            for x in 0..<8 { transposed[x * 8 + y] = half[y * 8 + x] }
        }
        for x in 0..<8 {
            var row = SIMD8<Float>()
            for y in 0..<8 { row[y] = transposed[x * 8 + y] }
            rows[plane * 8 + x] = row
        }
        pass(plane)
        for column in 0..<8 {
            var row = SIMD8<Float>()
            for y in 0..<8 { row[y] = half[column * 8 + y] }
            row = (row * scales[plane * 8 + column]).rounded(.toNearestOrEven)
            for y in 0..<8 { half[column * 8 + y] = row[y] }
        }
        for index in 0..<64 {
            coefficients[index] = min(1023, max(-1023, Int(half[order[index]])))
        }
    }

    /// One direction of the transform, from the plane's rows into `half`.
    private mutating func pass(_ plane: Int) {
        for u in 0..<8 {
            var sum = SIMD8<Float>()
            for y in 0..<8 { sum += cosines[u * 8 + y] * rows[plane * 8 + y] }
            for x in 0..<8 { half[u * 8 + x] = sum[x] }
        }
    }

    private func bitCount(_ value: Int) -> Int { Int.bitWidth - abs(value).leadingZeroBitCount }

    private func amplitude(_ value: Int, _ size: Int) -> UInt32 {
        UInt32(value < 0 ? value + (1 << size) - 1 : value)
    }
}

import Glibc
package import VaultFormat

/// PDQ, a hash by which a picture is found again after it was made smaller, compressed or brightened.
///
/// Written from its description: Davis and Rosen, "The TMK+PDQF Video-Hashing Algorithm and the PDQ
/// Image-Hashing Algorithm", Facebook 2019. The picture's luminance is smoothed twice by a box in
/// each direction and sampled at 64 × 64 points; of its cosine transform the 16 × 16 lowest
/// frequencies but the constant ones each give a bit: whether they lie above the median.
package struct PDQ {
    /// 16 × 16 frequencies, row by row, from 1 to 16 in each direction.
    private let frequencies: [Float]
    package let quality: UInt8

    private static let side = 64
    private static let kept = 16
    private static let shortestSide = 5
    package static let largestSide = 512

    /// - Parameters:
    ///   - pixels: red, green and blue, row by row, nothing between the rows.
    ///   - isSmallCopy: whether these are the pixels of a small copy of a large picture.
    /// - Returns: `nil` when a side is shorter than 5 pixels.
    package init?(
        pixels: UnsafeRawBufferPointer, width: Int, height: Int, isSmallCopy: Bool = false
    ) {
        guard min(width, height) >= Self.shortestSide else { return nil }
        precondition(pixels.count == width * height * 3, "three bytes a pixel")
        // Larger pictures are squeezed into a square first, whatever their shape, by taking one pixel
        // in so many: PDQ's own program does so, and hashes are to be like everybody's.
        let isLarge = isSmallCopy || max(width, height) > Self.largestSide
        let columns = isLarge ? Self.largestSide : width
        let rows = isLarge ? Self.largestSide : height
        var light = [Float](unsafeUninitializedCapacity: columns * rows) { light, count in
            for row in 0..<rows {
                let line = row * height / rows * width
                for column in 0..<columns {
                    let at = 3 * (line + column * width / columns)
                    light[row * columns + column] =
                        0.299 * Float(pixels[at]) + 0.587 * Float(pixels[at + 1])
                        + 0.114 * Float(pixels[at + 2])
                }
            }
            count = columns * rows
        }
        var other = light
        for _ in 0..<2 {
            Self.smooth(light, into: &other, lines: rows, step: columns, count: columns, stride: 1)
            Self.smooth(other, into: &light, lines: columns, step: 1, count: rows, stride: columns)
        }
        let samples = Self.sample(light, columns, rows)
        quality = Self.quality(samples)
        frequencies = Self.transform(samples)
    }

    package var hash: PictureHash { PictureHash(bytes: bits(Turn()), quality: quality) }

    /// The hashes of the picture's eight turns, without looking at it again: what mirrors a picture
    /// changes the sign of its odd frequencies, what mirrors it along a diagonal swaps rows and
    /// columns. Spec 10 §7 says the order.
    package var turns: [[UInt8]] {
        [
            Turn(), Turn(swap: true, down: true), Turn(across: true, down: true),
            Turn(swap: true, across: true), Turn(down: true), Turn(across: true), Turn(swap: true),
            Turn(swap: true, across: true, down: true),
        ].map(bits)
    }

    private struct Turn {
        var swap = false
        var across = false
        var down = false
    }

    /// A bit for each frequency: whether it lies above the median. The last one comes first, as PDQ
    /// prints them.
    private func bits(_ turn: Turn) -> [UInt8] {
        let values = frequencies.indices.map { place -> Float in
            let (row, column) = (place / Self.kept, place % Self.kept)
            let value = frequencies[turn.swap ? column * Self.kept + row : place]
            // Frequencies count from 1, so the odd ones are at even places.
            let flips = (turn.across && column % 2 == 0) != (turn.down && row % 2 == 0)
            return flips ? -value : value
        }
        let median = values.sorted()[values.count / 2 - 1]
        var bytes = [UInt8](repeating: 0, count: PictureHash.byteCount)
        for (index, value) in values.enumerated() where value > median {
            bytes[PictureHash.byteCount - 1 - index / 8] |= 1 << UInt8(index % 8)
        }
        return bytes
    }

    /// The mean of a window that slides along each line; at the ends it is cut off.
    private static func smooth(
        _ from: [Float], into: inout [Float], lines: Int, step: Int, count: Int, stride: Int
    ) {
        // A 128th of the side, so that two passes blur what 64 samples cannot hold.
        let window = (count + 127) / 128
        let ahead = (window + 2) / 2 - 1
        from.withUnsafeBufferPointer { from in
            into.withUnsafeMutableBufferPointer { into in
                for line in 0..<lines {
                    let base = line * step
                    var sum: Float = 0
                    var held = 0
                    for index in 0..<count + ahead {
                        if index < count {
                            sum += from[base + index * stride]
                            held += 1
                        }
                        if index >= window {
                            sum -= from[base + (index - window) * stride]
                            held -= 1
                        }
                        if index >= ahead {
                            into[base + (index - ahead) * stride] = sum / Float(held)
                        }
                    }
                }
            }
        }
    }

    /// The middle of each of 64 × 64 fields.
    private static func sample(_ light: [Float], _ width: Int, _ height: Int) -> [Float] {
        (0..<side * side).map { place in
            let y = (2 * (place / side) + 1) * height / (2 * side)
            let x = (2 * (place % side) + 1) * width / (2 * side)
            return light[y * width + x]
        }
    }

    /// How much neighbouring samples differ, 0 to 100.
    private static func quality(_ samples: [Float]) -> UInt8 {
        var sum = 0
        for row in 0..<side {
            for column in 0..<side {
                let value = samples[row * side + column]
                if row + 1 < side { sum += steps(value - samples[(row + 1) * side + column]) }
                if column + 1 < side { sum += steps(value - samples[row * side + column + 1]) }
            }
        }
        return UInt8(min(100, sum / 90))
    }

    private static func steps(_ difference: Float) -> Int { abs(Int(difference * 100 / 255)) }

    private static let cosines: [Float] = (0..<kept * side).map { place in
        let (frequency, sample) = (place / side + 1, place % side)
        let angle = Double.pi / Double(2 * side) * Double(frequency * (2 * sample + 1))
        return Float((2.0 / Double(side)).squareRoot() * cos(angle))
    }

    private static func transform(_ samples: [Float]) -> [Float] {
        let cosines = cosines
        var half = [Float](repeating: 0, count: kept * side)
        for row in 0..<kept {
            for column in 0..<side {
                var sum: Float = 0
                for index in 0..<side {
                    sum += cosines[row * side + index] * samples[index * side + column]
                }
                half[row * side + column] = sum
            }
        }
        var result = [Float](repeating: 0, count: kept * kept)
        for row in 0..<kept {
            for column in 0..<kept {
                var sum: Float = 0
                for index in 0..<side {
                    sum += half[row * side + index] * cosines[column * side + index]
                }
                result[row * kept + column] = sum
            }
        }
        return result
    }
}

import Glibc

struct Colour {
    var red, green, blue: Double

    func mixed(with other: Colour, _ share: Double) -> Colour {
        Colour(
            red: red + (other.red - red) * share, green: green + (other.green - green) * share,
            blue: blue + (other.blue - blue) * share)
    }

    static func random(_ generator: inout SeededGenerator, _ low: Double, _ high: Double) -> Colour
    {
        Colour(
            red: low + (high - low) * generator.fraction(),
            green: low + (high - low) * generator.fraction(),
            blue: low + (high - low) * generator.fraction())
    }
}

/// A drawing surface of RGB bytes, row by row from the top.
struct Canvas {
    let width: Int
    let height: Int
    private(set) var pixels: [UInt8]

    init(width: Int, height: Int) {
        self.width = width
        self.height = height
        pixels = [UInt8](repeating: 0, count: width * height * 3)
    }

    mutating func set(_ x: Int, _ y: Int, _ colour: Colour) {
        let at = (y * width + x) * 3
        pixels[at] = UInt8(min(255, max(0, colour.red)))
        pixels[at + 1] = UInt8(min(255, max(0, colour.green)))
        pixels[at + 2] = UInt8(min(255, max(0, colour.blue)))
    }

    mutating func gradient(from top: Colour, to bottom: Colour) {
        for y in 0..<height {
            let colour = top.mixed(with: bottom, Double(y) / Double(height))
            for x in 0..<width { set(x, y, colour) }
        }
    }

    mutating func ellipse(
        _ centreX: Double, _ centreY: Double, _ radiusX: Double, _ radiusY: Double, _ colour: Colour
    ) {
        let first = max(0, Int(centreY - radiusY))
        let last = min(height, Int(centreY + radiusY) + 1)
        for y in first..<max(first, last) {
            let part = (Double(y) - centreY) / radiusY
            guard part * part < 1 else { continue }
            let half = radiusX * (1 - part * part).squareRoot()
            let left = max(0, Int(centreX - half))
            let right = min(width, Int(centreX + half) + 1)
            for x in left..<max(left, right) { set(x, y, colour) }
        }
    }

    /// Fills everything below a wavy line.
    mutating func hill(_ level: Double, _ swing: Double, _ waves: Double, _ colour: Colour) {
        for x in 0..<width {
            let turn = Double(x) / Double(width) * waves
            let edge = Double(height) * (level + swing * (sin(turn) + 0.4 * sin(2.7 * turn + 1)))
            for y in max(0, min(height, Int(edge)))..<height { set(x, y, colour) }
        }
    }

    /// Grain as a sensor makes it: each pixel lighter or darker by up to `amplitude`, all channels alike.
    mutating func grain(_ amplitude: Int, _ generator: inout SeededGenerator) {
        guard amplitude > 0 else { return }
        var numbers: UInt64 = 0
        for index in 0..<width * height {
            if index & 3 == 0 { numbers = generator.next() }
            let shift = ((Int(numbers & 0xFFFF) * (2 * amplitude + 1)) >> 16) - amplitude
            numbers >>= 16
            for at in index * 3..<index * 3 + 3 {
                pixels[at] = UInt8(min(255, max(0, Int(pixels[at]) + shift)))
            }
        }
    }

    /// A smaller copy, each pixel taken from the middle of what it stands for.
    func reduced(toWidth newWidth: Int) -> Canvas {
        var small = Canvas(width: newWidth, height: max(1, height * newWidth / width))
        for y in 0..<small.height {
            for x in 0..<small.width {
                let from = ((2 * y + 1) * height / (2 * small.height)) * width
                let at = (from + (2 * x + 1) * width / (2 * small.width)) * 3
                let to = (y * small.width + x) * 3
                for channel in 0..<3 { small.pixels[to + channel] = pixels[at + channel] }
            }
        }
        return small
    }
}

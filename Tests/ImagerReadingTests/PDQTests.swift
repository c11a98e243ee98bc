import Testing
import VaultFormat

@testable import ImagerReading

@Suite("PDQ")
struct PDQTests {
    /// Pixels by a rule that any language can follow.
    private static func pixels(_ width: Int, _ height: Int) -> [UInt8] {
        var pixels: [UInt8] = []
        for y in 0..<height {
            for x in 0..<width {
                let red: Int = x * x + 3 * y + x * y / 7
                let green: Int = 5 * x + y * y / 3
                let blue: Int = x * y / 5 + 11 * x
                pixels += [UInt8(red % 256), UInt8(green % 256), UInt8(blue % 256)]
            }
        }
        return pixels
    }

    private static func pdq(_ pixels: [UInt8], _ width: Int, _ height: Int) -> PDQ? {
        pixels.withUnsafeBytes { PDQ(pixels: $0, width: width, height: height) }
    }

    /// Computed by PDQ's reference implementation (pdqhash 0.2.8, which wraps the C++ of
    /// ThreatExchange) of the same pixels.
    @Test(
        "the same pixels have the same hash, quality and turns as by the reference implementation",
        arguments: PDQReference.cases)
    func reference(reference: PDQReference) throws {
        let (width, height) = (reference.width, reference.height)
        let pdq = try #require(Self.pdq(Self.pixels(width, height), width, height))
        #expect(pdq.hash.hex == reference.turns[0])
        #expect(pdq.quality == reference.quality)
        #expect(pdq.turns.map(Hex.encode) == reference.turns)
    }

    @Test("a side of four pixels is too short, and one colour has no quality")
    func limits() throws {
        #expect(Self.pdq(Self.pixels(4, 100), 4, 100) == nil)
        #expect(Self.pdq(Self.pixels(100, 4), 100, 4) == nil)
        let grey = try #require(Self.pdq([UInt8](repeating: 128, count: 300), 10, 10))
        #expect(grey.quality == 0)
    }

    @Test("the distance counts bits")
    func distance() {
        let hash = PictureHash(bytes: [UInt8](repeating: 0xF0, count: 32), quality: 100)
        #expect(hash.distance(to: hash.bytes) == 0)
        #expect(hash.distance(to: [UInt8](repeating: 0x0F, count: 32)) == 256)
        #expect(hash.distance(to: [0xF1] + hash.bytes.dropFirst()) == 1)
    }
}

import Testing
import VaultFormat

@testable import VaultImaging
@testable import lighttight_samples

@Suite("Marks over renditions. Spec 10 §9.")
struct MarkTests {
    private static func crew(_ mark: String) throws -> ImagingCrew {
        var program = Programs.imager
        program.mark = try ImagerMark(mark)
        return ImagingCrew(program, workers: 1)
    }

    /// The darkest and the lightest value in a rendition of a picture of one shade.
    private static func range(
        _ crew: ImagingCrew, _ shade: Double, width: Int = 384, height: Int = 256
    ) throws -> ClosedRange<UInt8> {
        var canvas = Canvas(width: width, height: height)
        for y in 0..<height {
            for x in 0..<width { canvas.set(x, y, Colour(red: shade, green: shade, blue: shade)) }
        }
        let look = try crew.look(png(canvas), [.rendition, .thumbnail], side: 2048)
        let rendition = try #require(look.previews?.rendition)
        #expect(rendition.size == PixelSize(width: UInt32(width), height: UInt32(height)))
        // The thumbnail is the vault's own, and bears none.
        let own = try pixels(crew, #require(look.previews?.thumbnail).jpeg)
        #expect(own.upperBound - own.lowerBound < 8)
        return try pixels(crew, rendition.jpeg)
    }

    private static func pixels(
        _ crew: ImagingCrew, _ jpeg: [UInt8]
    ) throws -> ClosedRange<UInt8> {
        let bytes = try #require(try crew.look(jpeg, .pixels).previews?.pixels).bytes
        return try #require(bytes.min())...#require(bytes.max())
    }

    @Test(
        "it shows in dark pictures and in light ones, of whatever shape",
        arguments: [(384, 256), (256, 384), (64, 64), (900, 5)])
    func seen(_ width: Int, _ height: Int) throws {
        let crew = try Self.crew("For Grandma & Co <i>")
        let dark = try Self.range(crew, 0, width: width, height: height)
        let light = try Self.range(crew, 255, width: width, height: height)
        guard height > 5 else { return }
        #expect(dark.upperBound > 90 && dark.lowerBound < 8)
        #expect(light.lowerBound < 200 && light.upperBound > 247)
    }

    @Test("a long one, and one of a single character, are drawn as well")
    func lengths() throws {
        for text in [String(repeating: "Wg", count: 50), "i", "Ωж é"] {
            #expect(try Self.range(Self.crew(text), 0).upperBound > 60, "\(text)")
        }
    }

    @Test("where a letter has no font nothing is decoded, rather than left without a mark")
    func noFont() throws {
        let crew = try Self.crew("A\u{10FFFD}")
        #expect(throws: ImagingError.noFont) { try crew.check() }
    }

    @Test("without a mark there is none")
    func unmarked() throws {
        let crew = ImagingCrew(Programs.imager, workers: 1)
        let range = try Self.range(crew, 0)
        #expect(range.upperBound < 8)
    }
}

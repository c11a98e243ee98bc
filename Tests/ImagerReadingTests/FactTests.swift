import PictureSamples
import Testing
import VaultFormat

@testable import ImagerReading

@Suite("Facts of pictures")
struct FactTests {
    /// An Exif structure as a telephone writes it.
    static func exif(
        orientation: Int = 6, taken: String = "2026:11:21 10:00:00", zone: String? = "+01:00",
        more: [(tag: Int, value: TIFFBuilder.Value)] = []
    ) -> TIFFBuilder {
        var builder = TIFFBuilder()
        builder.directories = [
            [
                (0x010E, .text("The sea at noon")), (0x010F, .text("Example")),
                (0x0110, .text("Lightbox 3")), (0x0112, .short(orientation)),
                (0x8769, .directory(1)), (0x8825, .directory(2)),
            ],
            [(0x9003, .text(taken))] + (zone.map { [(0x9011, .text($0))] } ?? [])
                + [(0x9291, .bytes(Array("25\0\0\0".utf8))), (0xA434, .text("35 mm f/2"))] + more,
            [
                (0x0001, .text("S")), (0x0002, .rationals([(33, 1), (51, 1), (2_500, 100)])),
                (0x0003, .text("W")), (0x0004, .rationals([(18, 1), (25, 1), (0, 1)])),
                (0x0005, .short(0)), (0x0006, .rationals([(1234, 100)])),
                (0x0007, .rationals([(8, 1), (59, 1), (58, 1)])), (0x001D, .text("2026:11:21")),
            ],
        ]
        return builder
    }

    @Test("a JPEG's Exif gives camera, lens, time with zone, place and size as it is seen")
    func jpeg() throws {
        let facts = try reading(
            jpegHead(width: 4000, height: 3000, segments: [exifSegment(Self.exif().encoded)])
        ).facts
        #expect(facts.kind == .jpeg)
        #expect(facts.size == PixelSize(width: 3000, height: 4000))
        #expect(facts.orientation == 6)
        #expect(facts.maker == "Example")
        #expect(facts.model == "Lightbox 3")
        #expect(facts.lens == "35 mm f/2")
        #expect(facts.caption == "The sea at noon")
        #expect(
            facts.taken
                == CaptureTime(
                    local: clock(2026, 11, 21, 10), milliseconds: 250, minutesEast: 60,
                    source: .exif))
        #expect(facts.taken?.instant == clock(2026, 11, 21, 9))
        #expect(
            facts.place
                == Place(latitude: -338_569_444, longitude: -184_166_667, altitude: 1234))
        #expect(!facts.isIncomplete)
    }

    @Test("the time is Exif's own, else GPS's, else XMP's; DateTime is not taken for it")
    func times() throws {
        let xmp = xmpSegment(
            """
            <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description
            xmp:CreateDate="2001-02-03T04:05:06.789-09:30"/></rdf:RDF></x:xmpmeta>
            """)
        var exif = Self.exif()
        func taken(_ builder: TIFFBuilder) throws -> CaptureTime? {
            try reading(
                jpegHead(width: 8, height: 8, segments: [exifSegment(builder.encoded), xmp])
            ).facts.taken
        }
        #expect(try taken(exif)?.source == .exif)
        exif.directories[1].removeFirst(2)
        #expect(
            try taken(exif)
                == CaptureTime(local: clock(2026, 11, 21, 8, 59, 58), minutesEast: 0, source: .gps))
        exif.directories[2].removeAll()
        exif.directories[0].append((0x0132, .text("2026:11:22 10:00:00")))
        #expect(
            try taken(exif)
                == CaptureTime(
                    local: clock(2001, 2, 3, 4, 5, 6), milliseconds: 789, minutesEast: -570,
                    source: .xmp))
    }

    @Test(
        "a clock that was never set, or shows what cannot be, gives no time",
        arguments: [
            ("0000:00:00 00:00:00", false), ("    :  :     :  :  ", false),
            ("2026:02:29 10:00:00", true), ("2026:13:01 10:00:00", true),
            ("9999:01:01 00:00:00", true), ("2026:11:21 24:00:00", true),
        ])
    func clocks(text: String, isComplaint: Bool) throws {
        var exif = Self.exif(taken: text, zone: nil)
        exif.directories[2].removeAll()
        let facts = try reading(
            jpegHead(width: 8, height: 8, segments: [exifSegment(exif.encoded)])
        ).facts
        #expect(facts.taken == nil)
        #expect(facts.isIncomplete == isComplaint)
    }

    @Test("every day from 1800 to 2199 is where counting puts it")
    func days() {
        for year in stride(from: 1800, through: 2199, by: 1) {
            for (month, day) in [(1, 1), (2, 28), (3, 1), (7, 31), (12, 31)] {
                #expect(
                    ClockText.seconds(
                        year: year, month: month, day: day, hour: 0, minute: 0, second: 0)
                        == clock(year, month, day))
            }
        }
        #expect(CaptureTime.locals.lowerBound == clock(1800, 1, 1))
        #expect(CaptureTime.locals.upperBound == clock(2199, 12, 31, 23, 59, 59))
    }

    @Test("XMP gives caption, keywords and rating, whatever its entities and comments")
    func xmp() throws {
        let packet = """
            <?xpacket begin='x'?><!-- <dc:subject> --><x:xmpmeta><rdf:RDF>
            <rdf:Description xmp:Rating='4'>
            <dc:description><rdf:Alt><rdf:li xml:lang="x-default">Fish &amp; chips &#x2014;
            two</rdf:li></rdf:Alt></dc:description>
            <dc:subject><rdf:Bag><rdf:li>sea</rdf:li><rdf:li>caf\u{E9}</rdf:li><rdf:li/>
            </rdf:Bag></dc:subject></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end='w'?>
            """
        let facts = try reading(jpegHead(width: 8, height: 8, segments: [xmpSegment(packet)])).facts
        #expect(facts.caption == "Fish & chips \u{2014}\ntwo")
        #expect(facts.keywords == ["sea", "caf\u{E9}"])
        #expect(facts.rating == 4)
        #expect(!facts.isIncomplete)
    }

    @Test("a film tells time with zone, camera, place, length, and how it is turned")
    func film() throws {
        var film = Film()
        film.keys = [
            ("com.apple.quicktime.make", "Example"), ("com.apple.quicktime.model", "Phone 9"),
            ("com.apple.quicktime.creationdate", "2026-11-21T10:00:00+0100"),
            ("com.apple.quicktime.location.ISO6709", "+48.8577+002.2950+035.250/"),
            ("com.apple.quicktime.content.identifier", "A1B2-C3"),
        ]
        film.made = 3_846_560_400
        film.length = 1500
        film.turn = [0, 1 << 16, -1 << 16, 0]
        film.mediaComesFirst = true
        let facts = try reading(film.encoded).facts
        #expect(facts.kind == .quickTime)
        #expect(facts.size == PixelSize(width: 1080, height: 1920))
        #expect(facts.milliseconds == 2500)
        #expect(facts.maker == "Example")
        #expect(facts.model == "Phone 9")
        #expect(facts.pairing == "A1B2-C3")
        #expect(
            facts.taken
                == CaptureTime(local: clock(2026, 11, 21, 10), minutesEast: 60, source: .film))
        #expect(facts.place == Place(latitude: 488_577_000, longitude: 22_950_000, altitude: 3525))
        #expect(try reading(film.encoded).shown == .nothing(.noPicture))

        film.keys = []
        film.brand = "isom"
        film.userData = box(
            [0xA9] + Array("xyz".utf8), big(18, 2) + big(0, 2) + Array("-33.8567-018.4160/".utf8))
        let plain = try reading(film.encoded).facts
        #expect(plain.kind == .mp4)
        // 2025-11-21T09:00:00Z.
        #expect(plain.taken?.local == Int64(1_763_715_600))
        #expect(plain.taken?.minutesEast == 0)
        #expect(plain.place == Place(latitude: -338_567_000, longitude: -184_160_000))
    }

    @Test("of a film of 40 GB little more than its heads is read")
    func longFilm() throws {
        var film = Film()
        film.keys = [("com.apple.quicktime.model", "Phone 9")]
        let start = box("ftyp", Array("qt  ".utf8) + big(0, 4))
        let length = UInt64(40) << 30
        let head = start + big(1, 4) + Array("mdat".utf8) + big(Int(length), 8)
        let source = MemorySource(head, byteCount: UInt64(start.count) + length)
        let facts = try PictureReading.read(source).facts
        #expect(facts.kind == .quickTime)
        // Its end has no movie: that is told.
        #expect(facts.isIncomplete)
        #expect(source.bytesRead < 1 << 18)
    }

    @Test("frames are counted: animated GIF, PNG and WebP, and pages of TIFF")
    func frames() throws {
        let frame: [UInt8] =
            [0x21, 0xF9, 4, 0, 0, 0, 0, 0, 0x2C] + [UInt8](repeating: 0, count: 9)
            + [2, 1, 0x44, 0]
        let gif =
            Array("GIF89a".utf8) + little(10, 2) + little(20, 2) + [0, 0, 0] + frame + frame + frame
            + [0x3B]
        #expect(try reading(gif).facts.frameCount == 3)
        #expect(try reading(gif).facts.size == PixelSize(width: 10, height: 20))
        let png =
            pngMark + pngChunk("IHDR", big(7, 4) + big(9, 4) + [8, 2, 0, 0, 0])
            + pngChunk("acTL", big(12, 4) + big(0, 4)) + pngChunk("IEND", [])
        #expect(try reading(png).facts.frameCount == 12)
        #expect(try reading(png).facts.size == PixelSize(width: 7, height: 9))
        func chunk(_ name: String, _ body: [UInt8]) -> [UInt8] {
            Array(name.utf8) + little(body.count, 4) + body
        }
        let chunks =
            chunk("VP8X", [2, 0, 0, 0] + little(99, 3) + little(49, 3))
            + chunk("ANMF", [0, 0]) + chunk("ANMF", [0, 0])
        let webp = Array("RIFF".utf8) + little(chunks.count + 4, 4) + Array("WEBP".utf8) + chunks
        #expect(try reading(webp).facts.frameCount == 2)
        #expect(try reading(webp).facts.size == PixelSize(width: 100, height: 50))
        var tiff = TIFFBuilder()
        tiff.directories = [[(0x0100, .long(5)), (0x0101, .long(6))], [(0x0100, .long(5))]]
        tiff.chain = 2
        #expect(try reading(tiff.encoded).facts.frameCount == 2)
        #expect(try reading(tiff.encoded).facts.size == PixelSize(width: 5, height: 6))
    }
}

import PictureSamples
import Testing
import VaultFormat

@testable import ImagerReading

/// Raw files are built here after their published descriptions.
@Suite("Raw pictures and HEIF")
struct RawTests {
    private static let small = jpegHead(width: 160, height: 120)
    private static let large = jpegHead(width: 1620, height: 1080, frame: 0xC2)
    /// What a raw converter decodes: lossless.
    private static let lossless = jpegHead(width: 6000, height: 4000, frame: 0xC3)

    private static func raw(
        _ maker: String, first: [(tag: Int, value: TIFFBuilder.Value)] = []
    ) -> TIFFBuilder {
        var builder = TIFFBuilder()
        builder.pieces = [small, large, lossless]
        builder.directories = [
            [
                (0x0100, .long(160)), (0x0101, .long(120)), (0x010F, .text(maker)),
                (0x0110, .text("Body 1")), (0x0112, .short(8)), (0x0111, .placeOf(0)),
                (0x0117, .lengthOf(0)), (0x014A, .directory(1)), (0x8769, .directory(3)),
            ] + first,
            // The preview.
            [(0x0201, .placeOf(1)), (0x0202, .lengthOf(1)), (0x014A, .directory(2))],
            [],
            [(0x9003, .text("2026:11:21 10:00:00"))],
        ]
        return builder
    }

    /// The sensor's own directory hangs on the main one beside the preview's.
    private static func withSensor(_ builder: TIFFBuilder) -> [UInt8] {
        var builder = builder
        builder.directories[1] = [(0x0201, .placeOf(1)), (0x0202, .lengthOf(1))]
        builder.directories[2] = [
            (0x0100, .long(6000)), (0x0101, .long(4000)), (0x0103, .short(7)),
            (0x0106, .short(32_803)), (0x0111, .placeOf(2)), (0x0117, .lengthOf(2)),
        ]
        builder.chain = 3
        return builder.encoded
    }

    @Test(
        "a raw file is told by its content, and shown by its largest plain JPEG",
        arguments: [
            ("NIKON CORPORATION", PictureKind.nef), ("SONY", .arw), ("PENTAX", .pef),
            ("SAMSUNG", .srw), ("Somebody else", .raw),
        ])
    func kinds(maker: String, kind: PictureKind) throws {
        let file = Self.withSensor(Self.raw(maker))
        let reading = try reading(file)
        #expect(reading.facts.kind == kind)
        #expect(reading.facts.maker == maker)
        #expect(reading.facts.size == PixelSize(width: 4000, height: 6000))
        #expect(reading.facts.taken?.local == clock(2026, 11, 21, 10))
        #expect(reading.turn == 8)
        guard case .embedded(let offset, let count) = reading.shown else {
            Issue.record("nothing to show")
            return
        }
        #expect(Array(file[Int(offset)..<Int(offset + count)]) == Self.large)
    }

    @Test("DNG is told by its own tag, CR2, RW2 and ORF by their marks")
    func marks() throws {
        let dng = Self.raw("Somebody", first: [(0xC612, .bytes([1, 4, 0, 0]))])
        #expect(try reading(dng.encoded).facts.kind == .dng)
        var cr2 = Self.raw("Canon").encoded
        // Its mark stands where the first directory usually begins, so the reader is led around it.
        cr2 = Array(cr2[0..<4]) + little(16, 4) + Array("CR\u{2}\0\0\0\0\0".utf8) + cr2[8...]
        #expect(try reading(cr2).facts.kind == .cr2)
        var rw2 = TIFFBuilder()
        rw2.mark = [85, 0]
        rw2.directories = [[(0x002E, .bytes(Self.large)), (0x010F, .text("Panasonic"))]]
        let panasonic = try reading(rw2.encoded)
        #expect(panasonic.facts.kind == .rw2)
        #expect(panasonic.facts.size == PixelSize(width: 1620, height: 1080))
        #expect(panasonic.shown != .nothing(.noPicture))
        var orf = rw2
        orf.mark = Array("RO".utf8)
        orf.directories = [[(0x010F, .text("OLYMPUS"))]]
        #expect(try reading(orf.encoded).facts.kind == .orf)
        #expect(try reading(orf.encoded).shown == .nothing(.noPicture))
    }

    @Test("Fujifilm's and Canon's newer files are shown by the JPEG they name")
    func heads() throws {
        let jpeg = jpegHead(
            width: 1920, height: 1280, segments: [exifSegment(FactTests.exif().encoded)])
        var raf = Array("FUJIFILMCCD-RAW 0201".utf8)
        raf += [UInt8](repeating: 0, count: 84 - raf.count) + big(148, 4) + big(jpeg.count, 4)
        raf += [UInt8](repeating: 0, count: 148 - raf.count) + jpeg
        let fuji = try reading(raf)
        #expect(fuji.facts.kind == .raf)
        #expect(fuji.facts.lens == "35 mm f/2")
        #expect(fuji.shown == .embedded(offset: 148, count: UInt64(jpeg.count)))

        var main = TIFFBuilder()
        main.directories = [
            [
                (0x0100, .long(6000)), (0x0101, .long(4000)), (0x010F, .text("Canon")),
                (0x0112, .short(6)),
            ]
        ]
        var camera = TIFFBuilder()
        camera.directories = [[(0x9003, .text("2026:11:21 10:00:00"))]]
        let facts = box(
            "uuid",
            [
                0x85, 0xC0, 0xB6, 0x87, 0x82, 0x0F, 0x11, 0xE0, 0x81, 0x11, 0xF4, 0xCE, 0x46,
                0x2B, 0x6A, 0x48,
            ] + box("CMT1", main.encoded) + box("CMT2", camera.encoded))
        let preview = box(
            "uuid",
            [
                0xEA, 0xF4, 0x2B, 0x5E, 0x1C, 0x98, 0x4B, 0x88, 0xB9, 0xFB, 0xB7, 0xDC, 0x40,
                0x6E, 0x4D, 0x16,
            ] + big(0, 4) + big(1, 4)
                + box(
                    "PRVW",
                    big(0, 4) + big(1, 2) + big(1620, 2) + big(1080, 2) + big(1, 2)
                        + big(Self.large.count, 4) + Self.large))
        let cr3 = box("ftyp", Array("crx ".utf8) + big(1, 4)) + box("moov", facts) + preview
        let canon = try reading(cr3)
        #expect(canon.facts.kind == .cr3)
        #expect(canon.facts.size == PixelSize(width: 4000, height: 6000))
        #expect(canon.facts.taken?.local == clock(2026, 11, 21, 10))
        #expect(!canon.facts.isIncomplete)
        #expect(
            canon.shown
                == .embedded(
                    offset: UInt64(cr3.count - Self.large.count), count: UInt64(Self.large.count)))
    }

    @Test("HEIF tells its size turned, and obeys its own turn, not Exif's")
    func heif() throws {
        let result = try reading(HEIFSample.file)
        #expect(result.facts.kind == .heic)
        #expect(result.facts.size == PixelSize(width: 3024, height: 4032))
        #expect(result.facts.orientation == 1)
        #expect(result.turn == 1)
        #expect(result.facts.model == "Lightbox 3")
        #expect(result.facts.rating == 2)
        #expect(!result.facts.isIncomplete)
    }

    @Test("ATTACK 68: the content tells the kind, and SVG, HTML and archives are nothing to show")
    func others() throws {
        for text in ["<svg xmlns='x'/>", "<!DOCTYPE html>", "%PDF-1.7", "PK\u{3}\u{4}", "GIF8", ""]
        {
            let result = try reading(Array(text.utf8))
            #expect(result.facts.kind == .other)
            #expect(result.shown == .nothing(.unsupported))
        }
    }
}

import Foundation
import PictureSamples
import Testing
import VaultFormat

@testable import ImagerReading

@Suite("Hostile facts")
struct HostileTests {
    @Test("ATTACK 67: directories that loop, or name the same bytes for ever, end")
    func loops() throws {
        var builder = FactTests.exif()
        builder.directories[0].removeLast(2)
        // The second directory of the chain is the first.
        var bytes = builder.encoded
        let end = 8 + 2 + builder.directories[0].count * 12
        bytes.replaceSubrange(end..<end + 4, with: little(8, 4))
        let tiff = try reading(bytes)
        #expect(tiff.facts.frameCount <= 32)
        // A directory that hangs on itself.
        var loop = TIFFBuilder()
        loop.directories = [
            [(0x010F, .text("Example")), (0x8769, .directory(0)), (0x8825, .directory(0))]
        ]
        let facts = try reading(
            jpegHead(width: 8, height: 8, segments: [exifSegment(loop.encoded)])
        ).facts
        #expect(facts.maker == "Example")
    }

    @Test("ATTACK 67: huge counts, texts and packets are cut or left out, and the rest is read")
    func huge() throws {
        var builder = FactTests.exif()
        builder.directories[0][1] = (0x010F, .text(String(repeating: "\u{E4}", count: 9000)))
        let long = try reading(
            jpegHead(width: 8, height: 8, segments: [exifSegment(builder.encoded)])
        ).facts
        #expect(long.maker == String(repeating: "\u{E4}", count: 64))
        var bytes = FactTests.exif().encoded
        // The description claims four thousand million bytes.
        bytes.replaceSubrange(14..<18, with: little(0xFFFF_FFFF, 4))
        let lying = try reading(
            jpegHead(width: 8, height: 8, segments: [exifSegment(bytes)])
        ).facts
        #expect(lying.isIncomplete)
        #expect(lying.size == PixelSize(width: 8, height: 8))
        #expect(lying.lens == "35 mm f/2")
        let packet =
            Array("RIFF".utf8) + little(600_000, 4) + Array("WEBPXMP ".utf8)
            + little(500_000, 4) + [UInt8](repeating: 0x3C, count: 500_000)
        #expect(try reading(packet).facts.isIncomplete)
    }

    @Test("ATTACK 67: a packet with a document type, or nested a thousand deep, is left alone")
    func packets() throws {
        let laughs = """
            <!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><x xmp:Rating="5">&b;</x>
            """
        let deep = String(repeating: "<a>", count: 1000) + String(repeating: "</a>", count: 1000)
        for packet in [laughs, deep, "<a", "<a b", "<a b='", "</a>", "<a></b>", "<a b=c/>"] {
            let facts = try reading(jpegHead(width: 8, height: 8, segments: [xmpSegment(packet)]))
                .facts
            #expect(facts.isIncomplete, "\(packet.prefix(20))")
            #expect(facts.rating == nil)
        }
    }

    @Test("ATTACK 72: control characters in facts become spaces, and never reach the parent")
    func controls() throws {
        var builder = FactTests.exif()
        builder.directories[0][2] = (0x0110, .text("X\u{1B}[2J\u{9B}31m\u{7}\r\nY"))
        let facts = try reading(
            jpegHead(width: 8, height: 8, segments: [exifSegment(builder.encoded)])
        ).facts
        #expect(facts.model == "X [2J 31m   Y")
    }

    @Test("ATTACK 65: as many frames as bytes, and no end of boxes or chunks, end soon")
    func manyParts() throws {
        let head = Array("GIF89a".utf8) + little(1, 2) + little(1, 2) + [0, 0, 0]
        let frames =
            [UInt8](repeating: 0, count: 0)
            + (0..<20_000).flatMap { _ in [0x2C] + [UInt8](repeating: 0, count: 11) }
        #expect(try reading(head + frames).facts.frameCount == 20_000)
        let boxes = (0..<20_000).flatMap { _ in big(8, 4) + Array("free".utf8) }
        let film = box("ftyp", Array("qt  ".utf8) + big(0, 4)) + boxes
        #expect(try reading(film).facts.isIncomplete)
        let fill = [0xFF, 0xD8] + [UInt8](repeating: 0xFF, count: 10_000)
        #expect(try reading(fill).facts.isIncomplete)
    }

    /// A picture of each kind, with everything in it that is read.
    static let pictures: [[UInt8]] = {
        let exif = FactTests.exif().encoded
        let packet = """
            <x><rdf:RDF><rdf:Description xmp:Rating="3" xmp:CreateDate="2001-02-03T04:05:06Z">
            <dc:description><rdf:Alt><rdf:li>a &#65; b</rdf:li></rdf:Alt></dc:description>
            <dc:subject><rdf:Bag><rdf:li>k</rdf:li></rdf:Bag></dc:subject>
            </rdf:Description></rdf:RDF></x>
            """
        var film = Film()
        film.keys = [
            ("com.apple.quicktime.creationdate", "2026-11-21T10:00:00+0100"),
            ("com.apple.quicktime.location.ISO6709", "+48.8577+002.2950+035.250/"),
        ]
        film.made = 3_846_560_400
        film.length = 1500
        var raw = TIFFBuilder()
        raw.pieces = [jpegHead(width: 160, height: 120)]
        raw.directories = [
            [
                (0x0106, .short(32_803)), (0x010F, .text("NIKON")), (0x0111, .placeOf(0)),
                (0x0117, .lengthOf(0)), (0x014A, .directory(1)),
                (0x02BC, .bytes(Array(packet.utf8))),
            ],
            [(0x0201, .placeOf(0)), (0x0202, .lengthOf(0))],
        ]
        func chunk(_ name: String, _ body: [UInt8]) -> [UInt8] {
            Array(name.utf8) + little(body.count, 4) + body + (body.count % 2 == 1 ? [0] : [])
        }
        let chunks =
            chunk("VP8X", [2, 0, 0, 0] + little(99, 3) + little(49, 3)) + chunk("ANMF", [0, 0])
            + chunk("EXIF", exif) + chunk("XMP ", Array(packet.utf8))
        return [
            jpegHead(width: 40, height: 30, segments: [exifSegment(exif), xmpSegment(packet)]),
            pngMark + pngChunk("IHDR", big(7, 4) + big(9, 4) + [8, 2, 0, 0, 0])
                + pngChunk("eXIf", exif)
                + pngChunk("iTXt", Array("XML:com.adobe.xmp\0\0\0\0\0".utf8) + Array(packet.utf8))
                + pngChunk("IEND", []),
            Array("RIFF".utf8) + little(chunks.count + 4, 4) + Array("WEBP".utf8) + chunks,
            film.encoded, raw.encoded, HEIFSample.file,
            Array("GIF89a".utf8) + little(10, 2) + little(20, 2) + [0x80, 0, 0, 1, 2, 3, 4, 5, 6]
                + [0x21, 0xF9, 4, 0, 0, 0, 0, 0, 0x2C] + [UInt8](repeating: 0, count: 9)
                + [2, 1, 0x44, 0, 0x3B],
        ]
    }()

    @Test("whatever is broken, reading ends, stays in bounds, and what it says is sayable")
    func mutants() throws {
        // As an ordinary fault of Swift's would end the whole run, coming back is what is tested.
        let isLong = !(ProcessInfo.processInfo.environment["LIGHTTIGHT_LONG_TESTS"] ?? "").isEmpty
        let rounds = isLong ? 5000 : 300
        for (index, picture) in Self.pictures.enumerated() {
            #expect(try !reading(picture).facts.isIncomplete, "picture \(index)")
            var mutator = Mutator(seed: UInt64(index))
            for _ in 0..<rounds {
                let other = Self.pictures[mutator.below(Self.pictures.count)]
                let source = MemorySource(mutator.broken(picture, other: other))
                let result = try PictureReading.read(source)
                let facts = try PictureFacts(parsing: result.facts.encoded)
                #expect(facts == result.facts)
                if case .embedded(let offset, let count) = result.shown {
                    #expect(offset + count <= source.byteCount)
                }
                #expect(source.reads < 1024)
            }
        }
    }
}

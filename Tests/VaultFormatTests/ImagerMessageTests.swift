import Testing

@testable import VaultFormat

@Suite("Words between the imager and its parent. Spec 10.")
struct ImagerMessageTests {
    @Test("the worked hello is what the page says")
    func hello() throws {
        let hello = ImagerHello(
            protections: [.landlock, .seccomp, .noNewPrivileges], landlockABI: 7)
        #expect(ImagerFrame.whole(.hello, hello.encoded) == [0, 0, 0, 3, 1, 1, 7, 7])
        #expect(try ImagerHello(parsing: [1, 7, 7]) == hello)
        for body: [UInt8] in [
            [], [1, 7], [1, 7, 7, 0], [2, 7, 7], [1, 8, 0], [1, 7, 0], [1, 6, 7],
        ] {
            #expect(throws: FormatError.self) { try ImagerHello(parsing: body) }
        }
    }

    @Test("a frame's head is five bytes, and a length beyond its kind's is refused")
    func frames() throws {
        for kind in ImagerFrame.Kind.allCases {
            let longest = kind.longestBody
            let head = ImagerFrame.head(kind, bodyByteCount: longest)
            let parsed = try ImagerFrame.parseHead(head)
            #expect(parsed.kind == kind && parsed.bodyByteCount == longest)
            let count = BigEndian.bytes(UInt32(longest + 1))
            #expect(throws: FormatError.self) { try ImagerFrame.parseHead(count + [kind.rawValue]) }
        }
        #expect(throws: FormatError.self) { try ImagerFrame.parseHead([0, 0, 0, 0, 0]) }
        #expect(throws: FormatError.self) { try ImagerFrame.parseHead([0, 0, 0, 0]) }
    }

    @Test("a mark is a line of 1 to 100 characters, of which something is seen")
    func marks() throws {
        for text in ["A", "Für Großmutter & Co <b>", String(repeating: "\u{1F600}", count: 100)] {
            let mark = try ImagerMark(text)
            #expect(try ImagerMark(parsing: mark.encoded) == mark)
        }
        for text in [
            "", " \u{A0}", "\u{200B}", "a\nb", "a\u{7F}", "a\u{85}", "a\u{2028}b",
            String(repeating: "a", count: 101),
        ] {
            #expect(throws: FormatError.self) { try ImagerMark(text) }
        }
        #expect(throws: FormatError.self) { try ImagerMark(parsing: [0x61, 0xFF]) }
    }

    @Test("a look has one encoding, and wishes that contradict each other are refused")
    func looks() throws {
        let look = ImagerLook(
            byteCount: 1 << 40, wishes: [.thumbnail, .rendition, .hash, .turns], side: 2048,
            seconds: 61)
        #expect(try ImagerLook(parsing: look.encoded) == look)
        func refused(_ change: (inout [UInt8]) -> Void) {
            var body = look.encoded
            change(&body)
            #expect(throws: FormatError.self) { try ImagerLook(parsing: body) }
        }
        refused { $0.append(0) }
        refused { $0[13] = 1 }
        refused { $0[8] = 0x40 }
        refused { $0[8] = 8 | 2 }
        refused { $0[8] = 4 }
        refused { $0[9...10] = [0, 63] }
        refused { $0[9...10] = [0x20, 1] }
        refused { $0[11...12] = [0, 0] }
        refused { $0[11...12] = [0x0E, 0x11] }
    }

    @Test("a need lies inside the picture")
    func needs() throws {
        let need = ImagerNeed(offset: 10, count: 90)
        #expect(try ImagerNeed(parsing: need.encoded, byteCount: 100) == need)
        #expect(throws: FormatError.self) { try ImagerNeed(parsing: need.encoded, byteCount: 99) }
        let none = ImagerNeed(offset: 10, count: 0)
        #expect(throws: FormatError.self) { try ImagerNeed(parsing: none.encoded, byteCount: 99) }
        let far = ImagerNeed(offset: .max, count: 2)
        #expect(throws: FormatError.self) { try ImagerNeed(parsing: far.encoded, byteCount: 99) }
    }

    private static let full: PictureFacts = {
        var facts = PictureFacts(kind: .heic)
        facts.size = PixelSize(width: 4032, height: 3024)
        facts.orientation = 6
        facts.frameCount = 3
        facts.milliseconds = 2500
        facts.taken = CaptureTime(
            local: -1, milliseconds: 5, minutesEast: -570, source: .xmp)
        facts.maker = "m"
        facts.model = String(repeating: "ä", count: 64)
        facts.lens = "l"
        facts.place = Place(latitude: -900_000_000, longitude: 1_800_000_000, altitude: -1)
        facts.caption = "two\nlines"
        facts.keywords = ["a", "b"]
        facts.rating = -1
        facts.pairing = "p"
        facts.isIncomplete = true
        return facts
    }()

    @Test("facts come back as they went")
    func facts() throws {
        #expect(try PictureFacts(parsing: Self.full.encoded) == Self.full)
        #expect(try PictureFacts(parsing: [0xA1, 1, 0]) == PictureFacts(kind: .other))
        for kind in PictureKind.allCases {
            let facts = PictureFacts(kind: kind)
            #expect(try PictureFacts(parsing: facts.encoded) == facts)
            #expect(!kind.mediaType.name.isEmpty)
        }
    }

    @Test(
        "facts out of range, out of order or alone are refused",
        arguments: [
            [0xA0], [0xA1, 1, 9], [0xA1, 1, 0x18, 0x63], [0xA2, 1, 1, 2, 1],
            [0xA3, 1, 1, 2, 0, 3, 1], [0xA3, 1, 1, 3, 1, 2, 1], [0xA2, 1, 1, 4, 1],
            [0xA2, 1, 1, 4, 9], [0xA2, 1, 1, 5, 1], [0xA2, 1, 1, 7, 0], [0xA2, 1, 1, 8, 0],
            [0xA2, 1, 1, 10, 1], [0xA3, 1, 1, 7, 0, 10, 5], [0xA2, 1, 1, 11, 0x60],
            [0xA2, 1, 1, 11, 0x61, 0x0A], [0xA2, 1, 1, 11, 0x62, 0xC2, 0x9B], [0xA2, 1, 1, 14, 0],
            [0xA2, 1, 1, 16, 0], [0xA2, 1, 1, 18, 0x80], [0xA2, 1, 1, 19, 6],
            [0xA2, 1, 1, 19, 0x21],
            [0xA2, 1, 1, 21, 0], [0xA2, 1, 1, 22, 0], [0xA1, 1, 1, 0], [0xA1, 2, 1], [0x80],
        ] as [[UInt8]])
    func badFacts(body: [UInt8]) {
        #expect(throws: FormatError.self) { try PictureFacts(parsing: body) }
    }

    @Test("texts end at their limits")
    func limits() throws {
        var facts = PictureFacts(kind: .jpeg)
        facts.maker = String(repeating: "x", count: 129)
        #expect(throws: FormatError.self) { try PictureFacts(parsing: facts.encoded) }
        facts.maker = nil
        facts.keywords = [String](repeating: "k", count: 65)
        #expect(throws: FormatError.self) { try PictureFacts(parsing: facts.encoded) }
        #expect(
            FactText.clean(Array("  a\u{0}b\r\n\u{FFFD}é  ".utf8), longest: 9) == "a b  \u{FFFD}")
        #expect(FactText.clean([0xFF, 0x41], longest: 100) == "\u{FFFD}A")
        #expect(FactText.clean([0x20, 0x00, 0x09], longest: 100) == nil)
    }

    private static let look = ImagerLook(
        byteCount: 9, wishes: [.thumbnail, .rendition, .hash, .turns, .pixels], side: 100,
        seconds: 1)
    private static let previews: PicturePreviews = {
        var previews = PicturePreviews()
        previews.thumbnail = Preview(
            jpeg: [0xFF, 0xD8, 0xFF, 1], size: PixelSize(width: 320, height: 1))
        previews.rendition = Preview(
            jpeg: [0xFF, 0xD8, 0xFF, 2], size: PixelSize(width: 1, height: 100))
        previews.pixels = PreviewPixels(
            bytes: [1, 2, 3, 4, 5, 6], size: PixelSize(width: 2, height: 1))
        previews.hash = PictureHash(bytes: [UInt8](repeating: 7, count: 32), quality: 100)
        previews.turns = [[UInt8]](repeating: [UInt8](repeating: 7, count: 32), count: 8)
        previews.isFromEmbedded = true
        return previews
    }()

    @Test("previews come back as they went, and only as they were wished for")
    func previewsRoundTrip() throws {
        let (previews, look) = (Self.previews, Self.look)
        #expect(try PicturePreviews(parsing: previews.encoded, look: look) == previews)
        for wishes: ImagerLook.Wishes in [
            [], [.thumbnail], [.rendition], [.hash], [.thumbnail, .rendition, .hash],
        ] {
            var other = look
            other.wishes = wishes
            other.side = wishes.contains(.rendition) ? 100 : 0
            #expect(throws: FormatError.self) {
                try PicturePreviews(parsing: previews.encoded, look: other)
            }
        }
        func refused(_ change: (inout PicturePreviews) -> Void) {
            var wrong = previews
            change(&wrong)
            #expect(throws: FormatError.self) {
                try PicturePreviews(parsing: wrong.encoded, look: look)
            }
        }
        refused { $0.thumbnail = nil }
        refused { $0.thumbnail?.size.width = 321 }
        refused { $0.thumbnail?.size.height = 0 }
        refused { $0.thumbnail?.jpeg = [0x89, 0x50, 0x4E, 0x47] }
        refused { $0.thumbnail?.jpeg += [UInt8](repeating: 0, count: 1 << 18) }
        refused { $0.rendition?.size.height = 101 }
        refused { $0.pixels = nil }
        refused { $0.pixels?.bytes.removeLast() }
        refused { $0.pixels?.size = PixelSize(width: 321, height: 1) }
        refused { $0.pixels = PreviewPixels(bytes: [], size: PixelSize(width: 0, height: 1)) }
        refused { $0.turns[0][0] = 8 }
        refused { $0.turns.removeLast() }
        refused { $0.turns[3].removeLast() }
        refused { $0.hash = PictureHash(bytes: $0.turns[0], quality: 101) }
        // A tiny picture has no hash; then it has no turns either.
        var tiny = previews
        tiny.hash = nil
        #expect(throws: FormatError.self) { try PicturePreviews(parsing: tiny.encoded, look: look) }
        tiny.turns = []
        #expect(try PicturePreviews(parsing: tiny.encoded, look: look) == tiny)
    }

    @Test("what is cut short or flipped anywhere never traps")
    func fuzz() {
        for body in [Self.full.encoded, Self.previews.encoded] {
            for index in body.indices {
                for bit in 0..<8 {
                    var wrong = body
                    wrong[index] ^= 1 << UInt8(bit)
                    // Refusing or not: coming back is what is tested.
                    _ = try? PictureFacts(parsing: wrong)
                    // As above.
                    _ = try? PicturePreviews(parsing: wrong, look: Self.look)
                }
                let short = Array(body.prefix(index))
                #expect(throws: FormatError.self) { try PictureFacts(parsing: short) }
                #expect(throws: FormatError.self) {
                    try PicturePreviews(parsing: short, look: Self.look)
                }
            }
        }
    }
}

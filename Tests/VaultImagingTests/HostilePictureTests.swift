import Foundation
import PictureSamples
import Testing
import VaultFormat

@testable import VaultImaging
@testable import lighttight_samples

@Suite("Hostile pictures", .serialized)
struct HostilePictureTests {
    private static let crew = ImagingCrew(Programs.imager, workers: 2)

    /// After whatever came, an honest picture is read as before.
    private static func requireHealth() throws {
        let look = try crew.look(Pictures.jpeg())
        try #require(look.trouble == nil && look.previews?.thumbnail != nil)
    }

    @Test("ATTACK 64: a pixel flood is refused by its head, before anything is decoded")
    func floods() throws {
        func flood(_ name: String, _ bytes: [UInt8]) throws {
            let look = try Self.crew.look(bytes)
            #expect(look.trouble == .refused(.tooManyPixels), "\(name)")
            #expect(look.facts?.size != nil, "\(name)")
        }
        try flood(
            "png",
            pngMark + pngChunk("IHDR", big(100_000, 4) + big(100_000, 4) + [8, 2, 0, 0, 0])
                + pngChunk("IDAT", [0x78, 0x01]) + pngChunk("IEND", []))
        try flood("jpeg", jpegHead(width: 65_535, height: 65_535))
        try flood(
            "long png", pngMark + pngChunk("IHDR", big(1_000_001, 4) + big(1, 4) + [8, 2, 0, 0, 0]))
        var tiff = TIFFBuilder()
        tiff.directories = [[(0x0100, .long(1 << 30)), (0x0101, .long(1 << 30))]]
        try flood("tiff", tiff.encoded)
        if var heic = Pictures.all.first(where: { $0.name == "heic" })?.bytes,
            let at = heic.firstRange(of: Array("ispe".utf8))
        {
            heic.replaceSubrange(
                at.upperBound + 4..<at.upperBound + 12, with: big(60_000, 4) + big(60_000, 4))
            try flood("heic", heic)
        }
        try Self.requireHealth()
    }

    @Test("ATTACKS 64 to 68, 76: bombs and disguises end, and what comes after them is read")
    func bombs() throws {
        let scratch = try Scratch()
        let ended = try #require(try Programs.run(["python3", "-c", Bombs.maker, scratch.path]))
        try #require(ended.status == 0)
        let names = try FileManager.default.contentsOfDirectory(atPath: scratch.path).sorted()
        try #require(names.count >= 12)
        for name in names {
            let look = try Self.crew.look(try scratch.get(name), [.thumbnail, .hash])
            #expect(look.trouble != .misbehaved, "\(name)")
            if name.hasPrefix("shown-") {
                #expect(
                    look.previews?.thumbnail != nil, "\(name): \(String(describing: look.trouble))")
            } else if name.hasPrefix("other-") {
                #expect(look.trouble == .refused(.unsupported), "\(name)")
            } else {
                #expect(look.previews == nil || look.facts != nil, "\(name)")
            }
            try Self.requireHealth()
        }
    }

    @Test("ATTACK 67: colour profiles and facts that are nonsense cost nothing but themselves")
    func profiles() throws {
        let plain = Pictures.jpeg()
        let nonsense = (1...60).flatMap { number in
            segment(
                0xE2,
                Array("ICC_PROFILE\0".utf8) + [UInt8(number), 60]
                    + [UInt8](repeating: UInt8(number), count: 60_000))
        }
        let exif = exifSegment([UInt8](repeating: 0xFF, count: 65_000))
        let file = Array(plain[0..<2]) + nonsense + exif + Array(plain[2...])
        let look = try Self.crew.look(file)
        #expect(look.previews?.thumbnail != nil)
        #expect(look.facts?.isIncomplete == true)
        try Self.requireHealth()
    }

    @Test(
        "ATTACK 68: a wrong or double identity is settled by content, and only that decoder is asked"
    )
    func polyglots() throws {
        let trailing = Pictures.jpeg() + Array("PK\u{3}\u{4}<svg>%PDF-1.7".utf8)
        #expect(try Self.crew.look(trailing).facts?.kind == .jpeg)
        // A PNG's mark and a JPEG's body: the PNG reader finds nothing.
        let mixed = pngMark + Pictures.jpeg()
        let look = try Self.crew.look(mixed)
        #expect(look.facts?.kind == .png)
        #expect(look.trouble == .refused(.damaged))
        // A TIFF structure that promises a raw picture and holds a page of HTML.
        var raw = TIFFBuilder()
        raw.pieces = [Array("<html>".utf8)]
        raw.directories = [
            [(0x0106, .short(32_803)), (0x0201, .placeOf(0)), (0x0202, .lengthOf(0))]
        ]
        #expect(try Self.crew.look(raw.encoded).trouble == .refused(.noPicture))
    }

    @Test("a picture cut short anywhere is shown as far as it goes, or refused")
    func truncation() throws {
        for (name, bytes) in Pictures.all {
            for share in [0, 1, 5, 30, 70, 99] {
                let look = try Self.crew.look(Array(bytes.prefix(bytes.count * share / 100)))
                #expect(
                    look.trouble != .misbehaved && look.trouble != .timedOut, "\(name) \(share)")
            }
        }
        try Self.requireHealth()
    }

    @Test("broken pictures of every kind cost themselves at most")
    func mutants() async throws {
        let rounds = isLong ? 5000 : 300
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<2 {
                group.addTask {
                    try await onThread { try Self.run(worker, rounds / 2) }
                }
            }
            try await group.waitForAll()
        }
        try Self.requireHealth()
    }

    private static func run(_ worker: Int, _ rounds: Int) throws {
        var mutator = Mutator(seed: UInt64(100 + worker))
        let pictures = Pictures.all + [("film", Film().encoded)]
        var troubles: [String: Int] = [:]
        for round in 0..<rounds {
            let picture = pictures[round % pictures.count]
            let other = pictures[mutator.below(pictures.count)]
            let look = try crew.look(
                mutator.broken(picture.bytes, other: other.bytes), [.thumbnail, .hash, .turns])
            // An imager may die of it; it may not lie, and it may not hang.
            #expect(
                look.trouble != .misbehaved && look.trouble != .timedOut,
                "\(picture.name), worker \(worker), round \(round)")
            #expect(look.trouble != nil || look.previews?.thumbnail != nil)
            troubles["\(look.trouble.map { "\($0)" } ?? "shown")", default: 0] += 1
        }
        print(
            "broken pictures: \(troubles.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" })"
        )
    }
}

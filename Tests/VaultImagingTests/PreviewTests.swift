import Foundation
import PictureSamples
import Testing
import VaultFormat

@testable import VaultImaging
@testable import lighttight_samples

@Suite("Previews by the imager", .serialized)
struct PreviewTests {
    private static let crew = ImagingCrew(Programs.imager, workers: 1)

    @Test("libvips' own tool is there, so that every kind is tested")
    func tool() throws {
        guard try Programs.run(["vips", "--version"]) != nil else {
            return print("skipped: no vips tool, so only JPEG, PNG, GIF and TIFF are decoded")
        }
        #expect(
            Pictures.all.map(\.name) == [
                "jpeg", "png", "gif", "tiff", "webp", "heic", "avif", "small png", "lzw tiff",
                "jpeg tiff",
            ])
    }

    @Test("every kind gives its size, a thumbnail and a hash that is near the others'")
    func kinds() throws {
        var first: PictureHash?
        for (name, bytes) in Pictures.all {
            let look = try Self.crew.look(bytes)
            #expect(look.trouble == nil, "\(name)")
            #expect(look.facts?.size == PixelSize(width: 384, height: 256), "\(name)")
            let thumbnail = try #require(look.previews?.thumbnail)
            // 213⅓ rows round down.
            #expect(thumbnail.size == PixelSize(width: 320, height: 213), "\(name)")
            let hash = try #require(look.previews?.hash)
            #expect(hash.quality > 50)
            let distance = hash.distance(to: (first ?? hash).bytes)
            // The samples' GIF has six shades of each colour.
            #expect(distance <= (name == "gif" ? 31 : 10), "\(name) lies \(distance) from JPEG")
            first = first ?? hash
        }
    }

    @Test("a thumbnail is a picture of its own: turned, in its size, and without metadata")
    func thumbnail() throws {
        let look = try Self.crew.look(Pictures.jpeg(orientation: 6))
        let thumbnail = try #require(look.previews?.thumbnail)
        #expect(look.facts?.size == PixelSize(width: 256, height: 384))
        #expect(thumbnail.size == PixelSize(width: 213, height: 320))
        let again = try Self.crew.look(thumbnail.jpeg)
        #expect(again.facts?.size == thumbnail.size)
        // Nothing that a reader of facts finds, and no segment that could hold anything.
        var bare = PictureFacts(kind: .jpeg)
        bare.size = thumbnail.size
        #expect(again.facts == bare)
        let segments = (0xE1...0xEF).map { [UInt8(0xFF), UInt8($0)] } + [[0xFF, 0xFE]]
        let head = thumbnail.jpeg.prefix(700)
        for segment in segments {
            #expect(head.firstRange(of: segment) == nil)
        }
    }

    @Test("the thumbnail as pixels has three bytes for each, and holds what the picture shows")
    func pixels() throws {
        let look = try Self.crew.look(Pictures.jpeg(orientation: 6), .pixels)
        let pixels = try #require(look.previews?.pixels)
        #expect(look.previews?.thumbnail == nil)
        #expect(pixels.size == PixelSize(width: 213, height: 320))
        #expect(pixels.bytes.count == 213 * 320 * 3)
        #expect(Set(pixels.bytes).count > 16)
    }

    @Test("every orientation is turned upright", arguments: 1...8)
    func orientation(orientation: Int) throws {
        let upright = Pictures.canvas
        // Where a pixel of the stored picture comes from, by what Exif says of its first row and column.
        var stored = Canvas(
            width: orientation < 5 ? upright.width : upright.height,
            height: orientation < 5 ? upright.height : upright.width)
        for y in 0..<stored.height {
            for x in 0..<stored.width {
                let (right, down) = (stored.width - 1 - x, stored.height - 1 - y)
                let (u, v) = [
                    (x, y), (right, y), (right, down), (x, down), (y, x), (down, x), (down, right),
                    (y, right),
                ][orientation - 1]
                let at = (v * upright.width + u) * 3
                stored.set(
                    x, y,
                    Colour(
                        red: Double(upright.pixels[at]), green: Double(upright.pixels[at + 1]),
                        blue: Double(upright.pixels[at + 2])))
            }
        }
        let look = try Self.crew.look(Pictures.jpeg(orientation: orientation, canvas: stored))
        let plain = try Self.crew.look(png(upright))
        let distance = try #require(look.previews?.hash).distance(
            to: #require(plain.previews?.hash).bytes)
        #expect(distance <= 10)
        #expect(look.facts?.size == PixelSize(width: 384, height: 256))
    }

    @Test("a rendition has the side that was asked for, and never more than the picture")
    func rendition() throws {
        let small = try Self.crew.look(Pictures.jpeg(), [.rendition], side: 128)
        #expect(small.previews?.rendition?.size == PixelSize(width: 128, height: 85))
        #expect(small.previews?.thumbnail == nil)
        #expect(small.previews?.hash == nil)
        let large = try Self.crew.look(Pictures.jpeg(), [.rendition, .thumbnail], side: 2048)
        #expect(large.previews?.rendition?.size == PixelSize(width: 384, height: 256))
        #expect(large.previews?.thumbnail?.size.width == 320)
    }

    @Test("facts alone are read of a part of the picture, and nothing is decoded")
    func factsAlone() throws {
        var picture = Pictures.jpeg()
        picture += [UInt8](repeating: 0, count: 3 << 20)
        var lent = 0
        let look = try Self.crew.look(byteCount: UInt64(picture.count), wishes: []) {
            offset, buffer in
            lent += buffer.count
            buffer.copyBytes(from: picture[Int(offset)..<Int(offset) + buffer.count])
        }
        #expect(look.facts?.model == "Lightbox 3")
        #expect(look.previews == PicturePreviews())
        #expect(lent <= 1 << 17)
    }

    @Test("a raw picture is shown by the JPEG in it, turned as the raw file says")
    func raw() throws {
        var builder = TIFFBuilder()
        builder.pieces = [Pictures.jpeg()]
        builder.directories = [
            [
                (0x0106, .short(32_803)), (0x010F, .text("SONY")), (0x0112, .short(6)),
                (0x0201, .placeOf(0)), (0x0202, .lengthOf(0)),
            ]
        ]
        let look = try Self.crew.look(builder.encoded)
        #expect(look.facts?.kind == .arw)
        #expect(look.previews?.isFromEmbedded == true)
        #expect(look.previews?.thumbnail?.size == PixelSize(width: 213, height: 320))
    }

    @Test("a HEIC without a thumbnail in it is decoded, even where one would do")
    func noEmbedded() throws {
        guard let heic = Pictures.all.first(where: { $0.name == "heic" })?.bytes else {
            return print("skipped: no vips tool, so no HEIC")
        }
        let decoded = try Self.crew.look(heic)
        let either = try Self.crew.look(heic, [.thumbnail, .hash, .embedded])
        #expect(either == decoded)
        #expect(either.previews?.isFromEmbedded == false)
    }

    @Test("a film has facts and no preview")
    func film() throws {
        let look = try Self.crew.look(Film().encoded)
        #expect(look.facts?.kind == .quickTime)
        #expect(look.trouble == .refused(.noPicture))
    }

    @Test("transparent pixels lie on white")
    func transparency() throws {
        let pixel: [UInt8] = [0] + [UInt8](repeating: 0, count: 32)
        let rows = (0..<8).flatMap { _ in pixel }
        let data =
            [0x78, 0x01, 1] + little(rows.count, 2) + little(~rows.count & 0xFFFF, 2) + rows
            + adler(rows)
        let file =
            pngMark + pngChunk("IHDR", big(8, 4) + big(8, 4) + [8, 6, 0, 0, 0])
            + pngChunk("IDAT", data) + pngChunk("IEND", [])
        let white = try Self.crew.look(file).previews?.thumbnail?.jpeg
        var canvas = Canvas(width: 8, height: 8)
        canvas.gradient(
            from: Colour(red: 255, green: 255, blue: 255),
            to: Colour(red: 255, green: 255, blue: 255))
        #expect(white != nil)
        #expect(try Self.crew.look(png(canvas)).previews?.thumbnail?.jpeg == white)
    }

    private func adler(_ bytes: [UInt8]) -> [UInt8] {
        var (low, high) = (1, 0)
        for byte in bytes {
            low = (low + Int(byte)) % 65_521
            high = (high + low) % 65_521
        }
        return big(high << 16 | low, 4)
    }

    @Test("exiftool and the imager say the same of what exiftool wrote")
    func exiftool() throws {
        let scratch = try Scratch()
        for name in ["jpeg", "png", "webp", "heic", "tiff"] {
            guard let bytes = Pictures.all.first(where: { $0.name == name })?.bytes else {
                continue
            }
            let path = try scratch.put("a.\(name == "jpeg" ? "jpg" : name)", bytes)
            let written = try Programs.run([
                "exiftool", "-q", "-overwrite_original", "-Make=Example", "-Model=Box 4",
                "-DateTimeOriginal=2024:02:29 23:59:58", "-OffsetTimeOriginal=-03:30",
                "-SubSecTimeOriginal=5", "-GPSLatitude=-33.5", "-GPSLatitudeRef=S",
                "-GPSLongitude=18.25", "-GPSLongitudeRef=E", "-XMP-dc:Description=One & two",
                "-XMP-dc:Subject=alpha", "-XMP-dc:Subject=beta", "-XMP-xmp:Rating=5", path,
            ])
            guard let written else { return print("skipped: no exiftool") }
            #expect(written.status == 0, "\(name)")
            let facts = try #require(
                Self.crew.look(try scratch.get((path as NSString).lastPathComponent), []).facts)
            #expect(facts.maker == "Example", "\(name)")
            #expect(facts.model == "Box 4", "\(name)")
            // 2024-02-29T23:59:58 is so many seconds after 1970.
            #expect(
                facts.taken
                    == CaptureTime(
                        local: 1_709_251_198, milliseconds: 500, minutesEast: -210, source: .exif),
                "\(name)")
            #expect(
                facts.place == Place(latitude: -335_000_000, longitude: 182_500_000), "\(name)")
            #expect(facts.caption == "One & two", "\(name)")
            #expect(facts.keywords == ["alpha", "beta"], "\(name)")
            #expect(facts.rating == 5, "\(name)")
            #expect(!facts.isIncomplete, "\(name)")
        }
    }
}

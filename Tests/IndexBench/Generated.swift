import VaultFormat
import VaultIndex

/// Pictures like those of a gym's members and of families: the same ones on every run.
struct Generated {
    private var random: UInt64 = 0x5EED

    private mutating func next(_ bound: Int) -> Int {
        random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(random >> 33) % bound
    }

    private mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(next(256)) }
    }

    mutating func picture(_ row: Int) -> IndexedPicture {
        let identifier = bytes(16)
        let digest = bytes(32)
        var words = SIMD16<UInt8>()
        var longer = SIMD32<UInt8>()
        for index in 0..<16 { words[index] = identifier[index] }
        for index in 0..<32 { longer[index] = digest[index] }
        let year = 2005 + next(20)
        var picture = IndexedPicture(
            row: Int64(row), id: RecordID(words: words), revision: Int64(row / 1000),
            digest: ContentDigest(words: longer), byteCount: UInt64(50_000 + next(6_000_000)),
            type: MediaType(name: next(12) == 0 ? "video/mp4" : "image/jpeg"),
            imported: 1_700_000_000 + Int64(row / 10),
            paths: [
                Array(
                    "\(year)/\(Self.places[next(Self.places.count)])/IMG_\(next(10_000)).jpg".utf8)
            ])
        picture.taken = CaptureTime(
            local: 1_100_000_000 + Int64(next(600_000_000)), minutesEast: 60, source: .exif)
        picture.size = PixelSize(width: 4032, height: 3024)
        let camera = Self.cameras[next(Self.cameras.count)]
        (picture.maker, picture.model, picture.lens) = (camera.0, camera.1, "50mm f/1.8")
        if next(10) < 6 {
            picture.place = Place(
                latitude: Int32(400_000_000 + next(150_000_000)),
                longitude: Int32(next(300_000_000)))
        }
        for _ in 0..<4 { picture.tags.append(Self.tags[next(next(Self.tags.count) + 1)]) }
        picture.albums = next(3) == 0 ? ["\(Self.places[next(Self.places.count)]) \(year)"] : []
        let digits = String(row)
        picture.subjects = [String(repeating: "0", count: 8 - digits.count) + digits]
        picture.hash = PictureHash(bytes: bytes(32), quality: 90)
        picture.looked = IndexedPicture.Looked.done
        return picture
    }

    private static let syllables = [
        "ba", "do", "fi", "ga", "ke", "lu", "mo", "na", "pe", "ri", "so", "tu",
    ]
    private static let tags: [String] = (0..<3000).map { (number: Int) -> String in
        var rest = number
        var word = ""
        for _ in 0..<4 {
            word += syllables[rest % 12]
            rest /= 12
        }
        return word
    }
    private static let places: [String] = (0..<200).map { (number: Int) -> String in
        "P" + tags[number * 13]
    }
    private static let cameras = [
        ("Canon", "Canon EOS R5"), ("Apple", "iPhone 13 Pro"), ("samsung", "SM-G991B"),
        ("NIKON CORPORATION", "NIKON D750"), ("FUJIFILM", "X-T4"),
    ]
}

/// The demonstration: a little of everything that a folder of pictures may hold.
struct DemoSet {
    private let root: SampleFolder
    private var generator: SeededGenerator

    init(in root: SampleFolder, seed: UInt64) {
        self.root = root
        generator = SeededGenerator(seed: seed, stream: 1)
    }

    /// Writes the whole set; the one large file is about `largeByteCount` bytes long.
    mutating func write(largeByteCount: Int) throws(SampleError) {
        let phone = try root.folder("Phone")
        let summer = try phone.folder("2023-07 Summer")
        let scans = try root.folder("Scans")
        let odd = try root.folder("Odd names")
        try ordinary(phone, summer, scans)
        try hostileNames(odd)

        let day = Moment(seconds: 1_690_000_000)
        let twin = jpeg(.landscape, 800, 600, day, place: (57.1497, -2.0943))
        try summer.write(twin, as: "IMG_0001.jpg", taken: day)
        try scans.write(
            twin, as: "the same picture again.jpg", taken: Moment(seconds: 1_700_000_000))
        try root.write([], as: "empty.jpg", taken: day)
        try large(scans, byteCount: largeByteCount)

        try root.link("a link to skip.jpg", to: "Phone/IMG_1000.jpg")
        try root.pipe("a pipe to skip")
    }

    private mutating func ordinary(
        _ phone: SampleFolder, _ summer: SampleFolder, _ scans: SampleFolder
    ) throws(SampleError) {
        var day = Moment.random(&generator)
        try phone.write(
            jpeg(.portrait, 1200, 1600, day, place: (48.8566, 2.3522)),
            as: "IMG_1000.jpg", taken: day)
        day = Moment.random(&generator)
        try summer.write(
            jpeg(.landscape, 1600, 1200, day, place: (-33.8688, 151.2093)),
            as: "IMG_2000.jpg", taken: day)
        day = Moment.random(&generator)
        let grey = JPEGEncoder(quality: 85, grey: true).encode(draw(.portrait, 500, 640))
        try scans.write(grey.file(exif: [], noise: nil), as: "grandmother.jpeg", taken: day)
        let facts = ShotFacts(
            taken: day, place: (35.0116, 135.7681), pixels: (width: 640, height: 480))
        try phone.write(
            png(draw(.night, 640, 480), exif: facts.tiff()), as: "screenshot.png", taken: day)
        try scans.write(gif(draw(.blocks, 320, 240)), as: "old.gif", taken: day)
        try scans.write(bmp(draw(.landscape, 400, 300)), as: "paint.bmp", taken: day)
        try scans.write(
            tiff(draw(.portrait, 480, 640), description: "a scan"), as: "scan.tif", taken: day)
    }

    private mutating func hostileNames(_ folder: SampleFolder) throws(SampleError) {
        let names: [[UInt8]] = [
            Array("caf\u{E9} (one letter).jpg".utf8),
            Array("cafe\u{301} (letter and accent).jpg".utf8),
            Array("\u{1F3D4}\u{FE0F} mountain.jpg".utf8),
            Array("写真 2024年.jpg".utf8),
            Array("two\nlines.jpg".utf8),
            Array("\u{1B}[2J\u{1B}]0;gone\u{7}.jpg".utf8),
            Array("-rf.jpg".utf8),
            Array("trailing dot.".utf8),
            Array(" spaces at both ends ".utf8),
            Array("not text ".utf8) + [0xFF, 0xFE, 0xC3, 0x28] + Array(".jpg".utf8),
            Array((String(repeating: "long", count: 62) + "est.jpg").utf8),
        ]
        for name in names {
            let day = Moment.random(&generator)
            let scene = Scene.allCases[generator.below(Scene.allCases.count)]
            try folder.write(
                jpeg(scene, 320 + generator.below(64), 240, day), as: name, taken: day)
        }
    }

    /// One BMP of noise over a slow gradient, never held in memory.
    private mutating func large(
        _ folder: SampleFolder, byteCount: Int
    ) throws(SampleError) {
        let width = 8000
        let height = max(1, (byteCount - 54) / (width * 3))
        var noise = SeededGenerator(seed: generator.next())
        try folder.stream(
            as: Array("poster.bmp".utf8), taken: Moment(seconds: 1_600_000_000)
        ) { put throws(SampleError) in
            try put(bmpHeader(width: width, height: height))
            var row: [UInt8] = []
            for y in 0..<height {
                row.removeAll(keepingCapacity: true)
                let level = UInt64(y * 192 / height)
                for _ in 0..<width * 3 / 8 {
                    var numbers = noise.next() & 0x3F3F_3F3F_3F3F_3F3F
                    numbers += level &* 0x0101_0101_0101_0101
                    for _ in 0..<8 {
                        row.append(UInt8(truncatingIfNeeded: numbers))
                        numbers >>= 8
                    }
                }
                try put(row)
            }
        }
    }

    private mutating func draw(_ scene: Scene, _ width: Int, _ height: Int) -> Canvas {
        scene.drawn(width: width, height: height, grain: 6, &generator)
    }

    private mutating func jpeg(
        _ scene: Scene, _ width: Int, _ height: Int, _ taken: Moment,
        place: (latitude: Double, longitude: Double)? = nil
    ) -> [UInt8] {
        let canvas = draw(scene, width, height)
        let small = JPEGEncoder(quality: 70).encode(canvas.reduced(toWidth: 160))
        let facts = ShotFacts(
            taken: taken, place: place, pixels: (width: width, height: height),
            thumbnail: small.file(exif: [], noise: nil))
        return JPEGEncoder(quality: 88).encode(canvas).file(exif: facts.exif(), noise: nil)
    }
}

/// The benchmark's sets: a few pictures drawn and encoded once, then written many times, each time with
/// other noise in every byte, another date and another place.
struct ManyPictures {
    private struct Template {
        let picture: JPEGPicture
        let thumbnail: [UInt8]
        let pixels: (width: Int, height: Int)
    }

    private let root: SampleFolder
    private let seed: UInt64

    init(in root: SampleFolder, seed: UInt64) {
        self.root = root
        self.seed = seed
    }

    /// Photographs of 12 megapixels and about 3.5 MB in folders by month; every twentieth is an exact
    /// copy of an earlier one under another name.
    func writeCamera(first: Int, count: Int) throws(SampleError) {
        let qualities = [77, 83, 87, 90, 92]
        var templates: [Int: Template] = [:]
        let places: [(latitude: Double, longitude: Double)] = [
            (57.15, -2.09), (40.71, -74.0), (-22.91, -43.17), (35.68, 139.69),
        ]
        var folders: [String: SampleFolder] = [:]
        for number in first..<first + count {
            let copied = number % 20 == 19 && number - first >= 10 ? number - 10 : number
            var generator = SeededGenerator(seed: seed, stream: UInt64(copied))
            let index = generator.below(qualities.count)
            let chosen = drawn(&templates, index) {
                template(index, width: 4000, height: 3000, quality: qualities[index], grain: 14)
            }
            let taken = Moment.random(&generator)
            let place = places[generator.below(places.count)]
            let facts = ShotFacts(
                orientation: [1, 1, 1, 6, 8][generator.below(5)], taken: taken,
                place: (
                    latitude: place.latitude + generator.fraction(),
                    longitude: place.longitude + generator.fraction()
                ),
                pixels: chosen.pixels, thumbnail: chosen.thumbnail)
            let month =
                copied == number
                ? padded(taken.parts[0], 4) + "-" + padded(taken.parts[1], 2) : "Copies"
            let folder: SampleFolder
            if let known = folders[month] {
                folder = known
            } else {
                folder = try root.folder(month)
                folders[month] = folder
            }
            try folder.write(
                chosen.picture.file(exif: facts.exif(), noise: generator),
                as: "IMG_\(padded(number, 6)).jpg", taken: taken)
        }
    }

    /// Portraits of about 43 KB, named by member number, a thousand to a folder.
    func writeMembers(first: Int, count: Int) throws(SampleError) {
        var generator = SeededGenerator(seed: seed, stream: UInt64.max)
        let shapes = (0..<32).map { _ in
            let side = [400, 480, 512, 600, 640][generator.below(5)]
            return (side: side, quality: 73 + generator.below(20))
        }
        var templates: [Int: Template] = [:]
        var folder = root
        var thousand = -1
        for number in first..<first + count {
            if number / 1000 != thousand {
                thousand = number / 1000
                folder = try root.folder(padded(thousand, 3))
            }
            var generator = SeededGenerator(seed: seed, stream: UInt64(number))
            let index = generator.below(shapes.count)
            let chosen = drawn(&templates, index) {
                let (side, quality) = shapes[index]
                return template(index, width: side, height: side, quality: quality, grain: 5)
            }
            let taken = Moment.random(&generator)
            let facts = ShotFacts(
                model: "Desk camera", description: "member \(padded(number, 6))", taken: taken,
                pixels: chosen.pixels)
            try folder.write(
                chosen.picture.file(exif: facts.exif(), noise: generator),
                as: "member-\(padded(number, 6)).jpg", taken: taken)
        }
    }

    /// Drawn when it is first wanted: a few pictures want a few templates.
    private func drawn(
        _ templates: inout [Int: Template], _ index: Int, _ draw: () -> Template
    ) -> Template {
        if let known = templates[index] { return known }
        let new = draw()
        templates[index] = new
        return new
    }

    private func template(
        _ index: Int, width: Int, height: Int, quality: Int, grain: Int
    ) -> Template {
        var generator = SeededGenerator(seed: seed, stream: UInt64(1_000_000_000 + index))
        let scene: Scene = width == height ? .portrait : [.landscape, .portrait][index % 2]
        let canvas = scene.drawn(width: width, height: height, grain: grain, &generator)
        let small = JPEGEncoder(quality: 70).encode(canvas.reduced(toWidth: 160))
        return Template(
            picture: JPEGEncoder(quality: quality).encode(canvas),
            thumbnail: small.file(exif: [], noise: nil), pixels: (width: width, height: height))
    }
}

/// What a camera writes about a picture.
struct ShotFacts {
    var maker = "Example"
    var model = "Lightbox 3"
    var description: String?
    /// 1…8, as Exif counts orientations.
    var orientation = 1
    var taken: Moment
    /// Degrees, north and east positive.
    var place: (latitude: Double, longitude: Double)?
    var pixels: (width: Int, height: Int)
    /// A whole small JPEG, less than 60 KB.
    var thumbnail: [UInt8] = []

    /// The payload of the APP1 segment.
    func exif() -> [UInt8] { Array("Exif\0\0".utf8) + tiff() }

    /// The TIFF structure alone, as PNG's eXIf chunk wants it.
    func tiff() -> [UInt8] {
        let when = taken.exifText
        var camera = Directory()
        camera.rationals(0x829A, [(1, 125)])
        camera.rationals(0x829D, [(28, 10)])
        camera.short(0x8827, 200)
        camera.bytes(0x9000, Array("0232".utf8))
        camera.text(0x9003, when)
        camera.text(0x9004, when)
        camera.rationals(0x920A, [(43, 10)])
        camera.long(0xA002, pixels.width)
        camera.long(0xA003, pixels.height)

        var main = Directory()
        if let description { main.text(0x010E, description) }
        main.text(0x010F, maker)
        main.text(0x0110, model)
        main.short(0x0112, orientation)
        main.rationals(0x011A, [(72, 1)])
        main.rationals(0x011B, [(72, 1)])
        main.short(0x0128, 2)
        main.text(0x0132, when)
        main.long(0x8769, 0)
        var gps: Directory?
        if let place {
            main.long(0x8825, 0)
            var directory = Directory()
            directory.byte(0x0000, [2, 3, 0, 0])
            directory.text(0x0001, place.latitude < 0 ? "S" : "N")
            directory.rationals(0x0002, degrees(place.latitude))
            directory.text(0x0003, place.longitude < 0 ? "W" : "E")
            directory.rationals(0x0004, degrees(place.longitude))
            gps = directory
        }

        let cameraStart = 8 + main.byteCount
        let gpsStart = cameraStart + camera.byteCount
        let smallStart = gpsStart + (gps?.byteCount ?? 0)
        main.set(0x8769, cameraStart)
        if gps != nil { main.set(0x8825, gpsStart) }

        var block: [UInt8] = Array("II".utf8) + [42, 0, 8, 0, 0, 0]
        block += main.encoded(at: 8, next: thumbnail.isEmpty ? 0 : smallStart)
        block += camera.encoded(at: cameraStart, next: 0)
        if let gps { block += gps.encoded(at: gpsStart, next: 0) }
        if !thumbnail.isEmpty {
            var small = Directory()
            small.short(0x0103, 6)
            small.long(0x0201, 0)
            small.long(0x0202, thumbnail.count)
            small.set(0x0201, smallStart + small.byteCount)
            block += small.encoded(at: smallStart, next: 0) + thumbnail
        }
        return block
    }

    private func degrees(_ value: Double) -> [(Int, Int)] {
        let hundredths = Int((value.magnitude * 360_000).rounded())
        return [
            (hundredths / 360_000, 1), (hundredths / 6_000 % 60, 1), (hundredths % 6_000, 100),
        ]
    }
}

/// One image file directory, little-endian; entries are added in rising order of their tags.
struct Directory {
    private var entries: [(tag: Int, type: Int, count: Int, value: [UInt8])] = []

    mutating func byte(_ tag: Int, _ value: [UInt8]) {
        entries.append((tag, 1, value.count, value))
    }

    mutating func bytes(_ tag: Int, _ value: [UInt8]) {
        entries.append((tag, 7, value.count, value))
    }

    mutating func text(_ tag: Int, _ value: String) {
        let bytes = Array(value.utf8) + [0]
        entries.append((tag, 2, bytes.count, bytes))
    }

    mutating func short(_ tag: Int, _ values: Int...) {
        var bytes: [UInt8] = []
        for value in values { bytes.append16(little: value) }
        entries.append((tag, 3, values.count, bytes))
    }

    mutating func long(_ tag: Int, _ value: Int) {
        var bytes: [UInt8] = []
        bytes.append32(little: value)
        entries.append((tag, 4, 1, bytes))
    }

    mutating func rationals(_ tag: Int, _ values: [(Int, Int)]) {
        var bytes: [UInt8] = []
        for value in values {
            bytes.append32(little: value.0)
            bytes.append32(little: value.1)
        }
        entries.append((tag, 5, values.count, bytes))
    }

    /// Gives a `long` entry its value, once it is known where things lie.
    mutating func set(_ tag: Int, _ value: Int) {
        for index in entries.indices where entries[index].tag == tag {
            entries[index].value = []
            entries[index].value.append32(little: value)
        }
    }

    /// The directory and the values that do not fit into it, in bytes; even.
    var byteCount: Int {
        entries.reduce(6 + entries.count * 12) { sum, entry in
            sum + (entry.value.count > 4 ? (entry.value.count + 1) / 2 * 2 : 0)
        }
    }

    func encoded(at start: Int, next: Int) -> [UInt8] {
        var table: [UInt8] = []
        var values: [UInt8] = []
        let valuesStart = start + 6 + entries.count * 12
        table.append16(little: entries.count)
        for entry in entries {
            table.append16(little: entry.tag)
            table.append16(little: entry.type)
            table.append32(little: entry.count)
            if entry.value.count <= 4 {
                table += entry.value + [UInt8](repeating: 0, count: 4 - entry.value.count)
            } else {
                table.append32(little: valuesStart + values.count)
                values += entry.value
                if entry.value.count % 2 == 1 { values.append(0) }
            }
        }
        table.append32(little: next)
        return table + values
    }
}

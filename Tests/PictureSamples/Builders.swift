/// Bytes put together by hand, for pictures that no honest program writes.
package struct Bytes {
    package private(set) var all: [UInt8] = []

    package init(_ all: [UInt8] = []) { self.all = all }

    package mutating func add(_ bytes: [UInt8]) { all += bytes }
    package mutating func add(_ text: String) { all += Array(text.utf8) }

    package mutating func big(_ value: Int, _ byteCount: Int) {
        for index in (0..<byteCount).reversed() {
            all.append(UInt8(truncatingIfNeeded: value >> (8 * index)))
        }
    }

    package mutating func little(_ value: Int, _ byteCount: Int) {
        for index in 0..<byteCount { all.append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
    }
}

package func big(_ value: Int, _ byteCount: Int) -> [UInt8] {
    var bytes = Bytes()
    bytes.big(value, byteCount)
    return bytes.all
}

package func little(_ value: Int, _ byteCount: Int) -> [UInt8] {
    var bytes = Bytes()
    bytes.little(value, byteCount)
    return bytes.all
}

/// A box of an ISO base media file.
package func box(_ name: String, _ body: [UInt8]) -> [UInt8] {
    big(body.count + 8, 4) + Array(name.utf8) + body
}

/// A box whose name is no text.
package func box(_ name: [UInt8], _ body: [UInt8]) -> [UInt8] {
    big(body.count + 8, 4) + name + body
}

package func fullBox(_ name: String, version: Int = 0, flags: Int = 0, _ body: [UInt8]) -> [UInt8] {
    box(name, big(version << 24 | flags, 4) + body)
}

/// A TIFF structure, little-endian: directories are given in order and linked one after another.
package struct TIFFBuilder {
    package enum Value {
        case short(Int)
        case long(Int)
        case longs([Int])
        case text(String)
        case bytes([UInt8])
        case rationals([(Int, Int)])
        /// The place of another directory, by its number.
        case directory(Int)
        /// The place and the length of a piece that is put behind everything.
        case placeOf(Int)
        case lengthOf(Int)
    }

    package var directories: [[(tag: Int, value: Value)]] = []
    /// The directories that form the chain; the others hang on tags.
    package var chain = 1
    package var pieces: [[UInt8]] = []
    package var mark: [UInt8] = [42, 0]

    package init() {}

    package var encoded: [UInt8] {
        var offsets: [Int] = []
        var at = 8
        for directory in directories {
            offsets.append(at)
            at += 6 + directory.count * 12
            for (_, value) in directory { at += Self.aside(value).count }
        }
        var places: [Int] = []
        for piece in pieces {
            places.append(at)
            at += piece.count
        }
        var file = Bytes(Array("II".utf8) + mark + little(8, 4))
        for (number, directory) in directories.enumerated() {
            var valueAt = offsets[number] + 6 + directory.count * 12
            file.little(directory.count, 2)
            var aside: [UInt8] = []
            for (tag, value) in directory {
                file.little(tag, 2)
                let extra = Self.aside(value)
                switch value {
                case .short(let number):
                    file.add(little(3, 2) + little(1, 4) + little(number, 2) + [0, 0])
                case .long(let number): file.add(little(4, 2) + little(1, 4) + little(number, 4))
                case .longs(let numbers):
                    file.add(little(4, 2) + little(numbers.count, 4) + little(valueAt, 4))
                case .directory(let target):
                    file.add(little(4, 2) + little(1, 4) + little(offsets[target], 4))
                case .placeOf(let piece):
                    file.add(little(4, 2) + little(1, 4) + little(places[piece], 4))
                case .lengthOf(let piece):
                    file.add(little(4, 2) + little(1, 4) + little(pieces[piece].count, 4))
                case .text(let text):
                    file.add(little(2, 2) + little(text.utf8.count + 1, 4))
                    file.add(Self.inPlace(Array(text.utf8) + [0]) ?? little(valueAt, 4))
                case .bytes(let bytes):
                    file.add(little(7, 2) + little(bytes.count, 4))
                    file.add(Self.inPlace(bytes) ?? little(valueAt, 4))
                case .rationals(let pairs):
                    file.add(little(5, 2) + little(pairs.count, 4) + little(valueAt, 4))
                }
                aside += extra
                valueAt += extra.count
            }
            let isLinked = number + 1 < chain
            file.little(isLinked ? offsets[number + 1] : 0, 4)
            file.add(aside)
        }
        return file.all + pieces.flatMap { $0 }
    }

    private static func inPlace(_ bytes: [UInt8]) -> [UInt8]? {
        bytes.count > 4 ? nil : bytes + [UInt8](repeating: 0, count: 4 - bytes.count)
    }

    /// What does not fit into an entry.
    private static func aside(_ value: Value) -> [UInt8] {
        switch value {
        case .text(let text): return text.utf8.count < 4 ? [] : Array(text.utf8) + [0]
        case .bytes(let bytes): return bytes.count <= 4 ? [] : bytes
        case .rationals(let pairs): return pairs.flatMap { little($0.0, 4) + little($0.1, 4) }
        case .longs(let numbers):
            precondition(numbers.count > 1, "one number lies in the entry")
            return numbers.flatMap { little($0, 4) }
        case .short, .long, .directory, .placeOf, .lengthOf: return []
        }
    }
}

/// A JPEG's segment.
package func segment(_ marker: UInt8, _ body: [UInt8]) -> [UInt8] {
    [0xFF, marker] + big(body.count + 2, 2) + body
}

/// The head of a JPEG that has no pixels: enough for facts.
package func jpegHead(
    width: Int, height: Int, segments: [[UInt8]] = [], frame: UInt8 = 0xC0
) -> [UInt8] {
    [0xFF, 0xD8] + segments.flatMap { $0 }
        + segment(frame, [8] + big(height, 2) + big(width, 2) + [1, 1, 0x11, 0])
        + segment(0xDA, [1, 1, 0, 0, 63, 0]) + [0xFF, 0xD9]
}

package func exifSegment(_ tiff: [UInt8]) -> [UInt8] {
    segment(0xE1, Array("Exif\0\0".utf8) + tiff)
}

package func xmpSegment(_ packet: String) -> [UInt8] {
    segment(0xE1, Array("http://ns.adobe.com/xap/1.0/\0".utf8) + Array(packet.utf8))
}

/// A chunk of PNG, with its checksum.
package func pngChunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
    let named = Array(name.utf8) + data
    var sum: UInt32 = 0xFFFF_FFFF
    for byte in named {
        sum ^= UInt32(byte)
        for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
    }
    return big(data.count, 4) + named + big(Int(sum ^ 0xFFFF_FFFF), 4)
}

package let pngMark: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

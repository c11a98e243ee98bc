/// A small JPEG of a picture.
package struct Preview: Hashable, Sendable {
    package var jpeg: [UInt8]
    package var size: PixelSize

    package init(jpeg: [UInt8], size: PixelSize) {
        self.jpeg = jpeg
        self.size = size
    }
}

/// A small copy of a picture as it is shown: red, green and blue, row by row.
package struct PreviewPixels: Hashable, Sendable {
    /// Width × height × 3.
    package var bytes: [UInt8]
    package var size: PixelSize

    package init(bytes: [UInt8], size: PixelSize) {
        self.bytes = bytes
        self.size = size
    }
}

/// A PDQ hash with its quality. Spec 10 §7.
package struct PictureHash: Hashable, Sendable {
    package static let byteCount = 32
    /// Up to this distance two pictures count as the same; what PDQ's authors recommend.
    package static let matchingDistance = 31
    /// At this quality and below a hash says nothing; what PDQ's authors recommend.
    package static let poorQuality: UInt8 = 49

    /// The first byte holds the bits that are printed first.
    package let bytes: [UInt8]
    /// 0…100: how much there is in the picture to tell it by.
    package let quality: UInt8

    /// - Precondition: 32 bytes.
    package init(bytes: [UInt8], quality: UInt8) {
        precondition(bytes.count == Self.byteCount, "a PDQ hash has 32 bytes")
        self.bytes = bytes
        self.quality = quality
    }

    /// In how many of its 256 bits another hash differs.
    package func distance(to other: [UInt8]) -> Int {
        zip(bytes, other).reduce(0) { $0 + ($1.0 ^ $1.1).nonzeroBitCount }
    }

    package var hex: String { Hex.encode(bytes) }
}

/// What an imager makes of a picture's pixels. Spec 10 §7.
package struct PicturePreviews: Hashable, Sendable {
    package var thumbnail: Preview?
    package var rendition: Preview?
    package var pixels: PreviewPixels?
    package var hash: PictureHash?
    /// The hashes of the eight turns; the first is that of the picture as it is.
    package var turns: [[UInt8]] = []
    /// Whether all this comes from a preview that lay in the file.
    package var isFromEmbedded = false

    package init() {}

    package static let thumbnailSide: UInt32 = 320
    package static let longestThumbnail = 1 << 18
    package static let longestRendition = 1 << 23

    package var encoded: [UInt8] {
        var writer = CBORWriter()
        let count =
            (thumbnail == nil ? 0 : 3) + (rendition == nil ? 0 : 3) + (hash == nil ? 0 : 2)
            + (turns.isEmpty ? 0 : 1) + (isFromEmbedded ? 1 : 0) + (pixels == nil ? 0 : 3)
        writer.map(count: count)
        func put(_ preview: Preview?, _ key: UInt8) {
            guard let preview else { return }
            writer.key(key)
            writer.byteString(preview.jpeg)
            writer.key(key + 1)
            writer.unsigned(UInt64(preview.size.width))
            writer.key(key + 2)
            writer.unsigned(UInt64(preview.size.height))
        }
        put(thumbnail, 1)
        put(rendition, 4)
        if let hash {
            writer.key(7)
            writer.byteString(hash.bytes)
            writer.key(8)
            writer.unsigned(UInt64(hash.quality))
        }
        if !turns.isEmpty {
            writer.key(9)
            writer.array(count: turns.count)
            for turn in turns { writer.byteString(turn) }
        }
        if isFromEmbedded {
            writer.key(10)
            writer.unsigned(1)
        }
        if let pixels {
            writer.key(11)
            writer.byteString(pixels.bytes)
            writer.key(12)
            writer.unsigned(UInt64(pixels.size.width))
            writer.key(13)
            writer.unsigned(UInt64(pixels.size.height))
        }
        return writer.bytes
    }
}

extension PicturePreviews {
    /// Takes an imager's answer to `look` apart, which may be anything: what was not wished for, is
    /// missing or is out of range is refused.
    package init(parsing body: [UInt8], look: ImagerLook) throws(FormatError) {
        self = try body.parsed { (buffer) throws(FormatError) in try Self.parse(buffer, look) }
    }

    private static func parse(
        _ buffer: UnsafeRawBufferPointer, _ look: ImagerLook
    ) throws(FormatError) -> PicturePreviews {
        var reader = CBORReader(buffer)
        var previews = PicturePreviews()
        var seen: Set<Int64> = []
        var bytes: [Int64: [UInt8]] = [:]
        var numbers: [Int64: UInt32] = [:]
        try reader.map { (key, reader) throws(FormatError) in
            seen.insert(key)
            switch key {
            case 1, 4, 7, 11: bytes[key] = try reader.byteString()
            case 2, 3, 12, 13: numbers[key] = try reader.unsigned(in: 1...thumbnailSide)
            case 5, 6:
                guard look.side > 0 else { throw .unexpected("no rendition") }
                numbers[key] = try reader.unsigned(in: 1...UInt32(look.side))
            case 8: numbers[key] = try reader.unsigned(in: 0...100)
            case 9:
                guard try reader.array() == 8 else { throw .outOfRange("turns") }
                for _ in 0..<8 { previews.turns.append(try hash(reader.byteString())) }
            case 10: previews.isFromEmbedded = try reader.unsigned(in: UInt8(1)...1) == 1
            default: throw .unknown("preview member \(key)")
            }
        }
        try reader.finish()
        func member(
            _ key: Int64, _ wished: Bool
        ) throws(FormatError) -> (bytes: [UInt8], size: PixelSize)? {
            guard [key, key + 1, key + 2].allSatisfy({ seen.contains($0) == wished }) else {
                throw .unexpected("the previews that were wished for")
            }
            guard let bytes = bytes[key], let width = numbers[key + 1],
                let height = numbers[key + 2]
            else { return nil }
            return (bytes, PixelSize(width: width, height: height))
        }
        func preview(_ key: Int64, _ wished: Bool, _ longest: Int) throws(FormatError) -> Preview? {
            guard let (jpeg, size) = try member(key, wished) else { return nil }
            guard jpeg.count <= longest, jpeg.starts(with: [0xFF, 0xD8, 0xFF]) else {
                throw .unexpected("a JPEG within bounds")
            }
            return Preview(jpeg: jpeg, size: size)
        }
        previews.thumbnail = try preview(1, look.wishes.contains(.thumbnail), longestThumbnail)
        previews.rendition = try preview(4, look.wishes.contains(.rendition), longestRendition)
        if let (pixels, size) = try member(11, look.wishes.contains(.pixels)) {
            guard UInt64(pixels.count) == size.pixelCount * 3 else {
                throw .unexpected("three bytes a pixel")
            }
            previews.pixels = PreviewPixels(bytes: pixels, size: size)
        }
        guard seen.contains(7) == seen.contains(8),
            look.wishes.contains(.hash) || !seen.contains(7),
            seen.contains(9) == (seen.contains(7) && look.wishes.contains(.turns))
        else { throw .unexpected("the hashes that were wished for") }
        if let value = bytes[7], let quality = numbers[8] {
            previews.hash = PictureHash(bytes: try hash(value), quality: UInt8(quality))
        }
        if let first = previews.turns.first, first != previews.hash?.bytes {
            throw .unexpected("the first turn is the picture itself")
        }
        return previews
    }

    private static func hash(_ bytes: [UInt8]) throws(FormatError) -> [UInt8] {
        guard bytes.count == PictureHash.byteCount else {
            throw .wrongLength(expected: PictureHash.byteCount, actual: bytes.count)
        }
        return bytes
    }
}

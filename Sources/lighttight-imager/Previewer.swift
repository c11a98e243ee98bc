import CVips
import ImagerReading
import VaultFormat

/// Makes thumbnail, rendition and hash of one picture. Spec 10 §7.
struct Previewer {
    private static let mostPixels: UInt64 = 1 << 28
    private static let longestSide: UInt32 = 1_000_000
    /// Long enough for a thumbnail that looks well and a hash that is like others' hashes.
    private static let workingSide: UInt32 = 768
    private static let thumbnailQuality: Int32 = 80
    private static let renditionQuality: Int32 = 85

    let look: ImagerLook
    let reading: Reading
    let picture: PulledPicture
    let mark: Mark?

    func make() throws(ImagerRefusal) -> PicturePreviews {
        if case .nothing(let reason) = reading.shown { throw reason }
        if let size = reading.facts.size { try Self.judge(size) }
        try picture.pullWhole()
        let decoded = try decode()
        defer { lt_picture_free(decoded.picture) }
        var previews = PicturePreviews()
        previews.isFromEmbedded = decoded.isEmbedded
        if look.wishes.contains(.rendition) {
            let small = try Self.shrunk(decoded.picture, UInt32(look.side))
            defer { lt_picture_free(small) }
            try mark?.lay(on: small)
            previews.rendition = try Self.jpeg(
                small, Self.renditionQuality, PicturePreviews.longestRendition)
        }
        if look.wishes.contains(.thumbnail) {
            let small = try Self.shrunk(decoded.picture, PicturePreviews.thumbnailSide)
            defer { lt_picture_free(small) }
            previews.thumbnail = try Self.jpeg(
                small, Self.thumbnailQuality, PicturePreviews.longestThumbnail)
        }
        if look.wishes.contains(.pixels) {
            let small = try Self.shrunk(decoded.picture, PicturePreviews.thumbnailSide)
            defer { lt_picture_free(small) }
            previews.pixels = Self.pixels(small)
        }
        if look.wishes.contains(.hash), let hashed = hash(decoded.picture) {
            previews.hash = hashed.hash
            if look.wishes.contains(.turns) { previews.turns = hashed.turns }
        }
        return previews
    }

    /// Looks at the declared size before anything is decoded.
    private static func judge(_ size: PixelSize) throws(ImagerRefusal) {
        guard size.pixelCount <= mostPixels, max(size.width, size.height) <= longestSide else {
            throw .tooManyPixels
        }
    }

    private func decode() throws(ImagerRefusal) -> (picture: OpaquePointer, isEmbedded: Bool) {
        guard let whole = picture.whole else { throw .damaged }
        var bytes = UnsafeRawBufferPointer(whole)[...]
        var loader = Self.loader(reading.facts.kind)
        var isEmbedded = false
        if case .embedded(let offset, let count) = reading.shown {
            bytes = bytes[Int(offset)..<Int(offset + count)]
            loader = lt_loader_jpeg
            isEmbedded = true
        }
        guard let loader else { throw .unsupported }
        let content = UnsafeRawBufferPointer(rebasing: bytes)
        guard let start = content.baseAddress else { throw .damaged }
        var decoded: OpaquePointer?
        var usedEmbedded: Int32 = 0
        // A thumbnail in the file is good enough for a thumbnail, never for a rendition.
        let mayUseEmbedded =
            look.wishes.contains(.embedded) && !look.wishes.contains(.rendition)
        let result = lt_picture_decode(
            loader, start, content.count, max(UInt32(look.side), Self.workingSide),
            Int32(reading.turn), Self.mostPixels, Self.longestSide, mayUseEmbedded ? 1 : 0,
            PicturePreviews.thumbnailSide, &usedEmbedded, &decoded)
        guard result == lt_picture_done.rawValue, let decoded else {
            throw result == lt_picture_too_large.rawValue ? .tooManyPixels : .damaged
        }
        return (decoded, isEmbedded || usedEmbedded != 0)
    }

    private static func loader(_ kind: PictureKind) -> lt_loader? {
        switch kind {
        case .jpeg: lt_loader_jpeg
        case .png: lt_loader_png
        case .gif: lt_loader_gif
        case .webp: lt_loader_webp
        case .tiff: lt_loader_tiff
        case .heic, .heif, .avif: lt_loader_heif
        default: nil
        }
    }

    private static func shrunk(
        _ picture: OpaquePointer, _ side: UInt32
    ) throws(ImagerRefusal) -> OpaquePointer {
        var small: OpaquePointer?
        guard lt_picture_shrink(picture, side, &small) == lt_picture_done.rawValue, let small else {
            throw .damaged
        }
        return small
    }

    /// Tries again with less quality where a picture that is all noise would be too long.
    private static func jpeg(
        _ picture: OpaquePointer, _ quality: Int32, _ longest: Int
    ) throws(ImagerRefusal) -> Preview {
        for quality in [quality, 50, 20] {
            var memory: UnsafeMutableRawPointer?
            var count = 0
            guard lt_picture_jpeg(picture, quality, &memory, &count) == lt_picture_done.rawValue,
                let memory
            else { throw .damaged }
            defer { lt_memory_free(memory) }
            guard count <= longest else { continue }
            return Preview(
                jpeg: Array(UnsafeRawBufferPointer(start: memory, count: count)),
                size: PixelSize(
                    width: lt_picture_width(picture), height: lt_picture_height(picture)))
        }
        throw .tooLarge
    }

    private static func pixels(_ picture: OpaquePointer) -> PreviewPixels {
        let size = PixelSize(width: lt_picture_width(picture), height: lt_picture_height(picture))
        return PreviewPixels(
            bytes: Array(
                UnsafeRawBufferPointer(
                    start: lt_picture_pixels(picture), count: Int(size.pixelCount) * 3)),
            size: size)
    }

    private func hash(_ picture: OpaquePointer) -> PDQ? {
        let width = Int(lt_picture_width(picture))
        let height = Int(lt_picture_height(picture))
        let declared = reading.facts.size.map { max($0.width, $0.height) } ?? 0
        return PDQ(
            pixels: UnsafeRawBufferPointer(
                start: lt_picture_pixels(picture), count: width * height * 3),
            width: width, height: height, isSmallCopy: Int(declared) > PDQ.largestSide)
    }
}

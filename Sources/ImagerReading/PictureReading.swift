import VaultFormat

/// Reads what a picture says of itself. Every byte of it is taken for hostile: each walk is bounded,
/// each offset is checked, and what cannot be read is left out rather than guessed.
package enum PictureReading {
    /// - Throws: `sourceFailed` only; whatever is wrong with the picture stands in the result.
    package static func read(_ source: any ByteSource) throws(ReadingError) -> Reading {
        let file = Window(source).whole
        let start = try file.bytes(at: 0, most: MediaType.sniffedByteCount)
        var draft = Draft(kind(start))
        do throws(ReadingError) {
            try read(file, into: &draft)
        } catch .sourceFailed {
            throw .sourceFailed
        } catch {
            draft.facts.isIncomplete = true
            // Without its own directory nobody knows where a preview lies.
            if draft.facts.kind.isRaw, draft.shown == .whole { draft.shown = .nothing(.damaged) }
        }
        return draft.settled
    }

    private static func read(_ file: Span, into draft: inout Draft) throws(ReadingError) {
        switch draft.facts.kind {
        case .other: draft.shown = .nothing(.unsupported)
        case .jpeg: try JPEGReader.read(file, into: &draft)
        case .png: try PNGReader.read(file, into: &draft)
        case .gif: try GIFReader.read(file, into: &draft)
        case .webp: try WebPReader.read(file, into: &draft)
        case .heic, .heif, .avif: try HEIFReader.read(file, into: &draft)
        case .cr3: try CR3Reader.read(file, into: &draft)
        case .raf: try RAFReader.read(file, into: &draft)
        case .mp4, .quickTime: try FilmReader.read(file, into: &draft)
        case .tiff, .dng, .cr2, .nef, .arw, .pef, .srw, .rw2, .orf, .raw:
            try TIFFFileReader.read(file, into: &draft)
        }
    }

    /// Tells the kind from the first bytes, as the vault does, and no more finely than they can.
    static func kind(_ start: [UInt8]) -> PictureKind {
        switch MediaType(content: start).name {
        case "image/jpeg": .jpeg
        case "image/png": .png
        case "image/gif": .gif
        case "image/webp": .webp
        case "image/tiff": isOlympus(start) ? .orf : .tiff
        case "image/x-canon-cr2": .cr2
        case "image/x-panasonic-rw2": .rw2
        case "image/x-olympus-orf": .orf
        case "image/x-fuji-raf": .raf
        case "image/heic": .heic
        case "image/heif": .heif
        case "image/avif": .avif
        case "image/x-canon-cr3": .cr3
        case "video/quicktime": .quickTime
        case "video/mp4": .mp4
        default: isOlympus(start) ? .orf : .other
        }
    }

    /// Olympus writes three marks of its own where TIFF has 42.
    private static func isOlympus(_ start: [UInt8]) -> Bool {
        ["IIRO", "IIRS", "MMOR"].contains { start.starts(with: $0.utf8) }
    }
}

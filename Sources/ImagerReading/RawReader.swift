import VaultFormat

/// Reads TIFF files, and raw files that are TIFF inside: size, facts, and the largest plain JPEG.
enum TIFFFileReader {
    /// 42 is TIFF's; the others are those of Olympus ("RO", "RS") and Panasonic (85).
    static let marks: Set<Int> = [42, 0x4F52, 0x5352, 85]

    static func read(_ file: Span, into draft: inout Draft) throws(ReadingError) {
        var reader = try TIFFReader(file, marks: marks)
        var directories: [TIFFReader.Directory] = []
        var next = reader.first
        var pages: UInt64 = 0
        while next != 0, directories.count < 32 {
            let directory = try reader.directory(at: next)
            directories.append(directory)
            pages += 1
            next = directory.next
        }
        guard let main = directories.first else { throw .malformed }
        for directory in directories {
            try draft.tolerate { (draft) throws(ReadingError) in
                for at in try reader.numbers(directory[0x014A], most: 8) {
                    directories.append(try reader.directory(at: at))
                }
            }
        }
        try ExifReader.read(main, &reader, into: &draft)
        try judge(directories, reader, &draft)
        guard draft.facts.kind.isRaw else {
            if let width = try reader.number(main[0x0100]),
                let height = try reader.number(main[0x0101])
            {
                draft.setStored(width, height)
            }
            draft.setFrames(pages)
            try readXMP(main, reader, &draft)
            return
        }
        try readXMP(main, reader, &draft)
        try setSensorSize(directories, reader, &draft)
        try showLargest(of: directories, reader, &draft)
    }

    private static func readXMP(
        _ main: TIFFReader.Directory, _ reader: TIFFReader, _ draft: inout Draft
    ) throws(ReadingError) {
        try draft.tolerate { (draft) throws(ReadingError) in
            if let packet = try reader.stretch(main[0x02BC]) {
                try XMPReader.read(packet, into: &draft)
            }
        }
    }

    /// Tells raw files from other TIFF: they hold a colour filter array or linear sensor data.
    private static func judge(
        _ directories: [TIFFReader.Directory], _ reader: TIFFReader, _ draft: inout Draft
    ) throws(ReadingError) {
        guard draft.facts.kind == .tiff else { return }
        if directories[0][0xC612] != nil { return draft.facts.kind = .dng }
        var isRaw = false
        for directory in directories {
            let space = try reader.number(directory[0x0106])
            if space == 32_803 || space == 34_892 { isRaw = true }
        }
        guard isRaw else { return }
        let makers: [(String, PictureKind)] = [
            ("nikon", .nef), ("sony", .arw), ("pentax", .pef), ("ricoh", .pef), ("samsung", .srw),
        ]
        let maker = draft.facts.maker?.lowercased() ?? ""
        draft.facts.kind = makers.first { maker.hasPrefix($0.0) }?.1 ?? .raw
    }

    private static func setSensorSize(
        _ directories: [TIFFReader.Directory], _ reader: TIFFReader, _ draft: inout Draft
    ) throws(ReadingError) {
        var largest: (UInt64, UInt64) = (0, 0)
        for directory in directories {
            guard let width = try reader.number(directory[0x0100]),
                let height = try reader.number(directory[0x0101])
            else { continue }
            if width * height > largest.0 * largest.1 { largest = (width, height) }
        }
        if largest.0 > 0 { draft.setStored(largest.0, largest.1) }
    }

    private static func showLargest(
        of directories: [TIFFReader.Directory], _ reader: TIFFReader, _ draft: inout Draft
    ) throws(ReadingError) {
        var candidates: [Span] = []
        for directory in directories {
            // A JPEG by its own tags, as one strip, or (Panasonic) as a value.
            for (place, length) in [(0x0201, 0x0202), (0x0111, 0x0117)] {
                if let at = try reader.number(directory[place]),
                    let count = try reader.number(directory[length]),
                    directory[place]?.count == 1,
                    // A preview that points nowhere is no preview.
                    let span = try? reader.span.span(at: at, count: count)
                {
                    candidates.append(span)
                }
            }
            // As above.
            if let span = try? reader.stretch(directory[0x002E]) { candidates.append(span) }
        }
        try draft.show(largestOf: candidates)
    }
}

/// Reads Fujifilm's raw files: a head that says where a JPEG with all the facts lies.
enum RAFReader {
    static func read(_ file: Span, into draft: inout Draft) throws(ReadingError) {
        let jpeg = try file.span(at: try file.u32(84), count: try file.u32(88))
        try JPEGReader.read(jpeg, into: &draft)
        try draft.show(largestOf: [jpeg])
    }
}

extension Draft {
    /// Shows the largest of these that is a plain JPEG, or nothing.
    mutating func show(largestOf candidates: [Span]) throws(ReadingError) {
        var best: (span: Span, size: PixelSize)?
        for span in candidates.prefix(64) {
            guard let size = try JPEGReader.plainSize(span) else { continue }
            if best == nil || size.pixelCount > best!.size.pixelCount { best = (span, size) }
        }
        guard let best else { return shown = .nothing(.noPicture) }
        if stored == nil { setStored(UInt64(best.size.width), UInt64(best.size.height)) }
        shown = .embedded(offset: best.span.start, count: best.span.byteCount)
    }
}

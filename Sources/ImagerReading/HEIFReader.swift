import VaultFormat

/// Reads HEIF's boxes (ISO/IEC 23008-12): the size of the primary item, Exif and XMP.
enum HEIFReader {
    private struct Item {
        var type = ""
        var isXMP = false
    }

    static func read(_ file: Span, into draft: inout Draft) throws(ReadingError) {
        draft.decoderTurns = true
        try readSequence(file, &draft)
        guard let box = try file.box("meta") else { throw .beyondEnd }
        let meta = try box.rest(from: 4)
        let items = try items(meta)
        if let primary = try meta.box("pitm") {
            let wide = try primary.byte(at: 0) > 0
            let number = try primary.number(at: 4, byteCount: wide ? 4 : 2)
            try draft.tolerate { (draft) throws(ReadingError) in
                try readProperties(meta, of: number, &draft)
            }
        }
        let places = try places(meta, in: file, of: Set(items.keys))
        for (number, item) in items.sorted(by: { $0.key < $1.key }) {
            guard let span = places[number] else { continue }
            try draft.tolerate { (draft) throws(ReadingError) in
                if item.isXMP { return try XMPReader.read(span, into: &draft) }
                // Four bytes say how far the structure lies behind them.
                let skip = try span.u32(0)
                try ExifReader.read(try span.rest(from: 4 + skip), into: &draft)
            }
        }
    }

    private static func readSequence(_ file: Span, _ draft: inout Draft) throws(ReadingError) {
        try draft.tolerate { (draft) throws(ReadingError) in
            let path = ["moov", "trak", "mdia", "minf", "stbl", "stsz"]
            if let sizes = try file.box(path: path) { draft.setFrames(try sizes.u32(8)) }
        }
    }

    /// The items that hold Exif or XMP, by number.
    private static func items(_ meta: Span) throws(ReadingError) -> [UInt64: Item] {
        guard let list = try meta.box("iinf") else { return [:] }
        let wide = try list.byte(at: 0) > 0
        var items: [UInt64: Item] = [:]
        try list.rest(from: wide ? 8 : 6).boxes { (box) throws(ReadingError) in
            let (version, _, rest) = try box.full()
            guard box.name == "infe", version >= 2 else { return false }
            let size: UInt64 = version == 2 ? 2 : 4
            let number = try rest.number(at: 0, byteCount: Int(size))
            let type = try rest.name(at: size + 2)
            if type == "Exif" {
                items[number] = Item(type: type)
            } else if type == "mime" {
                // A name that ends in NUL, then the type of the content.
                let text = try rest.bytes(at: size + 6, most: 256)
                let kind = text.drop { $0 != 0 }.dropFirst().prefix { $0 != 0 }
                if kind.elementsEqual("application/rdf+xml".utf8) {
                    items[number] = Item(type: type, isXMP: true)
                }
            }
            return items.count >= 8
        }
        return items
    }

    /// Where items lie that are in one piece; others are left out.
    private static func places(
        _ meta: Span, in file: Span, of wanted: Set<UInt64>
    ) throws(ReadingError) -> [UInt64: Span] {
        guard !wanted.isEmpty, let list = try meta.box("iloc") else { return [:] }
        let version = try list.byte(at: 0)
        let sizes = try list.u16(4)
        let (offsetSize, lengthSize) = (sizes >> 12, sizes >> 8 & 15)
        let (baseSize, indexSize) = (sizes >> 4 & 15, version > 0 ? sizes & 15 : 0)
        guard [offsetSize, lengthSize, baseSize, indexSize].allSatisfy({ [0, 4, 8].contains($0) })
        else { throw .malformed }
        let numberSize = version < 2 ? 2 : 4
        var at: UInt64 = 6
        func take(_ byteCount: Int) throws(ReadingError) -> UInt64 {
            defer { at += UInt64(byteCount) }
            return try list.number(at: at, byteCount: byteCount)
        }
        var places: [UInt64: Span] = [:]
        for _ in 0..<(try take(numberSize)) {
            let number = try take(numberSize)
            let method = version > 0 ? try take(2) & 15 : 0
            _ = try take(2)
            let base = try take(baseSize)
            let extents = try take(2)
            guard extents == 1, wanted.contains(number), method <= 1 else {
                at += extents * UInt64(indexSize + offsetSize + lengthSize)
                continue
            }
            _ = try take(indexSize)
            let (sum, over) = base.addingReportingOverflow(try take(offsetSize))
            let length = try take(lengthSize)
            guard !over else { throw .beyondEnd }
            // Method 1 counts from the data inside the box of facts.
            let holder = method == 0 ? file : try meta.box("idat")
            if let holder { places[number] = try holder.span(at: sum, count: length) }
        }
        return places
    }

    /// Size, crop and turn of an item, in the order in which they apply.
    private static func readProperties(
        _ meta: Span, of item: UInt64, _ draft: inout Draft
    ) throws(ReadingError) {
        guard let properties = try meta.box("iprp"), let holder = try properties.box("ipco"),
            let links = try properties.box("ipma")
        else { return }
        var boxes: [Box] = []
        try holder.boxes { (box) throws(ReadingError) in
            boxes.append(box)
            return boxes.count >= 1024
        }
        for index in try associations(links, of: item) where (1...boxes.count).contains(index) {
            let box = boxes[index - 1]
            switch box.name {
            case "ispe": draft.setStored(try box.body.u32(4), try box.body.u32(8))
            case "clap":
                let (across, down) = (try box.body.u32(4), try box.body.u32(12))
                guard across > 0, down > 0 else { throw .malformed }
                draft.setStored(
                    (try box.body.u32(0) + across / 2) / across,
                    (try box.body.u32(8) + down / 2) / down)
            case "irot" where try box.body.byte(at: 0) & 1 == 1:
                draft.stored = draft.stored?.turned
            default: break
            }
        }
    }

    private static func associations(
        _ links: Span, of item: UInt64
    ) throws(ReadingError) -> [Int] {
        let (version, flags, rest) = try Box(name: "ipma", body: links).full()
        let numberSize: UInt64 = version < 1 ? 2 : 4
        let indexSize: UInt64 = flags & 1 == 1 ? 2 : 1
        var at: UInt64 = 4
        for _ in 0..<(try rest.u32(0)) {
            let number = try rest.number(at: at, byteCount: Int(numberSize))
            let count = UInt64(try rest.byte(at: at + numberSize))
            at += numberSize + 1
            if number == item {
                var indices: [Int] = []
                for index in 0..<count {
                    let value = try rest.number(
                        at: at + index * indexSize, byteCount: Int(indexSize))
                    indices.append(Int(value & (indexSize == 2 ? 0x7FFF : 0x7F)))
                }
                return indices
            }
            at += count * indexSize
        }
        return []
    }
}

/// Reads Canon's CR3: Exif in boxes of its own, and a JPEG of middling size.
enum CR3Reader {
    /// The box with the facts, and the box with the preview.
    private static let factsID: [UInt8] = [
        0x85, 0xC0, 0xB6, 0x87, 0x82, 0x0F, 0x11, 0xE0, 0x81, 0x11, 0xF4, 0xCE, 0x46, 0x2B, 0x6A,
        0x48,
    ]
    private static let previewID: [UInt8] = [
        0xEA, 0xF4, 0x2B, 0x5E, 0x1C, 0x98, 0x4B, 0x88, 0xB9, 0xFB, 0xB7, 0xDC, 0x40, 0x6E, 0x4D,
        0x16,
    ]

    static func read(_ file: Span, into draft: inout Draft) throws(ReadingError) {
        var candidates: [Span] = []
        try file.boxes { (box) throws(ReadingError) in
            if box.name == "moov" {
                try draft.tolerate { (draft) throws(ReadingError) in
                    try box.body.boxes { (inner) throws(ReadingError) in
                        guard inner.name == "uuid", try holds(inner, factsID) else { return false }
                        try readFacts(inner.body.rest(from: 16), &draft)
                        return true
                    }
                }
            } else if box.name == "uuid", try holds(box, previewID) {
                // 8 bytes before the inner box, 16 bytes of sizes in it before the JPEG.
                if let preview = try box.body.rest(from: 24).box("PRVW") {
                    candidates.append(try preview.rest(from: 16))
                }
            }
            return false
        }
        try draft.show(largestOf: candidates)
    }

    private static func holds(_ box: Box, _ id: [UInt8]) throws(ReadingError) -> Bool {
        try box.body.bytes(at: 0, most: 16) == id
    }

    private static func readFacts(_ boxes: Span, _ draft: inout Draft) throws(ReadingError) {
        try boxes.boxes { (box) throws(ReadingError) in
            try draft.tolerate { (draft) throws(ReadingError) in
                guard ["CMT1", "CMT2", "CMT4"].contains(box.name) else { return }
                var reader = try TIFFReader(box.body)
                let directory = try reader.directory(at: reader.first)
                switch box.name {
                case "CMT1":
                    try ExifReader.readMain(directory, reader, &draft)
                    if let width = try reader.number(directory[0x0100]),
                        let height = try reader.number(directory[0x0101])
                    {
                        draft.setStored(width, height)
                    }
                case "CMT2": try ExifReader.readCamera(directory, &reader, &draft)
                default: try ExifReader.readPlace(directory, reader, &draft)
                }
            }
            return false
        }
    }
}

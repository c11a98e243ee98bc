/// HEIC, HEIF and AVIF with still pictures (ISO/IEC 23008-12).
///
/// The list of items is made shorter, and the room that it leaves is filled, so that no picture moves: what
/// lies in the file and belongs to no picture becomes zeros.
enum HEIFStripper {
    /// Properties that decoding and showing need; others become free room, for they are told by number.
    private static let properties: Set<String> = [
        "ispe", "pixi", "hvcC", "lhvC", "av1C", "avcC", "vvcC", "jpgC", "j2kH", "cmpd", "uncC",
        "cmpC", "colr", "irot", "imir", "clap", "pasp", "auxC", "rloc", "lsel", "a1lx", "a1op",
        "clli", "mdcv", "cclv", "amve", "tols", "oinf", "free", "skip",
    ]
    /// What a `meta` box keeps besides what is told of items.
    private static let sections: Set<String> = ["hdlr", "pitm", "dinf"]

    static func strip(_ file: Bytes) throws(StripError) -> [UInt8] {
        let boxes = try HEIFBox.all(in: file)
        guard boxes.first?.type == "ftyp", boxes.filter({ $0.type == "meta" }).count == 1 else {
            throw .malformed
        }
        // A film, or a burst: their tracks may say anything.
        guard !boxes.contains(where: { $0.type == "moov" || $0.type == "moof" }) else {
            throw .unsupported
        }
        var result: [UInt8] = []
        result.reserveCapacity(file.count)
        var items: HEIFItems?
        var media: [Range<Int>] = []
        for box in boxes {
            switch box.type {
            case "ftyp": result.append(box.whole)
            case "meta":
                let (meta, found) = try Self.meta(box)
                items = found
                result += meta
                let room = box.whole.count - meta.count
                guard room == 0 || room >= 8 else { throw .malformed }
                if room > 0 { result += HEIFBox.free(room) }
            case "mdat":
                media.append(box.body.range)
                result.append(box.whole)
            default: result += HEIFBox.free(box.whole.count)
            }
        }
        guard let items, result.count == file.count else { throw .malformed }
        try blank(&result, media, keeping: items.fileRanges)
        return result
    }

    /// Zeros over what no picture that stays takes.
    private static func blank(
        _ bytes: inout [UInt8], _ areas: [Range<Int>], keeping ranges: [Range<Int>]
    ) throws(StripError) {
        // Honest files have one area and an item for each tile.
        guard areas.count <= 16, ranges.count <= 65_536 else { throw .malformed }
        let ranges = ranges.sorted { $0.lowerBound < $1.lowerBound }
        guard ranges.allSatisfy({ range in areas.contains { $0.contains(range) } }) else {
            throw .malformed
        }
        for area in areas {
            var next = area.lowerBound
            for range in ranges where area.contains(range) {
                if range.lowerBound > next { bytes.blank(next..<range.lowerBound) }
                next = max(next, range.upperBound)
            }
            bytes.blank(next..<area.upperBound)
        }
    }

    private static func meta(_ box: HEIFBox) throws(StripError) -> ([UInt8], HEIFItems) {
        let boxes = try HEIFBox.all(in: try box.body.rest(4))
        let items = try HEIFItems(boxes)
        var body = Array(try box.body.part(0, 4).array)
        for box in boxes {
            switch box.type {
            case "iinf": body += try items.listing(box)
            case "iloc": body += try items.locations(box)
            case "iref": body += try items.references(box)
            case "iprp": body += try properties(box, items)
            case "idat":
                var data = Array(box.body.array)
                try blank(&data, [0..<data.count], keeping: items.dataRanges)
                body += HEIFBox.made("idat", data)
            case "grpl": body += try groups(box, items)
            case _ where sections.contains(box.type): body.append(box.whole)
            default: break
            }
        }
        return (HEIFBox.made("meta", body), items)
    }

    private static func properties(
        _ iprp: HEIFBox, _ items: HEIFItems
    ) throws(StripError) -> [UInt8] {
        var body: [UInt8] = []
        for box in try HEIFBox.all(in: iprp.body) {
            switch box.type {
            case "ipco":
                var all: [UInt8] = []
                for property in try HEIFBox.all(in: box.body) {
                    if properties.contains(property.type) {
                        all.append(property.whole)
                    } else {
                        all += HEIFBox.free(property.whole.count)
                    }
                }
                body += HEIFBox.made("ipco", all)
            case "ipma": body += try associations(box, items)
            default: break
            }
        }
        return HEIFBox.made("iprp", body)
    }

    private static func associations(
        _ ipma: HEIFBox, _ items: HEIFItems
    ) throws(StripError) -> [UInt8] {
        let body = ipma.body
        let idSize = try body.u8(0) == 0 ? 2 : 4
        let each = try body.u8(3) & 1 == 0 ? 1 : 2
        var entries: [UInt8] = []
        var count = 0
        var offset = 8
        for _ in 0..<(try body.u32(4)) {
            let id = Int(try body.number(offset, idSize))
            let entry = try body.part(offset, idSize + 1 + (try body.u8(offset + idSize)) * each)
            offset += entry.count
            guard items.kept.contains(id) else { continue }
            entries.append(entry)
            count += 1
        }
        var result = Array(try body.part(0, 4).array)
        result.append(bigEndian: UInt64(count), 4)
        return HEIFBox.made("ipma", result + entries)
    }

    /// Groups of which every member stays.
    private static func groups(
        _ grpl: HEIFBox, _ items: HEIFItems
    ) throws(StripError) -> [UInt8] {
        var body: [UInt8] = []
        for group in try HEIFBox.all(in: grpl.body) {
            var isWhole = true
            for index in 0..<(try group.body.u32(8)) {
                if !items.kept.contains(try group.body.u32(12 + index * 4)) { isWhole = false }
            }
            if isWhole { body.append(group.whole) }
        }
        return body.isEmpty ? [] : HEIFBox.made("grpl", body)
    }
}

extension [UInt8] {
    fileprivate mutating func blank(_ range: Range<Int>) {
        for index in range { self[index] = 0 }
    }
}

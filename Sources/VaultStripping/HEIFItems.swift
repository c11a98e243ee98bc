/// What the `meta` box of a HEIF file lists (ISO/IEC 23008-12, 14496-12 §8.11): which items stay, and where
/// their bytes lie.
struct HEIFItems {
    /// Coded and derived pictures. Everything else is about the picture, not the picture.
    private static let pictures: Set<String> = [
        "hvc1", "hev1", "lhv1", "av01", "avc1", "vvc1", "jpeg", "j2k1", "unci", "grid", "iden",
        "iovl", "tmap",
    ]

    private(set) var kept: Set<Int> = []
    /// In the file.
    private(set) var fileRanges: [Range<Int>] = []
    /// In `idat`.
    private(set) var dataRanges: [Range<Int>] = []
    private var thumbnails: Set<Int> = []

    init(_ boxes: [HEIFBox]) throws(StripError) {
        func one(_ type: String) throws(StripError) -> HEIFBox {
            let found = boxes.filter { $0.type == type }
            guard found.count == 1 else { throw .malformed }
            return found[0]
        }
        let primary = try one("pitm").body
        let primaryID =
            try primary.u8(0) == 0 ? try primary.u16(4) : try primary.u32(4)
        for (id, type) in try Self.listed(try one("iinf")) where Self.pictures.contains(type) {
            kept.insert(id)
        }
        try dropThumbnails(boxes.filter { $0.type == "iref" })
        guard kept.contains(primaryID) else { throw .malformed }
        try locate(try one("iloc"))
    }

    private static func listed(_ iinf: HEIFBox) throws(StripError) -> [(id: Int, type: String)] {
        let body = iinf.body
        let start = try body.u8(0) == 0 ? 6 : 8
        var items: [(id: Int, type: String)] = []
        for box in try HEIFBox.all(in: try body.rest(start)) where box.type == "infe" {
            items.append(try item(box))
        }
        return items
    }

    private static func item(_ infe: HEIFBox) throws(StripError) -> (id: Int, type: String) {
        switch try infe.body.u8(0) {
        case 2: (try infe.body.u16(4), try infe.body.name(8))
        case 3: (try infe.body.u32(4), try infe.body.name(10))
        default: throw .unsupported
        }
    }

    /// A small picture of the picture may show what was cut away since; one that another is made of stays.
    private mutating func dropThumbnails(_ irefs: [HEIFBox]) throws(StripError) {
        var small: Set<Int> = []
        var needed: Set<Int> = []
        for iref in irefs {
            for reference in try HEIFReference.all(in: iref) {
                if reference.type == "thmb" { small.insert(reference.from) }
                if reference.type == "dimg" { needed.formUnion(reference.to) }
            }
        }
        kept.subtract(small.subtracting(needed))
    }

    // MARK: - Where they lie

    private mutating func locate(_ iloc: HEIFBox) throws(StripError) {
        for location in try HEIFLocation.all(in: iloc) where kept.contains(location.id) {
            switch location.method {
            case 0: fileRanges += location.ranges
            case 1: dataRanges += location.ranges
            default: throw .unsupported
            }
        }
    }

    // MARK: - The boxes without the others

    func listing(_ iinf: HEIFBox) throws(StripError) -> [UInt8] {
        let isShort = try iinf.body.u8(0) == 0
        var entries: [UInt8] = []
        var count = 0
        for box in try HEIFBox.all(in: try iinf.body.rest(isShort ? 6 : 8)) {
            guard box.type == "infe", kept.contains(try Self.item(box).id) else { continue }
            entries.append(box.whole)
            count += 1
        }
        var body = Array(try iinf.body.part(0, 4).array)
        body.append(bigEndian: UInt64(count), isShort ? 2 : 4)
        return HEIFBox.made("iinf", body + entries)
    }

    func locations(_ iloc: HEIFBox) throws(StripError) -> [UInt8] {
        let stay = try HEIFLocation.all(in: iloc).filter { kept.contains($0.id) }
        let isShort = try iloc.body.u8(0) < 2
        var body = Array(try iloc.body.part(0, 6).array)
        body.append(bigEndian: UInt64(stay.count), isShort ? 2 : 4)
        for location in stay { body.append(location.entry) }
        return HEIFBox.made("iloc", body)
    }

    func references(_ iref: HEIFBox) throws(StripError) -> [UInt8] {
        var body = Array(try iref.body.part(0, 4).array)
        let size = try iref.body.u8(0) == 0 ? 2 : 4
        for reference in try HEIFReference.all(in: iref) where kept.contains(reference.from) {
            let to = reference.to.filter { kept.contains($0) }
            if to.isEmpty { continue }
            var entry: [UInt8] = []
            entry.append(bigEndian: UInt64(reference.from), size)
            entry.append(bigEndian: UInt64(to.count), 2)
            for id in to { entry.append(bigEndian: UInt64(id), size) }
            body += HEIFBox.made(reference.type, entry)
        }
        return body.count == 4 ? [] : HEIFBox.made("iref", body)
    }
}

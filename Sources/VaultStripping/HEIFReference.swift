/// One item's references of one kind to others (14496-12 §8.11.12).
struct HEIFReference {
    let type: String
    let from: Int
    let to: [Int]

    static func all(in iref: HEIFBox) throws(StripError) -> [HEIFReference] {
        let size = try iref.body.u8(0) == 0 ? 2 : 4
        var all: [HEIFReference] = []
        for box in try HEIFBox.all(in: try iref.body.rest(4)) {
            var to: [Int] = []
            let count = try box.body.u16(size)
            for index in 0..<count {
                to.append(Int(try box.body.number(size + 2 + index * size, size)))
            }
            all.append(
                HEIFReference(type: box.type, from: Int(try box.body.number(0, size)), to: to))
        }
        return all
    }
}

/// Where one item's bytes lie (14496-12 §8.11.3).
struct HEIFLocation {
    let id: Int
    /// 0 in the file, 1 in `idat`.
    let method: Int
    let ranges: [Range<Int>]
    /// As it stands in the box.
    let entry: Bytes

    static func all(in iloc: HEIFBox) throws(StripError) -> [HEIFLocation] {
        let body = iloc.body
        let version = try body.u8(0)
        guard version <= 2 else { throw .unsupported }
        let sizes = Sizes(
            offset: try body.u8(4) >> 4, length: try body.u8(4) & 15, base: try body.u8(5) >> 4,
            index: version == 0 ? 0 : try body.u8(5) & 15)
        guard sizes.areKnown else { throw .malformed }
        let idSize = version < 2 ? 2 : 4
        let count = Int(try body.number(6, idSize))
        var offset = 6 + idSize
        var all: [HEIFLocation] = []
        for _ in 0..<count {
            let location = try one(body, offset, version, idSize, sizes)
            offset += location.entry.count
            all.append(location)
        }
        guard offset == body.count else { throw .malformed }
        return all
    }

    private struct Sizes {
        var offset, length, base, index: Int

        var areKnown: Bool {
            [offset, length, base, index].allSatisfy { [0, 4, 8].contains($0) }
        }
    }

    private static func one(
        _ body: Bytes, _ start: Int, _ version: Int, _ idSize: Int, _ sizes: Sizes
    ) throws(StripError) -> HEIFLocation {
        let id = Int(try body.number(start, idSize))
        var offset = start + idSize
        var method = 0
        if version > 0 {
            method = try body.u16(offset) & 15
            offset += 2
        }
        // In another file.
        guard try body.u16(offset) == 0 else { throw .unsupported }
        let base = try body.number(offset + 2, sizes.base)
        offset += 2 + sizes.base
        let extents = try body.u16(offset)
        offset += 2
        var ranges: [Range<Int>] = []
        for _ in 0..<extents {
            offset += sizes.index
            let from = base.addingReportingOverflow(try body.number(offset, sizes.offset))
            let length = try body.number(offset + sizes.offset, sizes.length)
            offset += sizes.offset + sizes.length
            let to = from.partialValue.addingReportingOverflow(length)
            // None means all there is, which nobody writes.
            guard length > 0 else { throw .unsupported }
            guard !from.overflow, !to.overflow, let end = Int(exactly: to.partialValue) else {
                throw .malformed
            }
            ranges.append(Int(from.partialValue)..<end)
        }
        return HEIFLocation(
            id: id, method: method, ranges: ranges, entry: try body.part(start, offset - start))
    }
}

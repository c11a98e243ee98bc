/// Walks the directories of a TIFF structure: a TIFF file, most raw files, and Exif everywhere.
///
/// A hostile structure may loop or name the same bytes a million times; so the directories that one
/// reader opens are counted, and no value is longer than what asks for it allows.
struct TIFFReader {
    struct Entry {
        var type: Int
        var count: UInt64
        /// Where the value lies in the structure.
        var offset: UInt64
    }

    struct Directory {
        var entries: [Int: Entry] = [:]
        /// 0 at the end of the chain.
        var next: UInt64 = 0

        subscript(_ tag: Int) -> Entry? { entries[tag] }
    }

    let span: Span
    let littleEndian: Bool
    /// Where the first directory lies.
    let first: UInt64
    private var opened = 0
    private static let mostDirectories = 64
    private static let mostEntries = 4096

    /// - Parameter marks: the numbers after the byte order that are accepted; 42 for TIFF itself.
    init(_ span: Span, marks: Set<Int> = [42]) throws(ReadingError) {
        self.span = span
        switch try span.bytes(at: 0, count: 2) {
        case Array("II".utf8): littleEndian = true
        case Array("MM".utf8): littleEndian = false
        default: throw .malformed
        }
        guard marks.contains(try span.u16(2, littleEndian: littleEndian)) else { throw .malformed }
        first = try span.u32(4, littleEndian: littleEndian)
    }

    /// A structure without a head of its own, such as a maker's note.
    init(headless span: Span, littleEndian: Bool, first: UInt64) {
        self.span = span
        self.littleEndian = littleEndian
        self.first = first
    }

    mutating func directory(at offset: UInt64) throws(ReadingError) -> Directory {
        opened += 1
        guard opened <= Self.mostDirectories else { throw .tooMuch }
        let count = try span.u16(offset, littleEndian: littleEndian)
        guard count <= Self.mostEntries else { throw .tooMuch }
        var directory = Directory()
        for index in 0..<count {
            let at = offset + 2 + UInt64(index) * 12
            let tag = try span.u16(at, littleEndian: littleEndian)
            let type = try span.u16(at + 2, littleEndian: littleEndian)
            let values = try span.u32(at + 4, littleEndian: littleEndian)
            guard let size = Self.sizes[type] else { continue }
            let inPlace = values * size <= 4
            let place = inPlace ? at + 8 : try span.u32(at + 8, littleEndian: littleEndian)
            // The first of two counts: that is what most readers take.
            if directory.entries[tag] == nil {
                directory.entries[tag] = Entry(type: type, count: values, offset: place)
            }
        }
        let end = offset + 2 + UInt64(count) * 12
        // Some writers leave the link out.
        directory.next =
            end + 4 <= span.byteCount ? try span.u32(end, littleEndian: littleEndian) : 0
        return directory
    }

    private static let sizes: [Int: UInt64] = [
        1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4,
    ]

    /// Unsigned whole numbers, at most `most` of them.
    func numbers(_ entry: Entry?, most: Int = 1) throws(ReadingError) -> [UInt64] {
        guard let entry, [1, 3, 4, 13].contains(entry.type), let size = Self.sizes[entry.type]
        else { return [] }
        var numbers: [UInt64] = []
        for index in 0..<min(entry.count, UInt64(most)) {
            numbers.append(
                try span.number(
                    at: entry.offset + index * size, byteCount: Int(size),
                    littleEndian: littleEndian))
        }
        return numbers
    }

    func number(_ entry: Entry?) throws(ReadingError) -> UInt64? { try numbers(entry).first }

    /// Fractions as numerator and denominator, unsigned, at most three.
    func fractions(_ entry: Entry?) throws(ReadingError) -> [(UInt64, UInt64)] {
        guard let entry, entry.type == 5 else { return [] }
        var values: [(UInt64, UInt64)] = []
        for index in 0..<min(entry.count, 3) {
            let at = entry.offset + index * 8
            values.append(
                (
                    try span.u32(at, littleEndian: littleEndian),
                    try span.u32(at + 4, littleEndian: littleEndian)
                ))
        }
        return values
    }

    /// The bytes of a text up to its NUL.
    func text(_ entry: Entry?, most: Int) throws(ReadingError) -> [UInt8]? {
        // UTF-8 is type 129 in newer files, and some writers say "undefined".
        guard let entry, [1, 2, 7].contains(entry.type) else { return nil }
        let bytes = try span.bytes(at: entry.offset, count: Int(min(entry.count, UInt64(most))))
        return Array(bytes.prefix { $0 != 0 })
    }

    /// Where a value of bytes lies.
    func stretch(_ entry: Entry?) throws(ReadingError) -> Span? {
        guard let entry, let size = Self.sizes[entry.type] else { return nil }
        return try span.span(at: entry.offset, count: entry.count * size)
    }
}

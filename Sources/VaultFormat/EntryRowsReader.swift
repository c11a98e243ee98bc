/// Reads `entry.rows` where it lies. Items are had by their index and nothing is allocated for one:
/// an import writes half a million of them. Spec 07 §4.
///
/// All bounds and orders were checked by `init`.
package struct EntryRowsReader {
    static let recordByteCount = 8 + 32
    static let packByteCount = 32 + 8
    static let erasedByteCount = 16 + 1

    private var records = UnsafeRawBufferPointer(start: nil, count: 0)
    private var packs = UnsafeRawBufferPointer(start: nil, count: 0)
    private var erased = UnsafeRawBufferPointer(start: nil, count: 0)
    package private(set) var header: LogHash?
    package private(set) var keyring: LogHash?
    package private(set) var copies: LogHash?
    package private(set) var cards: LogHash?

    /// The buffer must outlive the reader.
    package init(parsing buffer: UnsafeRawBufferPointer) throws(FormatError) {
        guard !buffer.isEmpty else { return }
        var reader = CBORReader(buffer)
        try reader.map { (key, reader) throws(FormatError) in
            switch key {
            case 1: records = try Self.items(&reader, Self.recordByteCount)
            case 2: packs = try Self.items(&reader, Self.packByteCount)
            case 3: erased = try Self.items(&reader, Self.erasedByteCount)
            case 4: header = try reader.identifier(LogHash.self)
            case 5: keyring = try reader.identifier(LogHash.self)
            case 6: copies = try reader.identifier(LogHash.self)
            case 7: cards = try reader.identifier(LogHash.self)
            default: throw .unknown("rows member \(key)")
            }
        }
        try reader.finish()
        // Nothing written has one encoding, which is no bytes at all.
        guard !isEmpty else { throw .notCanonical }
        try checkRecords()
        try Self.checkOrder(packs, Self.packByteCount, nameByteCount: 32)
        try Self.checkOrder(erased, Self.erasedByteCount, nameByteCount: 16)
        for index in 0..<erasedCount where erased[index * Self.erasedByteCount + 16] > 1 {
            throw .notCanonical
        }
    }

    package var isEmpty: Bool { !changesVault && copies == nil }

    /// Whether there is anything but the table of copies, which a program without keys may write.
    package var changesVault: Bool {
        !records.isEmpty || !packs.isEmpty || !erased.isEmpty || header != nil || keyring != nil
            || cards != nil
    }

    package var recordCount: Int { records.count / Self.recordByteCount }
    package var packCount: Int { packs.count / Self.packByteCount }
    package var erasedCount: Int { erased.count / Self.erasedByteCount }

    /// Records ascend by row; `state` is `LogHash.destroyed` for one that is no more.
    package func record(at index: Int) -> (row: Int64, state: LogHash) {
        let offset = index * Self.recordByteCount
        return (Int64(number(records, offset)), LogHash(at: offset + 8, in: records))
    }

    /// Packs ascend by name; one without a size was dropped.
    package func pack(at index: Int) -> (name: PackName, byteCount: UInt64?) {
        let offset = index * Self.packByteCount
        let byteCount = number(packs, offset + 32)
        return (PackName(at: offset, in: packs), byteCount == .max ? nil : byteCount)
    }

    /// Tags ascend.
    package func erased(at index: Int) -> (tag: ErasureTag, isThere: Bool) {
        let offset = index * Self.erasedByteCount
        return (ErasureTag(at: offset, in: erased), erased[offset + 16] == 1)
    }

    private func checkRecords() throws(FormatError) {
        var previous: UInt64?
        for index in 0..<recordCount {
            let row = number(records, index * Self.recordByteCount)
            guard row <= UInt64(Int64.max) else { throw .outOfRange("row") }
            if let previous, row <= previous { throw .notCanonical }
            previous = row
        }
    }

    private static func checkOrder(
        _ items: UnsafeRawBufferPointer, _ byteCount: Int, nameByteCount: Int
    ) throws(FormatError) {
        for offset in stride(from: byteCount, to: items.count, by: byteCount) {
            let name = items[offset..<offset + nameByteCount]
            let previous = items[offset - byteCount..<offset - byteCount + nameByteCount]
            guard previous.lexicographicallyPrecedes(name) else { throw .notCanonical }
        }
    }

    private static func items(
        _ reader: inout CBORReader, _ byteCount: Int
    ) throws(FormatError) -> UnsafeRawBufferPointer {
        let items = try reader.borrowedBytes()
        guard !items.isEmpty, items.count.isMultiple(of: byteCount) else { throw .notCanonical }
        return items
    }

    private func number(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
        UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
}

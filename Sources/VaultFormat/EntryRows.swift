/// What a transaction wrote, as its entry commits to it: made here, read by `EntryRowsReader`.
/// Spec 07 §4.
package struct EntryRows: Sendable {
    /// SHA-256 of the header as stored, when it was written.
    package var header: LogHash?
    /// SHA-256 over the table `keyring`, when it was written.
    package var keyring: LogHash?
    /// SHA-256 over the table `copy`, when it was written.
    package var copies: LogHash?
    /// SHA-256 over the table `card`, when it was written.
    package var cards: LogHash?
    private var records: [UInt8] = []
    private var lastRow: Int64 = -1
    private var packs: [PackName: UInt64] = [:]
    private var erased: [ErasureTag: Bool] = [:]

    package init() {}

    /// Whether nothing was written: `entry.rows` is then empty and its leaf has no digest of it.
    package var isEmpty: Bool { memberCount == 0 }

    /// Whether there is anything but the table of copies, which a program without keys may write.
    package var changesVault: Bool {
        var others = self
        others.copies = nil
        return !others.isEmpty
    }

    /// Room for so many records.
    package mutating func reserve(recordCount: Int) {
        records.reserveCapacity(recordCount * EntryRowsReader.recordByteCount)
    }

    /// Adds a record by its state, or as destroyed when there is none.
    ///
    /// - Precondition: rows come in ascending order, each once.
    package mutating func record(row: Int64, state: LogHash?) {
        precondition(row > lastRow, "the records of an entry come in ascending order, each once")
        lastRow = row
        Self.append(UInt64(row), to: &records)
        withUnsafeBytes(of: (state ?? .destroyed).words) { records.append(contentsOf: $0) }
    }

    /// Adds a pack, or one that was dropped when it has no size; the last word on it counts.
    package mutating func pack(_ name: PackName, byteCount: UInt64?) {
        precondition(byteCount != .max, "no pack is that large: it would read as a dropped one")
        packs[name] = byteCount ?? .max
    }

    /// Adds the tag of an erased content that is there now, or is not; the last word on it counts.
    package mutating func erased(_ tag: ErasureTag, isThere: Bool) { erased[tag] = isThere }

    /// What is stored in `entry.rows`.
    package var encoded: [UInt8] {
        guard !isEmpty else { return [] }
        var writer = CBORWriter()
        writer.map(count: memberCount)
        if !records.isEmpty {
            writer.key(1)
            writer.byteString(records)
        }
        if !packs.isEmpty {
            var items: [UInt8] = []
            for name in packs.keys.sorted() {
                items += name.bytes
                Self.append(packs[name] ?? .max, to: &items)
            }
            writer.key(2)
            writer.byteString(items)
        }
        if !erased.isEmpty {
            writer.key(3)
            writer.byteString(
                erased.keys.sorted().flatMap { $0.bytes + [erased[$0] == true ? 1 : 0] })
        }
        for (key, hash) in [
            (4, header), (5, keyring), (6, copies), (7, cards),
        ] as [(UInt8, LogHash?)] {
            guard let hash else { continue }
            writer.key(key)
            writer.byteString(hash.bytes)
        }
        return writer.bytes
    }

    private var memberCount: Int {
        [!records.isEmpty, !packs.isEmpty, !erased.isEmpty].count { $0 }
            + [header, keyring, copies, cards].count { $0 != nil }
    }

    private static func append(_ value: UInt64, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }
}

extension LogHash {
    /// What stands for the state of a record that is no more. Spec 07 §4.
    package static let destroyed = LogHash(words: .zero)
}

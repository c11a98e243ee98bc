package import VaultCrypto
package import VaultFormat

/// The last word of the log on everything that the tables hold, and its comparison with what they do
/// hold. Spec 07 §4, replay.
///
/// First the rows of all entries, in order; then the tables: records by row, packs and tags in any
/// order, `finish`.
package struct RowReplay: ~Copyable, Sendable {
    private var records = RowTable()
    private var packs: [PackName: UInt64?] = [:]
    private var erased: [ErasureTag: Bool] = [:]
    private var header: LogHash?
    private var keyring: LogHash?
    private var copies: LogHash?
    private var cards: LogHash?

    /// Records below were compared, or found missing.
    private var nextRow: Int64 = 0
    private var comparedSparse: Set<Int64> = []
    package private(set) var findings = Findings<RowFinding>()

    package init() {}

    /// Takes what an entry wrote. Entries come in the log's order.
    package mutating func apply(_ rows: EntryRowsReader) {
        for index in 0..<rows.recordCount {
            let record = rows.record(at: index)
            records.write(record.state, row: record.row)
        }
        for index in 0..<rows.packCount {
            let pack = rows.pack(at: index)
            packs.updateValue(pack.byteCount, forKey: pack.name)
        }
        for index in 0..<rows.erasedCount {
            let item = rows.erased(at: index)
            erased[item.tag] = item.isThere
        }
        header = rows.header ?? header
        keyring = rows.keyring ?? keyring
        copies = rows.copies ?? copies
        cards = rows.cards ?? cards
    }

    // MARK: - Comparing

    /// - Parameter state: as `RowStateHasher` makes it.
    /// - Precondition: rows come in ascending order, each once.
    package mutating func compareRecord(row: Int64, state: Digest) {
        if row >= 0, row < records.denseCount {
            precondition(row >= nextRow, "records are compared in ascending order, each once")
            findMissing(before: row)
            nextRow = row + 1
        } else {
            precondition(
                comparedSparse.insert(row).inserted, "records are compared each once")
        }
        guard let expected = records[row] else {
            findings.add(.recordUnknown(row: row))
            return
        }
        if expected == .destroyed {
            findings.add(.recordDestroyed(row: row))
        } else if expected != LogHash(state) {
            findings.add(.recordDiffers(row: row))
        }
    }

    package mutating func comparePack(_ name: PackName, byteCount: UInt64) {
        // Taken out, so that what remains in the end is missing.
        guard let expected = packs.removeValue(forKey: name) else {
            findings.add(.packUnknown(name))
            return
        }
        if expected == nil {
            findings.add(.packDropped(name))
        } else if expected != byteCount {
            findings.add(.packDiffers(name))
        }
    }

    package mutating func compareErased(_ tag: ErasureTag) {
        if erased.removeValue(forKey: tag) != true { findings.add(.erasedUnknown(tag)) }
    }

    /// - Parameter count: of rows that belong to no record.
    package mutating func compareStrays(_ count: Int64) {
        if count > 0 { findings.add(.strays(count)) }
    }

    /// Compares what there is one of, and finds what the tables did not hold.
    ///
    /// - Parameters:
    ///   - header: SHA-256 of the header as stored.
    ///   - keyring: as `TableHasher` makes it, and so `copies` and `cards`.
    package mutating func finish(
        header: Digest, keyring: Digest, copies: Digest, cards: Digest
    ) {
        findMissing(before: records.denseCount)
        nextRow = records.denseCount
        for row in records.sparseRows
        where records[row] != .destroyed && !comparedSparse.contains(row) {
            findings.add(.recordMissing(row: row))
        }
        for (name, _) in packs.filter({ $0.value != nil }).sorted(by: { $0.key < $1.key }) {
            findings.add(.packMissing(name))
        }
        for tag in erased.keys.sorted() where erased[tag] == true {
            findings.add(.erasedMissing(tag))
        }
        if self.header != LogHash(header) { findings.add(.headerDiffers) }
        if self.keyring != LogHash(keyring) { findings.add(.keyringDiffers) }
        // Until one is made there are no copies and no cards, and no entry says so.
        let none = LogHash(Digest(hashing: []))
        if (self.copies ?? none) != LogHash(copies) { findings.add(.copiesDiffer) }
        if (self.cards ?? none) != LogHash(cards) { findings.add(.cardsDiffer) }
    }

    private mutating func findMissing(before row: Int64) {
        while nextRow < row {
            if let expected = records[nextRow], expected != .destroyed {
                findings.add(.recordMissing(row: nextRow))
            }
            nextRow += 1
        }
    }
}

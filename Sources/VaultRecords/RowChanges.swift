import VaultCrypto
import VaultFormat

/// What a transaction wrote, gathered for its entry to commit to. Spec 07 §4.
struct RowChanges {
    /// States that are known as they are written; `nil` for a record that was destroyed.
    private var states: [Int64: LogHash?] = [:]
    /// States in the order of rows, when a rotation writes them all.
    private var all: [(row: Int64, state: LogHash)] = []
    /// Rows whose state is read back before the commit.
    private var touched: Set<Int64> = []
    /// Packs and erased contents; the rest comes in when it is encoded.
    private var rows = EntryRows()
    var header = false
    var keyring = false
    var copies = false
    var cards = false

    var isEmpty: Bool {
        states.isEmpty && all.isEmpty && touched.isEmpty && rows.isEmpty && !header && !keyring
            && !copies && !cards
    }

    mutating func set(row: Int64, state: LogHash?) {
        states[row] = .some(state)
        if state == nil { touched.remove(row) }
    }

    mutating func touch(_ row: Int64) { touched.insert(row) }

    /// For a rotation, which rewrites every row and does nothing else with them.
    mutating func setAll(_ more: [(row: Int64, state: LogHash)]) {
        precondition(states.isEmpty && touched.isEmpty, "a rotation changes no single record")
        all += more
    }

    mutating func set(pack: PackName, byteCount: Int64?) {
        rows.pack(pack, byteCount: byteCount.map { UInt64(max($0, 0)) })
    }

    mutating func set(erased tag: ErasureTag, isThere: Bool) {
        rows.erased(tag, isThere: isThere)
    }

    /// What the entry commits to, read back where it is not known.
    mutating func rows(_ session: Session) throws(RecordsError) -> EntryRows {
        for row in touched { states[row] = .some(try session.state(of: row)) }
        rows.reserve(recordCount: all.count + states.count)
        for (row, state) in all { rows.record(row: row, state: state) }
        for (row, state) in states.sorted(by: { $0.key < $1.key }) {
            rows.record(row: row, state: state)
        }
        if header { rows.header = try session.headerDigest() }
        if keyring { rows.keyring = try session.keyringDigest() }
        if copies { rows.copies = try session.copiesDigest() }
        if cards { rows.cards = try session.cardsDigest() }
        return rows
    }
}

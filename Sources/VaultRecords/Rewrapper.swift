import VaultCrypto
import VaultFormat

/// Makes anew what of a record is derived from the root key: the wrapped file key, and by what it is
/// found. One for each thread of a rotation. Spec 04 §9.
struct Rewrapper: ~Copyable {
    /// One record's narrow rows.
    struct Rows: Sendable {
        var row: Int64
        /// `nil` when the file key does not open: then all stays as it is.
        var key: (tag: Int64, wrapped: [UInt8])?
        /// Those that change. Of what does not open, only the way by the old desk key is taken away.
        var finders: [UInt32: SealedFinder] = [:]
        /// With all that, the record's state. Spec 07 §4.
        var state: LogHash
    }

    private var opener: RecordOpener
    private var sealer: RecordSealer
    private var hasher = RowStateHasher()

    init(opener: consuming RecordOpener, sealer: consuming RecordSealer) {
        self.opener = opener
        self.sealer = sealer
    }

    /// - Precondition: the batch holds the finders.
    mutating func rewrap(_ batch: RecordBatch, at index: Int) -> Rows {
        var rows = Rows(row: batch.row(at: index), key: nil, state: .destroyed)
        do throws(RecordsError) {
            try batch.withRecord(at: index) { (stored) throws(RecordsError) in
                let key = try opener.openKey(stored)
                rows.key = (stored.tag, sealer.wrap(key, of: stored.id))
                for occurrence in batch.occurrences[batch.entries[index].occurrences] {
                    // Stays so when the rest does not open: its subject cannot be read, and the file key
                    // that an old desk key opens would outlive the rotation.
                    guard let old = occurrence.finder else { continue }
                    rows.finders[occurrence.number] = SealedFinder(place: old.place, subject: nil)
                }
                let record = try opener.open(stored)
                rows.key?.tag = sealer.contentTag(record.value.digest)
                for occurrence in try opener.openOccurrences(of: stored, record) {
                    rows.finders[occurrence.number] = sealer.finder(
                        occurrence.value, number: occurrence.number, of: stored.id, key)
                }
            }
        } catch {
            // What does not open was damaged before, and `verify` tells which it is.
        }
        rows.state = state(batch, index, rows)
        return rows
    }

    private mutating func state(_ batch: RecordBatch, _ index: Int, _ new: Rows) -> LogHash {
        let entry = batch.entries[index]
        let occurrences = batch.occurrences[entry.occurrences]
        return batch.bytes.borrowed { all in
            func bytes(_ range: Range<Int>) -> UnsafeRawBufferPointer {
                UnsafeRawBufferPointer(rebasing: all[range])
            }
            withUnsafeBytes(of: entry.id.words) { id in
                func begin(_ tag: Int64, _ wrapped: UnsafeRawBufferPointer) {
                    hasher.begin(
                        id: id, revision: entry.revision, version: entry.version,
                        sealed: bytes(entry.sealed), entry: entry.entry,
                        detail: bytes(entry.detail), tag: tag, wrapped: wrapped,
                        occurrenceCount: UInt32(clamping: occurrences.count))
                }
                if let key = new.key {
                    key.wrapped.borrowed { begin(key.tag, $0) }
                } else {
                    begin(entry.tag, bytes(entry.wrapped))
                }
            }
            for occurrence in occurrences {
                func add(_ place: Int64, _ subject: (Int64, UnsafeRawBufferPointer)?) {
                    hasher.occurrence(
                        number: occurrence.number, version: occurrence.version,
                        sealed: bytes(occurrence.sealed), place: place, subject: subject)
                }
                if let finder = new.finders[occurrence.number] {
                    if let subject = finder.subject {
                        subject.wrapped.borrowed { add(finder.place, (subject.tag, $0)) }
                    } else {
                        add(finder.place, nil)
                    }
                } else {
                    let old = occurrence.finder ?? RecordBatch.Finder(place: 0, subject: (0, 0..<0))
                    add(old.place, old.subject.map { ($0.tag, bytes($0.wrapped)) })
                }
            }
            return LogHash(hasher.finish())
        }
    }
}

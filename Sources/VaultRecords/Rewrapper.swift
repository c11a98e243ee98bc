import VaultCrypto
import VaultFormat

/// The narrow rows of a run of records, made anew: in the order of rows, sealed bytes in one stretch of memory.
struct RewrappedRows: Sendable {
    struct Key {
        var row: Int64
        var tag: Int64
        var wrapped: Range<Int>
    }

    struct Finder {
        var row: Int64
        var number: UInt32
        var place: Int64
        var subject: (tag: Int64, wrapped: Range<Int>)?
    }

    var bytes: [UInt8] = []
    var keys: [Key] = []
    var finders: [Finder] = []
    /// With all that, the records' states. Spec 07 §4.
    var states: [(row: Int64, state: LogHash)] = []
    /// Records whose file key does not open: they stay as they are.
    var damaged = 0

    fileprivate mutating func append(_ chunk: [UInt8]) -> Range<Int> {
        bytes.append(contentsOf: chunk)
        return bytes.count - chunk.count..<bytes.count
    }

    fileprivate mutating func append(_ chunk: UnsafeRawBufferPointer) -> Range<Int> {
        bytes.append(contentsOf: chunk)
        return bytes.count - chunk.count..<bytes.count
    }
}

/// Makes anew what of a record is derived from the root key: the wrapped file key, and by what it is
/// found. One for each thread of a rotation. Spec 04 §9.
package struct Rewrapper: ~Copyable {
    private var opener: RecordOpener
    private var sealer: RecordSealer
    private var hasher = RowStateHasher()

    package init(opener: consuming RecordOpener, sealer: consuming RecordSealer) {
        self.opener = opener
        self.sealer = sealer
    }

    /// - Precondition: the batch holds the finders.
    mutating func rewrap(_ batch: RecordBatch, at index: Int, into rows: inout RewrappedRows) {
        let first = rows.finders.count
        do throws(RecordsError) {
            try batch.withRecord(at: index) { (stored) throws(RecordsError) in
                try rewrap(stored, batch.entries[index], &rows)
            }
        } catch {
            // What does not open was damaged before, and `verify` tells which it is.
            rows.finders.removeLast(rows.finders.count - first)
            do throws(RecordsError) {
                try batch.withRecord(at: index) { (stored) throws(RecordsError) in
                    let key = try opener.openKey(stored)
                    let wrapped = rows.append(sealer.wrap(key, of: stored.id))
                    rows.keys.append(.init(row: stored.row, tag: stored.tag, wrapped: wrapped))
                    keep(batch, index, withSubjects: false, &rows)
                }
            } catch {
                rows.damaged += 1
                let entry = batch.entries[index]
                let wrapped = batch.bytes.borrowed { all in
                    rows.append(UnsafeRawBufferPointer(rebasing: all[entry.wrapped]))
                }
                rows.keys.append(.init(row: entry.row, tag: entry.tag, wrapped: wrapped))
                keep(batch, index, withSubjects: true, &rows)
            }
        }
        rows.states.append(
            (batch.row(at: index), state(batch, index, rows, finders: first..<rows.finders.count)))
    }

    private mutating func rewrap(
        _ stored: borrowing StoredRecord, _ entry: RecordBatch.Entry, _ rows: inout RewrappedRows
    ) throws(RecordsError) {
        let record = try opener.open(stored)
        for occurrence in try opener.openOccurrences(of: stored, record) {
            let finder = sealer.finder(
                occurrence.value, number: occurrence.number, of: stored.id, record.key)
            rows.finders.append(
                .init(
                    row: stored.row, number: occurrence.number, place: finder.place,
                    subject: finder.subject.map { ($0.tag, rows.append($0.wrapped)) }))
        }
        let wrapped = rows.append(sealer.wrap(record.key, of: stored.id))
        rows.keys.append(
            .init(
                row: stored.row, tag: sealer.contentTag(record.value.digest), wrapped: wrapped))
    }

    /// The finders of a record that does not open whole. Where its file key does, its subject cannot be
    /// read, and the file key that an old desk key opens would outlive the rotation: that way is taken away.
    private func keep(
        _ batch: RecordBatch, _ index: Int, withSubjects: Bool, _ rows: inout RewrappedRows
    ) {
        let entry = batch.entries[index]
        for occurrence in batch.occurrences[entry.occurrences] {
            guard let old = occurrence.finder else { continue }
            let subject = withSubjects ? old.subject : nil
            rows.finders.append(
                .init(
                    row: entry.row, number: occurrence.number, place: old.place,
                    subject: subject.map { subject in
                        batch.bytes.borrowed { all in
                            let wrapped = UnsafeRawBufferPointer(rebasing: all[subject.wrapped])
                            return (subject.tag, rows.append(wrapped))
                        }
                    }))
        }
    }

    private mutating func state(
        _ batch: RecordBatch, _ index: Int, _ new: RewrappedRows, finders: Range<Int>
    ) -> LogHash {
        let entry = batch.entries[index]
        let occurrences = batch.occurrences[entry.occurrences]
        let key = new.keys[new.keys.count - 1]
        return batch.bytes.borrowed { all in
            new.bytes.borrowed { fresh in
                func bytes(_ range: Range<Int>) -> UnsafeRawBufferPointer {
                    UnsafeRawBufferPointer(rebasing: all[range])
                }
                func made(_ range: Range<Int>) -> UnsafeRawBufferPointer {
                    UnsafeRawBufferPointer(rebasing: fresh[range])
                }
                withUnsafeBytes(of: entry.id.words) { id in
                    hasher.begin(
                        id: id, revision: entry.revision, version: entry.version,
                        sealed: bytes(entry.sealed), entry: entry.entry,
                        detail: bytes(entry.detail), tag: key.tag, wrapped: made(key.wrapped),
                        occurrenceCount: UInt32(clamping: occurrences.count))
                }
                var next = finders.lowerBound
                for occurrence in occurrences {
                    // Without a finder nothing that was ever written has this state.
                    var finder = RewrappedRows.Finder(
                        row: entry.row, number: occurrence.number, place: 0, subject: (0, 0..<0))
                    if next < finders.upperBound, new.finders[next].number == occurrence.number {
                        finder = new.finders[next]
                        next += 1
                    }
                    hasher.occurrence(
                        number: occurrence.number, version: occurrence.version,
                        sealed: bytes(occurrence.sealed), place: finder.place,
                        subject: finder.subject.map { ($0.tag, made($0.wrapped)) })
                }
                return LogHash(hasher.finish())
            }
        }
    }
}

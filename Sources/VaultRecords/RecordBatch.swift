package import VaultFormat

/// A run of records as they are stored: sealed rows in one stretch of memory. The reader fills one
/// and a worker opens it; the sealer fills one and the writer inserts it. Reused, it allocates
/// nothing.
package struct RecordBatch: Sendable {
    struct Entry: Sendable {
        var row: Int64
        var id: RecordID
        var revision: Int64
        var version: UInt32
        /// The duplicate tag; finds candidates. Spec 04 §5.
        var tag: Int64
        var wrapped: Range<Int>
        var sealed: Range<Int>
        /// The entry under whose transaction key `detail` is sealed. Spec 07 §6.
        var entry: Int64
        var detail: Range<Int>
        var occurrences: Range<Int>
    }

    struct OccurrenceEntry: Sendable {
        var number: UInt32
        var version: UInt32
        var sealed: Range<Int>
        /// By what it is found. There when it was sealed, or asked for; a plain scan does without.
        var finder: Finder?
    }

    /// By what an occurrence is found. Spec 04 §5, 02 §11.
    struct Finder: Sendable {
        var place: Int64
        /// The subject's tag, and the file key under the subject's key.
        var subject: (tag: Int64, wrapped: Range<Int>)?
    }

    var bytes: [UInt8] = []
    var entries: [Entry] = []
    var occurrences: [OccurrenceEntry] = []
    /// The number of the root key that the rows want. Spec 04 §2.
    package internal(set) var epoch: UInt32 = 0

    package init() {}

    package var count: Int { entries.count }
    package var isEmpty: Bool { entries.isEmpty }
    /// The last row in it, to go on after; 0 when it is empty.
    package var lastRow: Int64 { entries.last?.row ?? 0 }
    /// The revision of the last row; 0 when it is empty.
    package var lastRevision: Int64 { entries.last?.revision ?? 0 }
    /// What it takes, in bytes, without its tables.
    package var byteCount: Int { bytes.count }

    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        entries.removeAll(keepingCapacity: true)
        occurrences.removeAll(keepingCapacity: true)
    }

    package func id(at index: Int) -> RecordID { entries[index].id }
    package func row(at index: Int) -> Int64 { entries[index].row }
    package func revision(at index: Int) -> Int64 { entries[index].revision }
    /// Where the last of what changed stands, to go on after; `nil` when it is empty.
    package var lastPlace: (revision: Int64, row: Int64)? {
        entries.last.map { ($0.revision, $0.row) }
    }

    /// Lends one record for the time of the call.
    package func withRecord<R, E: Error>(
        at index: Int, _ body: (borrowing StoredRecord) throws(E) -> R
    ) throws(E) -> R {
        try body(StoredRecord(entries[index], epoch, bytes.span.bytes, occurrences))
    }

    mutating func append(_ chunk: UnsafeRawBufferPointer) -> Range<Int> {
        let start = bytes.count
        bytes.append(contentsOf: chunk)
        return start..<bytes.count
    }

    mutating func append(_ chunk: [UInt8]) -> Range<Int> {
        let start = bytes.count
        bytes.append(contentsOf: chunk)
        return start..<bytes.count
    }
}

/// One record as it is stored, lent by a batch.
package struct StoredRecord: ~Escapable {
    package let row: Int64
    /// The number of the root key that it wants. Spec 04 §2.
    package let epoch: UInt32
    package let id: RecordID
    package let revision: Int64
    package let version: UInt32
    package let tag: Int64
    /// The file key under the wrap key, 72 bytes when it is genuine.
    package let wrapped: RawSpan
    package let sealed: RawSpan
    /// The entry under whose transaction key `detail` is sealed. Spec 07 §6.
    package let entry: Int64
    package let detail: RawSpan
    private let all: RawSpan
    private let range: Range<Int>
    private let entries: [RecordBatch.OccurrenceEntry]

    @_lifetime(copy all)
    init(
        _ entry: RecordBatch.Entry, _ epoch: UInt32, _ all: RawSpan,
        _ entries: [RecordBatch.OccurrenceEntry]
    ) {
        row = entry.row
        self.epoch = epoch
        id = entry.id
        revision = entry.revision
        version = entry.version
        tag = entry.tag
        wrapped = all.extracting(entry.wrapped)
        sealed = all.extracting(entry.sealed)
        self.entry = entry.entry
        detail = all.extracting(entry.detail)
        self.all = all
        range = entry.occurrences
        self.entries = entries
    }

    package var occurrenceCount: Int { range.count }

    /// One of its occurrences, in the order of their numbers.
    @_lifetime(copy self)
    package func occurrence(at index: Int) -> StoredOccurrence {
        let entry = entries[range.lowerBound + index]
        return StoredOccurrence(
            number: entry.number, version: entry.version,
            sealed: all.extracting(entry.sealed))
    }
}

/// One occurrence as it is stored, lent by its record.
package struct StoredOccurrence: ~Escapable {
    package let number: UInt32
    package let version: UInt32
    package let sealed: RawSpan

    @_lifetime(copy sealed)
    init(number: UInt32, version: UInt32, sealed: RawSpan) {
        self.number = number
        self.version = version
        self.sealed = sealed
    }
}

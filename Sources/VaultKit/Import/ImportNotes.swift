import VaultAudit
import VaultFormat
import VaultRecords

/// Notes in a transaction that a content which is here was met once more.
struct ImportNotes: ~Copyable {
    private var opener: RecordOpener
    private var sealer: RecordSealer
    private var details: DetailSealer
    private var batch = RecordBatch()

    /// - Parameter draft: of the entry that will tell of it.
    init(_ vault: UnlockedVault, _ draft: BegunEntry) {
        opener = vault.opener()
        sealer = vault.sealer()
        details = draft.entry.detailSealer()
    }

    /// Whether a picture of this content is there.
    mutating func holds(
        _ digest: ContentDigest, in writer: RecordsWriter
    ) throws(RecordsError) -> Bool {
        try find(digest, in: writer) != nil
    }

    /// Adds the occurrence, or brings the one of the same place up to date, and joins the tags.
    /// Returns the picture; `nil` when it is not there any more.
    mutating func note(
        _ arrival: Arrival, in writer: RecordsWriter
    ) throws(RecordsError) -> RecordID? {
        guard let index = try find(arrival.digest, in: writer) else { return nil }
        let batch = batch
        return try batch.withRecord(at: index) { (stored) throws(RecordsError) in
            let record = try opener.open(stored)
            let occurrences = try opener.openOccurrences(of: stored, record)
            if let known = occurrences.first(where: { $0.value.isSamePlace(arrival.occurrence) }) {
                let merged = known.value.merged(with: arrival.occurrence)
                if merged != known.value {
                    try writer.replaceOccurrence(
                        sealer.seal(
                            merged, number: known.number, version: known.version + 1, of: record))
                    let all = occurrences.map { $0.number == known.number ? merged : $0.value }
                    try writer.replaceDetail(
                        details.seal(DetailValue(of: all), record: record.id), of: record.id)
                }
            } else {
                let last = occurrences.map(\.number).max() ?? 0
                try writer.addOccurrence(
                    sealer.seal(arrival.occurrence, number: last + 1, of: record))
                let all = occurrences.map(\.value) + [arrival.occurrence]
                try writer.replaceDetail(
                    details.seal(DetailValue(of: all), record: record.id), of: record.id)
            }
            var value = record.value
            value.tags = RecordValue.sorted(value.tags + arrival.tags)
            value.albums = RecordValue.sorted(value.albums + arrival.albums)
            value.sidecar = arrival.beside ?? value.sidecar
            // What somebody said here holds over what was said before an export.
            value.edit = value.edit ?? arrival.edit
            if value != record.value {
                try writer.replaceValue(sealer.reseal(value, of: record))
            }
            return record.id
        }
    }

    private mutating func find(
        _ digest: ContentDigest, in writer: RecordsWriter
    ) throws(RecordsError) -> Int? {
        try writer.fill(&batch, .content, [sealer.contentTag(digest)])
        let batch = batch
        for index in 0..<batch.count {
            let isIt = try batch.withRecord(at: index) { (stored) throws(RecordsError) in
                do throws(RecordsError) {
                    return try opener.open(stored).value.digest == digest
                } catch {
                    // What does not open is damage for `verify` to tell, and not this picture.
                    return false
                }
            }
            if isIt { return index }
        }
        return nil
    }
}

extension OccurrenceValue {
    /// Whether two say the same of where a picture was, as far as they say anything.
    fileprivate func isSamePlace(_ other: OccurrenceValue) -> Bool {
        root == other.root && path == other.path
            && (subject == nil || other.subject == nil || subject == other.subject)
            && (album == nil || other.album == nil || album == other.album)
    }

    /// The newer file facts, and what either knows of subject and album.
    fileprivate func merged(with newer: OccurrenceValue) -> OccurrenceValue {
        var merged = newer
        merged.subject = newer.subject ?? subject
        merged.album = newer.album ?? album
        merged.removed = removed
        merged.retainUntil = newer.retainUntil ?? retainUntil
        return merged
    }
}

package import VaultCrypto
package import VaultFormat

/// Seals records and occurrences into rows. One for each worker.
package struct RecordSealer: ~Copyable, Sendable {
    private let wrapKey: WrapKey
    private let tagKey: TagKey
    private let deskKey: DeskKey
    private var associated: AssociatedBytes

    package init(
        vault: VaultID, wrapKey: borrowing WrapKey, tagKey: borrowing TagKey,
        deskKey: borrowing DeskKey
    ) {
        self.wrapKey = wrapKey.copy()
        self.tagKey = tagKey.copy()
        self.deskKey = deskKey.copy()
        associated = AssociatedBytes(vault: vault)
    }

    /// Appends a new record, version 1, with its occurrences numbered from 1. Spec 04 §3, §4.
    ///
    /// - Parameter detail: what the auditor may know of it, sealed. Spec 07 §6.
    package mutating func seal(
        _ value: RecordValue, _ occurrences: [OccurrenceValue], id: RecordID,
        key: borrowing FileKey, detail: [UInt8], into batch: inout RecordBatch
    ) {
        let valueKey = key.valueKey()
        let wrapped = wrapKey.wrap(key, associated: associated.fileKey(id))
        let sealed = Box.seal(
            value.encoded, under: valueKey, associated: associated.record(id, version: 1))
        let first = batch.occurrences.count
        for (index, occurrence) in occurrences.enumerated() {
            let sealed = seal(
                occurrence, number: UInt32(index + 1), version: 1, of: id, key, under: valueKey)
            batch.occurrences.append(
                RecordBatch.OccurrenceEntry(
                    number: sealed.number, version: sealed.version,
                    sealed: batch.append(sealed.sealed),
                    finder: RecordBatch.Finder(
                        place: sealed.finder.place,
                        subject: sealed.finder.subject.map { ($0.tag, batch.append($0.wrapped)) })))
        }
        batch.entries.append(
            RecordBatch.Entry(
                row: 0, id: id, revision: 0, version: 1, tag: contentTag(value.digest),
                wrapped: batch.append(wrapped), sealed: batch.append(sealed), entry: 0,
                detail: batch.append(detail), occurrences: first..<batch.occurrences.count))
    }

    /// Seals a new value for a record that was opened, one version on.
    package mutating func reseal(
        _ value: RecordValue, of record: borrowing OpenedRecord
    ) -> SealedValue {
        let version = record.version + 1
        return SealedValue(
            id: record.id, version: version,
            sealed: Box.seal(
                value.encoded, under: record.valueKey,
                associated: associated.record(record.id, version: version)))
    }

    /// Seals a place: a new one with its version 1, or one sealed anew, one version on.
    package mutating func seal(
        _ occurrence: OccurrenceValue, number: UInt32, version: UInt32 = 1,
        of record: borrowing OpenedRecord
    ) -> SealedOccurrence {
        seal(
            occurrence, number: number, version: version, of: record.id, record.key,
            under: record.valueKey)
    }

    private mutating func seal(
        _ occurrence: OccurrenceValue, number: UInt32, version: UInt32, of id: RecordID,
        _ fileKey: borrowing FileKey, under key: borrowing ValueKey
    ) -> SealedOccurrence {
        SealedOccurrence(
            id: id, number: number, version: version,
            sealed: Box.seal(
                occurrence.encoded, under: key,
                associated: associated.occurrence(id, number: number, version: version)),
            finder: finder(occurrence, number: number, of: id, fileKey))
    }

    /// Wraps a file key that was opened, under this sealer's own wrap key: for a rotation.
    mutating func wrap(_ key: borrowing FileKey, of id: RecordID) -> [UInt8] {
        wrapKey.wrap(key, associated: associated.fileKey(id))
    }

    /// By what an occurrence is found, and its subject's way to the file key. Spec 04 §5, 02 §11.
    mutating func finder(
        _ occurrence: OccurrenceValue, number: UInt32, of id: RecordID, _ key: borrowing FileKey
    ) -> SealedFinder {
        var finder = SealedFinder(
            place: placeTag(root: occurrence.root, path: occurrence.path), subject: nil)
        if let subject = occurrence.subject {
            finder.subject = (
                Self.number(deskKey.subjectTag(subject)),
                deskKey.subjectKey(subject).wrap(
                    key, associated: associated.desk(id, number: number))
            )
        }
        return finder
    }

    // MARK: - Tags that find (Spec 04 §5)

    package func contentTag(_ digest: ContentDigest) -> Int64 {
        do {
            return Self.number(tagKey.tag(of: try Digest(digest.bytes)))
        } catch {
            preconditionFailure("a content's digest has the size of a SHA-256")
        }
    }

    package func placeTag(root: [UInt8], path: [UInt8]) -> Int64 {
        Self.number(tagKey.tag(ofPlace: Associated.place(root: root, path: path)))
    }

    /// Finds what belongs to a subject. Spec 02 §11.
    package static func subjectTag(_ subject: String, _ deskKey: borrowing DeskKey) -> Int64 {
        number(deskKey.subjectTag(subject))
    }

    /// The first 8 bytes, big-endian.
    private static func number(_ tag: [UInt8]) -> Int64 {
        Int64(bitPattern: tag[..<8].reduce(0) { $0 << 8 | UInt64($1) })
    }
}

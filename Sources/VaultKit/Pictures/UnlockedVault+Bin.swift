import VaultAudit
import VaultCrypto
import VaultFiles
package import VaultFormat
import VaultRecords

/// What a filter chose: pictures, and which of their occurrences.
typealias PictureChoice = (
    id: RecordID, row: Int64, numbers: Set<UInt32>, digest: ContentDigest
)

extension UnlockedVault {
    /// Moves pictures to the bin; nothing is destroyed. Only the occurrences that the filter means: the
    /// same picture of another person, album or place stays where it is.
    package func remove(_ filter: PictureFilter) throws(VaultError) -> [RecordID] {
        var filter = filter
        filter.bin = .without
        return try mark(filter, .removed, removed: Wall.seconds)
    }

    /// Takes pictures out of the bin.
    package func restore(_ filter: PictureFilter) throws(VaultError) -> [RecordID] {
        var filter = filter
        filter.bin = .only
        return try mark(filter, .restored, removed: nil)
    }

    /// Destroys what the filter means of the bin: an occurrence, or with the last one the picture's key,
    /// in both copies of the records; then what the index had of it, and packs in which nothing lives any
    /// more. Spec 04 §8, 05 §3.
    ///
    /// Returns the pictures that are destroyed, or are so in part.
    /// - Parameter forget: keeps no trace of the contents; otherwise a keyed tag of each is kept, and
    ///   `import` passes them over.
    package func purge(_ filter: PictureFilter, forget: Bool) throws(VaultError) -> [RecordID] {
        let lock = try maintenance()
        var filter = filter
        filter.bin = .only
        let destruction = try destroy(filter, forget: forget)
        _ = consume lock
        return destruction.pictures.map(\.id)
    }

    private func mark(
        _ filter: PictureFilter, _ action: EntryAction, removed: Int64?
    ) throws(VaultError) -> [RecordID] {
        let chosen = try choose(filter)
        guard !chosen.isEmpty else { return [] }
        return try change(chosen, action, destroying: false) {
            (writer, choice, record, sealer, _, occurrences) throws(RecordsError) in
            var hasChanged = false
            for occurrence in occurrences where choice.numbers.contains(occurrence.number) {
                guard (occurrence.value.removed == nil) != (removed == nil) else { continue }
                var value = occurrence.value
                value.removed = removed
                try writer.replaceOccurrence(
                    sealer.seal(
                        value, number: occurrence.number, version: occurrence.version + 1,
                        of: record))
                hasChanged = true
            }
            return hasChanged
        }
    }

    func choose(_ filter: PictureFilter) throws(VaultError) -> [PictureChoice] {
        var chosen: [PictureChoice] = []
        try scan(filter) { (sealed) throws(VaultError) in
            chosen.append(
                (
                    sealed.picture.id, sealed.row, Set(sealed.numbers),
                    sealed.picture.value.digest
                ))
        }
        return chosen
    }

    /// As many pictures as one entry of the log can name, with room to spare.
    private static let picturesAtOnce = 100_000

    /// One transaction over the chosen pictures as they are by then, more only when there are very many, and
    /// the second copy after it: nothing is reported before both are done. Returns those that `body` says it
    /// changed: somebody else may have been faster.
    ///
    /// - Parameter remark: why, for the log.
    func change(
        _ chosen: [PictureChoice], _ action: EntryAction, destroying: Bool, remark: String? = nil,
        _ body: (
            RecordsWriter, PictureChoice, borrowing OpenedRecord, inout RecordSealer,
            inout DetailSealer,
            [OpenedOccurrence]
        ) throws(RecordsError) -> Bool
    ) throws(VaultError) -> [RecordID] {
        var changed: [RecordID] = []
        for start in stride(from: 0, to: chosen.count, by: Self.picturesAtOnce) {
            let part = chosen[start..<min(start + Self.picturesAtOnce, chosen.count)]
            let draft = try locked.draft()
            changed += try change(
                destroying: destroying, draft,
                telling: { Telling(action, pictures: $0, remark: remark) }
            ) { writer in
                var changed: [RecordID] = []
                var opener = opener()
                var sealer = sealer()
                var details = draft.entry.detailSealer()
                var batch = RecordBatch()
                for choice in part {
                    try writer.fill(&batch, ids: [choice.id])
                    guard !batch.isEmpty else { continue }
                    try batch.withRecord(at: 0) { (stored) throws(RecordsError) in
                        let record = try opener.open(stored)
                        let occurrences = try opener.openOccurrences(of: stored, record)
                        if try body(writer, choice, record, &sealer, &details, occurrences) {
                            changed.append(choice.id)
                        }
                    }
                }
                return changed
            }
        }
        try settle()
        return changed
    }

    /// The lock that keeps compaction, purging and rotation apart.
    func maintenance() throws(VaultError) -> FileLock { try locked.maintenance() }
}

extension Vault {
    /// The lock that keeps compaction, purging and rotation apart.
    func maintenance() throws(VaultError) -> FileLock {
        try files("the vault") { () throws(FileError) in
            try place.lock("maintenance", .exclusive, wait: .seconds(10))
        }
    }
}

import VaultAudit
import VaultCrypto
import VaultFiles
package import VaultFormat
import VaultRecords

/// What a filter chose: pictures, and which of their occurrences.
typealias PictureChoice = (id: RecordID, numbers: Set<UInt32>, digest: ContentDigest)

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
    /// in both copies of the records; then packs in which nothing lives any more. Spec 04 §8, 05 §3.
    ///
    /// Returns the pictures that are destroyed, or are so in part.
    /// - Parameter forget: keeps no trace of the contents; otherwise a keyed tag of each is kept, and
    ///   `import` passes them over.
    package func purge(_ filter: PictureFilter, forget: Bool) throws(VaultError) -> [RecordID] {
        let lock = try maintenance()
        var filter = filter
        filter.bin = .only
        let doomed = try choose(filter)
        guard !doomed.isEmpty else {
            // A purge that was stopped may have left its keys in the second copy.
            try settle()
            return []
        }
        // A copy that somebody can still open would make the promise void.
        try endShares(of: doomed.map(\.id))
        let erasure = try erasureKey()
        let destroyed = try change(doomed, .purged, destroying: true) {
            (writer, choice, _, _, details, occurrences) throws(RecordsError) in
            let goes = occurrences.filter {
                choice.numbers.contains($0.number) && $0.value.removed != nil
            }
            guard !goes.isEmpty else { return false }
            if goes.count < occurrences.count {
                try writer.removeOccurrences(goes.map(\.number), of: choice.id)
                // What the log says of the others stays; of these it must know nothing more.
                let rest = occurrences.filter { left in !goes.contains { $0.number == left.number }
                }
                try writer.replaceDetail(
                    details.seal(DetailValue(of: rest.map(\.value)), record: choice.id),
                    of: choice.id)
            } else {
                try writer.destroy([choice.id])
                let tag = erasure.erasureTag(of: choice.digest)
                // An earlier purge may have left its mark: forgetting takes it away too.
                if forget {
                    try writer.removeErasedTag(tag)
                } else {
                    try writer.addErasedTag(tag)
                }
            }
            return true
        }
        // What was given out since, before the pictures were gone.
        try endShares(of: destroyed)
        try dropDeadPacks()
        _ = consume lock
        return destroyed
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
            chosen.append((sealed.picture.id, Set(sealed.numbers), sealed.picture.value.digest))
        }
        return chosen
    }

    /// As many pictures as one entry of the log can name, with room to spare.
    private static let picturesAtOnce = 100_000

    /// One transaction over the chosen pictures as they are by then, more only when there are very many, and
    /// the second copy after it: nothing is reported before both are done. Returns those that `body` says it
    /// changed: somebody else may have been faster.
    func change(
        _ chosen: [PictureChoice], _ action: EntryAction, destroying: Bool,
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
                destroying: destroying, draft, telling: { Telling(action, pictures: $0) }
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

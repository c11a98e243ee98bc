import VaultAudit
import VaultCrypto
import VaultFormat
import VaultRecords

/// What was destroyed at once.
struct Destruction {
    /// Pictures that lost something, by row.
    var pictures: [Receipt.Picture] = []
    /// The entries that tell of it, ascending.
    var entries: [Int64] = []
    /// Of the vault, after the last of these transactions.
    var revision: Int64 = 0
}

extension UnlockedVault {
    /// Destroys what a filter means, wherever it lies: an occurrence, or with the last one the picture's key,
    /// in both copies of the records; then what the index had of it; then packs in which nothing lives any
    /// more. Every way to destroy pictures goes through here. Spec 04 §8, 05 §3, 09 §6.
    ///
    /// Whoever calls holds the lock of `maintenance`.
    /// - Parameters:
    ///   - forget: keeps no tag of the contents, by which `import` would pass them over.
    ///   - remark: why, for the log.
    func destroy(
        _ filter: PictureFilter, forget: Bool, remark: String? = nil
    ) throws(VaultError) -> Destruction {
        let doomed = try choose(filter)
        var destruction = Destruction()
        guard !doomed.isEmpty else {
            // One that was stopped may have left keys in the second copy, and words in the index.
            try settle()
            try forgetInIndex()
            return destruction
        }
        // A copy that somebody can still open would make the promise void.
        try endShares(of: doomed.map(\.id))
        let erasure = try erasureKey()
        let judge = try judge(filter)
        _ = try change(doomed, .purged, destroying: true, remark: remark) {
            (writer, choice, record, _, details, occurrences) throws(RecordsError) in
            // As it is by now: somebody may have restored it, or said something else of it.
            let meant = judge.meant(record.value, occurrences.map(\.value)).map { occurrences[$0] }
            let goes = meant.filter { choice.numbers.contains($0.number) }
            guard !goes.isEmpty else { return false }
            let fate: Receipt.Fate
            if goes.count < occurrences.count {
                fate = .shared
                try writer.removeOccurrences(goes.map(\.number), of: choice.id)
                // What the log says of the others stays; of these it must know nothing more.
                let rest = occurrences.filter { left in !goes.contains { $0.number == left.number }
                }
                try writer.replaceDetail(
                    details.seal(DetailValue(of: rest.map(\.value)), record: choice.id),
                    of: choice.id)
            } else {
                fate = .destroyed
                try writer.destroy([choice.id])
                let tag = erasure.erasureTag(of: choice.digest)
                // An earlier purge may have left its mark: forgetting takes it away too.
                if forget {
                    try writer.removeErasedTag(tag)
                } else {
                    try writer.addErasedTag(tag)
                }
            }
            destruction.add(choice, fate, writer)
            return true
        }
        // What was given out since, before the pictures were gone.
        try endShares(of: destruction.pictures.map(\.id))
        try forgetInIndex()
        try dropDeadPacks()
        return destruction
    }
}

extension Destruction {
    fileprivate mutating func add(
        _ choice: PictureChoice, _ fate: Receipt.Fate, _ writer: RecordsWriter
    ) {
        pictures.append(Receipt.Picture(id: choice.id, row: UInt64(choice.row), fate: fate))
        if entries.last != writer.sequence { entries.append(writer.sequence) }
        revision = writer.revision
    }
}

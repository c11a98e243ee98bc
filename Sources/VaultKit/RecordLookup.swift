import VaultCrypto
import VaultFormat
import VaultKeys
import VaultRecords

/// A picture that is in the vault, as an import needs to know it.
struct KnownPicture: Sendable {
    let id: RecordID
    let value: RecordValue
    let occurrences: [OpenedOccurrence]

    /// The occurrence that says all that this one would: same place, same file, nothing new.
    func covers(_ occurrence: OccurrenceValue, tags: [String]) -> Bool {
        guard tags.allSatisfy(value.tags.contains) else { return false }
        return occurrences.contains { known in
            known.value.path == occurrence.path && known.value.root == occurrence.root
                && known.value.modified == occurrence.modified
                && known.value.memory == occurrence.memory
                && (occurrence.subject == nil || occurrence.subject == known.value.subject)
                && (occurrence.album == nil || occurrence.album == known.value.album)
        }
    }
}

/// Looks pictures up by content and by place; one for each thread.
final class RecordLookup {
    private let records: RecordsDatabase
    private let erasure: ErasureKey?
    private var opener: RecordOpener
    private var sealer: RecordSealer
    private var batch = RecordBatch()

    init(_ vault: UnlockedVault) throws(VaultError) {
        records = vault.records
        let records = vault.records
        opener = vault.opener()
        sealer = vault.sealer()
        let (counts, keyring) = try reading { () throws(RecordsError) in
            (try records.counts(), try records.keyring())
        }
        // Most vaults have purged nothing: then nothing is asked.
        if counts.erased == 0 {
            erasure = nil
        } else {
            do throws(KeysError) {
                erasure = try vault.keys.erasureKey(keyring)
            } catch {
                throw VaultError(error)
            }
        }
    }

    /// The picture that this file was when it was last taken in, if nothing about it changed.
    func unchanged(_ source: SourcePlace, _ facts: ImportFacts) throws(VaultError) -> RecordID? {
        let tag = sealer.placeTag(root: source.root, path: source.path)
        try fill(.place, tag)
        let occurrence = facts.occurrence(of: source)
        for index in 0..<batch.count {
            let known = try open(index)
            if known.covers(occurrence, tags: facts.tags) { return known.id }
        }
        return nil
    }

    /// The picture with this content.
    func record(of digest: ContentDigest) throws(VaultError) -> KnownPicture? {
        try fill(.content, sealer.contentTag(digest))
        for index in 0..<batch.count {
            let known = try open(index)
            if known.value.digest == digest { return known }
        }
        return nil
    }

    /// Whether this content was purged before, and was to be remembered.
    func wasErased(_ digest: ContentDigest) throws(VaultError) -> Bool {
        guard let tag = erasure?.erasureTag(of: digest) else { return false }
        return try reading { () throws(RecordsError) in try records.isErased(tag) }
    }

    private func fill(_ kind: CandidateKind, _ tag: Int64) throws(VaultError) {
        try reading { () throws(RecordsError) in try records.fill(&batch, kind, [tag]) }
    }

    private func open(_ index: Int) throws(VaultError) -> KnownPicture {
        try reading { () throws(RecordsError) in
            try batch.withRecord(at: index) { (record) throws(RecordsError) in
                let opened = try opener.open(record)
                return KnownPicture(
                    id: opened.id, value: opened.value,
                    occurrences: try opener.openOccurrences(of: record, opened))
            }
        }
    }
}

extension ErasureKey {
    /// Spec 04 §5.
    borrowing func erasureTag(of digest: ContentDigest) -> [UInt8] {
        do throws(CryptoError) {
            return Array(tag(of: try Digest(digest.bytes))[..<16])
        } catch {
            preconditionFailure("a content's digest has the size of a SHA-256")
        }
    }
}

extension ContentDigest {
    init(_ digest: Digest) {
        self = digest.withUnsafeBytes {
            ContentDigest(words: $0.loadUnaligned(as: SIMD32<UInt8>.self))
        }
    }
}

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
    func covers(_ occurrence: OccurrenceValue, _ facts: some FactsBeside) -> Bool {
        guard facts.beside == nil || facts.beside == value.sidecar else { return false }
        guard facts.edit == nil || value.edit != nil else { return false }
        guard facts.albums.allSatisfy(value.albums.contains) else { return false }
        guard facts.tags.allSatisfy(value.tags.contains) else { return false }
        return occurrences.contains { known in
            known.value.path == occurrence.path && known.value.root == occurrence.root
                && known.value.modified == occurrence.modified
                && known.value.memory == occurrence.memory
                && (occurrence.subject == nil || occurrence.subject == known.value.subject)
                && (occurrence.album == nil || occurrence.album == known.value.album)
                && (occurrence.retainUntil == nil
                    || occurrence.retainUntil == known.value.retainUntil)
        }
    }
}

/// What is said of a file that is the whole picture's, and not the place's.
protocol FactsBeside {
    var tags: [String] { get }
    var beside: SidecarFacts? { get }
    var edit: PictureEdit? { get }
    var albums: [String] { get }
}

extension ImportFacts: FactsBeside {}
extension Arrival: FactsBeside {}

/// Looks pictures up by content and by place; one for each thread.
final class RecordLookup {
    private let records: RecordsDatabase
    private let tags: KnownTags
    private let erasure: ErasureKey?
    private var opener: RecordOpener
    private var sealer: RecordSealer
    private var batch = RecordBatch()

    init(_ vault: UnlockedVault, _ tags: KnownTags) throws(VaultError) {
        self.tags = tags
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

    /// For each file the picture that it was when it was last taken in, if nothing about it changed.
    func unchanged(
        _ files: [(place: SourcePlace, facts: ImportFacts)]
    ) throws(VaultError) -> [RecordID?] {
        var known = [RecordID?](repeating: nil, count: files.count)
        var asked: [Int64: [Int]] = [:]
        for (index, file) in files.enumerated() {
            let tag = sealer.placeTag(root: file.place.root, path: file.place.path)
            if try tags.mayContain(.place, tag) { asked[tag, default: []].append(index) }
        }
        guard !asked.isEmpty else { return known }
        try fill(.place, Array(asked.keys))
        for index in 0..<batch.count {
            guard let picture = try openIfSound(index) else { continue }
            let places = picture.occurrences.map {
                sealer.placeTag(root: $0.value.root, path: $0.value.path)
            }
            for tag in Set(places) {
                for file in asked[tag] ?? [] where known[file] == nil {
                    let (place, facts) = files[file]
                    if picture.covers(
                        facts.occurrence(of: place), facts)
                    {
                        known[file] = picture.id
                    }
                }
            }
        }
        return known
    }

    /// The picture with this content.
    func record(of digest: ContentDigest) throws(VaultError) -> KnownPicture? {
        let tag = sealer.contentTag(digest)
        guard try tags.mayContain(.content, tag) else { return nil }
        try fill(.content, [tag])
        for index in 0..<batch.count {
            guard let known = try openIfSound(index) else { continue }
            if known.value.digest == digest { return known }
        }
        return nil
    }

    /// Whether this content was purged before, and was to be remembered.
    func wasErased(_ digest: ContentDigest) throws(VaultError) -> Bool {
        guard let tag = erasure?.erasureTag(of: digest) else { return false }
        return try reading { () throws(RecordsError) in try records.isErased(tag) }
    }

    private func fill(_ kind: CandidateKind, _ tags: [Int64]) throws(VaultError) {
        try reading { () throws(RecordsError) in try records.fill(&batch, kind, tags) }
    }

    /// `nil` for a record that does not open: that is damage for `verify` to tell, and no reason to keep
    /// the picture from coming in once more.
    private func openIfSound(_ index: Int) throws(VaultError) -> KnownPicture? {
        do throws(RecordsError) {
            return try batch.withRecord(at: index) { (record) throws(RecordsError) in
                let opened = try opener.open(record)
                return KnownPicture(
                    id: opened.id, value: opened.value,
                    occurrences: try opener.openOccurrences(of: record, opened))
            }
        } catch .tampered {
            return nil
        } catch .malformedValue {
            return nil
        } catch {
            throw VaultError(error)
        }
    }
}

extension ErasureKey {
    /// Spec 04 §5.
    borrowing func erasureTag(of digest: ContentDigest) -> ErasureTag {
        do {
            return try ErasureTag(bytes: tag(of: Digest(digest.bytes))[..<ErasureTag.byteCount])
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

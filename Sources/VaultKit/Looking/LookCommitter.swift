import VaultFiles
import VaultFormat
import VaultImaging
import VaultRecords
import VaultStore

/// The one thread of a run of looks that seals thumbnails and writes the records. Only what it has
/// committed is told.
final class LookCommitter {
    /// A stop costs no more work than this.
    private static let patience = Duration.seconds(60)
    private static let maximumLooks = 2_000

    private let job: LookJob
    private let vault: UnlockedVault
    private let writer: PackWriter
    private var waiting: [(draft: LookDraft, offset: UInt64?)] = []
    private var since = Machine.monotonic

    init(_ job: LookJob) throws(VaultError) {
        self.job = job
        vault = job.vault
        writer = try storing { () throws(StoreError) in try PackWriter(store: job.vault.store) }
    }

    /// Works until no more looks come. After an error it goes on taking them, only to drop them, so that
    /// no worker waits for ever.
    func run() throws(VaultError) {
        do throws(VaultError) {
            while let draft = job.drafts.take() {
                if waiting.isEmpty { since = Machine.monotonic }
                waiting.append((draft, try seal(draft)))
                if writer.isFull || waiting.count >= Self.maximumLooks
                    || Machine.monotonic - since >= Self.patience
                {
                    try commit()
                }
            }
            try commit()
        } catch {
            while job.drafts.take() != nil {}
            throw error
        }
    }

    /// Seals the thumbnail, if there is one, and returns its offset in the open pack.
    private func seal(_ draft: LookDraft) throws(VaultError) -> UInt64? {
        guard let thumbnail = draft.look.previews?.thumbnail else { return nil }
        let context = Associated.object(
            vault: vault.id, record: draft.sealed.picture.id, kind: .thumbnail)
        return try storing { () throws(StoreError) in
            try thumbnail.jpeg.span.bytes.withUnsafeBytes { (bytes) throws(StoreError) in
                try writer.append(bytes, key: draft.sealed.key, context: context)
            }
        }
    }

    /// The pack, durable; then one transaction with everything that is waiting; then it is told.
    private func commit() throws(VaultError) {
        guard !waiting.isEmpty else { return }
        let pack = try storing { () throws(StoreError) -> FinishedPack? in
            guard !writer.isEmpty else { return nil }
            let pack = try writer.finish()
            try pack.makeDurable()
            return pack
        }
        let looks = waiting.map { ($0.draft, Self.value(of: $0.draft.look, pack, $0.offset)) }
        waiting = []
        let vault = vault
        let changed = try vault.change(
            vault.locked.draft(), telling: { Telling(.indexed, pictures: $0) }
        ) { writer in
            var opener = vault.opener()
            var sealer = vault.sealer()
            var batch = RecordBatch()
            var changed: [RecordID] = []
            for (draft, look) in looks {
                let before = draft.sealed.picture
                try writer.fill(&batch, ids: [before.id])
                guard !batch.isEmpty else { continue }
                try batch.withRecord(at: 0) { (stored) throws(RecordsError) in
                    let record = try opener.open(stored)
                    var value = record.value
                    // Somebody else may have looked meanwhile, or moved the old thumbnail.
                    guard value.look?.version == before.value.look?.version else { return }
                    value.look = look
                    try writer.replaceValue(sealer.reseal(value, of: record))
                    changed.append(before.id)
                }
            }
            if let pack, !changed.isEmpty {
                try writer.addPack(pack.name, byteCount: Int64(pack.byteCount))
            }
            return changed
        }
        let done = Set(changed)
        for (draft, look) in looks where done.contains(draft.sealed.picture.id) {
            job.tell(draft.sealed, look)
        }
    }

    /// What is put down of a look.
    private static func value(
        of look: PictureLook, _ pack: FinishedPack?, _ offset: UInt64?
    ) -> LookValue {
        guard let facts = look.facts else {
            // Without facts the imager never came to an answer.
            return LookValue(facts: nil, result: .unseen(look.trouble?.stored ?? .misbehaved))
        }
        guard let thumbnail = look.previews?.thumbnail, let pack, let offset else {
            return LookValue(facts: facts, result: .unseen(look.trouble?.stored ?? .misbehaved))
        }
        return LookValue(
            facts: facts,
            result: .seen(
                LookValue.Seen(
                    thumbnail: StoredThumbnail(
                        location: ObjectLocation(pack: pack.name, offset: offset),
                        byteCount: UInt32(thumbnail.jpeg.count), size: thumbnail.size),
                    hash: look.previews?.hash,
                    isFromEmbedded: look.previews?.isFromEmbedded ?? false)))
    }
}

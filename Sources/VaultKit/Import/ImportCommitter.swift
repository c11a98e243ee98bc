import VaultAudit
import VaultCrypto
import VaultFiles
import VaultFormat
import VaultRecords
import VaultStore

/// The one thread of an import that makes packs durable and writes the records. Only what it has
/// committed is reported.
final class ImportCommitter {
    /// A transaction takes in several packs, because the indexes' pages that it touches are then
    /// written once (record 006); but what is sealed does not wait longer than this.
    private static let patience = Duration.seconds(5)
    private static let maximumPictures = 10_000

    private let job: ImportJob
    private let records: RecordsDatabase
    private var sealer: RecordSealer
    /// For `--move` and deposits only.
    private let mover: ImportMover?
    private var packs: [FinishedPack] = []
    private var drafts: [(draft: Draft, pack: PackName)] = []
    private var since = Machine.monotonic
    /// What the records' revision was after this job's last commit: another one now means that
    /// somebody else wrote.
    private var revision: Int64

    init(_ job: ImportJob) throws(VaultError) {
        self.job = job
        let records = job.vault.records
        self.records = records
        sealer = job.vault.sealer()
        mover = job.request.move ? try ImportMover(job.vault, job.intake) : nil
        revision = try reading { () throws(RecordsError) in try records.revision() }
    }

    /// Works until no more packs come. After an error it goes on taking packs, only to drop them, so
    /// that no worker waits for ever.
    func run() throws(VaultError) {
        do throws(VaultError) {
            while let work = job.sealed.take() {
                switch work {
                case .known:
                    try commit()
                    continue
                case .pack(let pack, let sealed):
                    try storing { () throws(StoreError) in try pack.makeDurable() }
                    if packs.isEmpty { since = Machine.monotonic }
                    packs.append(pack)
                    drafts += sealed.map { ($0, pack.name) }
                }
                if drafts.count >= Self.maximumPictures
                    || Machine.monotonic - since >= Self.patience
                {
                    try commit()
                }
            }
            try commit()
        } catch {
            // At once, so that nobody reads and seals for nothing what is left of a large import.
            job.fail(error)
            while let work = job.sealed.take() {
                if case .pack(let pack, _) = work { pack.abandon() }
            }
            throw error
        }
    }

    private struct Committed {
        var arrival: Arrival
        var kind: ImportOutcome.Kind
        var id: RecordID?
    }

    /// One transaction with everything that is waiting; then the outcomes.
    private func commit() throws(VaultError) {
        let known = job.takeKnown()
        guard !drafts.isEmpty || !known.isEmpty else { return }
        // From here on nobody joins these claims. Sealed before the writer's lock is taken.
        let arrivals = drafts.map { $0.draft.claim.close() }
        let entry = try job.vault.locked.draft()
        var details = entry.entry.detailSealer()
        var batch = RecordBatch()
        for (index, waiting) in drafts.enumerated() {
            seal(waiting.draft, in: waiting.pack, arrivals[index], &details, into: &batch)
        }
        let committed = try write(&batch, entry, arrivals: arrivals, known: known)
        // After the commit, so that a filter that is gathered at this moment has them either way, and
        // before the claims go, so that nobody asks it earlier.
        for (index, entry) in drafts.enumerated() {
            job.tags.add(
                content: sealer.contentTag(entry.draft.claim.digest),
                places: arrivals[index].map {
                    sealer.placeTag(root: $0.source.root, path: $0.source.path)
                })
        }
        for (draft, _) in drafts { job.ledger.drop(draft.claim) }
        drafts.removeAll(keepingCapacity: true)
        packs.removeAll()
        // A source is not deleted while its key lies in one file only.
        if mover != nil { try job.vault.settle() }
        for one in committed { settle(one) }
    }

    private func write(
        _ batch: inout RecordBatch, _ entry: BegunEntry, arrivals: [[Arrival]], known: [Arrival]
    ) throws(VaultError) -> [Committed] {
        var committed: [Committed] = []
        revision = try job.vault.change(
            entry,
            // That a deposit was accepted is told also when its picture is here with all that it says.
            reading: job.intake != nil,
            telling: { _ in job.telling(Set(committed.compactMap(\.id)).sorted()) },
            { writer in
                var notes = ImportNotes(job.vault, entry)
                var late = known
                if writer.revision == revision + 1 {
                    for (index, waiting) in drafts.enumerated() {
                        committed += Self.outcomes(of: waiting.draft, arrivals[index])
                    }
                } else {
                    // Somebody else wrote meanwhile, perhaps the same pictures: one object is enough.
                    batch.removeAll()
                    var details = entry.entry.detailSealer()
                    for (index, waiting) in drafts.enumerated() {
                        if try notes.holds(waiting.draft.claim.digest, in: writer) {
                            late += arrivals[index]
                        } else {
                            seal(
                                waiting.draft, in: waiting.pack, arrivals[index], &details,
                                into: &batch)
                            committed += Self.outcomes(of: waiting.draft, arrivals[index])
                        }
                    }
                }
                try writer.insert(&batch)
                for pack in packs {
                    try writer.addPack(pack.name, byteCount: Int64(pack.byteCount))
                }
                for arrival in late {
                    let id = try notes.note(arrival, in: writer)
                    committed.append(
                        Committed(arrival: arrival, kind: id == nil ? .failed : .duplicate, id: id))
                }
                return writer.revision
            })
        return committed
    }

    private func seal(
        _ draft: Draft, in pack: PackName, _ arrivals: [Arrival],
        _ details: inout DetailSealer, into batch: inout RecordBatch
    ) {
        let occurrences = Self.distinct(arrivals.map(\.occurrence))
        var value = RecordValue(
            digest: draft.claim.digest, byteCount: draft.byteCount, type: draft.type,
            location: ObjectLocation(pack: pack, offset: draft.offset), imported: job.started,
            tags: arrivals.flatMap(\.tags))
        value.sidecar = arrivals.lazy.compactMap(\.beside).first
        value.edit = arrivals.lazy.compactMap(\.edit).first
        value.albums = RecordValue.sorted(arrivals.flatMap(\.albums))
        sealer.seal(
            value, occurrences, id: draft.id, key: draft.key,
            detail: details.seal(DetailValue(of: occurrences), record: draft.id), into: &batch)
    }

    /// The same file named twice in one command is one occurrence.
    private static func distinct(_ occurrences: [OccurrenceValue]) -> [OccurrenceValue] {
        guard occurrences.count > 1 else { return occurrences }
        var seen: Set<OccurrenceValue> = []
        return occurrences.filter { seen.insert($0).inserted }
    }

    private static func outcomes(of draft: Draft, _ arrivals: [Arrival]) -> [Committed] {
        arrivals.enumerated().map { index, arrival in
            Committed(arrival: arrival, kind: index == 0 ? .imported : .duplicate, id: draft.id)
        }
    }

    /// Reports what is durable, after removing the source where that was asked for.
    private func settle(_ committed: Committed) {
        let source = committed.arrival.source
        var outcome = ImportOutcome(source, committed.kind)
        outcome.id = committed.id
        if let id = committed.id {
            mover?.move(source, id, &outcome)
        } else {
            outcome.reason = "the same picture was purged at this moment; import it again"
        }
        job.report(outcome)
    }
}

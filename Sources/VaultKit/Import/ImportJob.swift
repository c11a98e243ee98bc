import Dispatch
import Synchronization
import VaultFiles
import VaultFormat
import VaultStore

/// What workers hand to the committer.
enum CommitWork: Sendable {
    /// A pack that is full, with the pictures in it.
    case pack(FinishedPack, [Draft])
    /// So many arrivals of what is here already wait that it is time to note them.
    case known
}

/// One run of `import`, or of the accepting of deposits: the calling thread finds files, workers read and seal them, and one more
/// thread makes packs durable and commits.
final class ImportJob: Sendable {
    /// Files go to a worker in groups, so that what is known of them is asked in one query; a group
    /// ends at so many files or bytes.
    private static let groupFiles = 64
    private static let groupBytes: Int64 = 8 << 20
    private static let waitingGroups = 4
    /// Arrivals of what is here already that are noted at once; no more of them wait in memory.
    private static let knownAtOnce = 1024

    let vault: UnlockedVault
    let request: ImportRequest
    /// The deposits that this run takes in, and nothing else; `nil` for an import.
    let intake: DepositIntake?
    let facts: ImportFactFinder
    let ledger = ImportLedger()
    let tags: KnownTags
    let queue = WorkQueue<[SourceFile]>(capacity: waitingGroups)
    /// Packs that wait to be made durable; few, so that sealing does not run away from the disk.
    let sealed = WorkQueue<CommitWork>(capacity: 2)
    /// When the run began, in seconds since 1970.
    let started = Wall.seconds
    /// Arrivals of contents that are here already, to be noted with the next commit.
    private let known = Mutex<[Arrival]>([])

    private let stop: StopSign
    private let failure = Mutex<VaultError?>(nil)
    private let tally: Tally

    init(
        _ vault: UnlockedVault, _ request: ImportRequest, intake: DepositIntake? = nil,
        stop: @escaping StopSign,
        progress: @escaping @Sendable (Progress) -> Void,
        outcome: @escaping @Sendable (ImportOutcome) -> Void
    ) throws(VaultError) {
        self.vault = vault
        self.request = request
        self.intake = intake
        self.stop = stop
        tags = KnownTags(vault.records)
        facts = try ImportFactFinder(request)
        tally = Tally(progress: progress, outcome: outcome)
    }

    /// Whether no more files are to be begun: a signal came, or something failed for good.
    var isStopping: Bool { stop() || failure.withLock { $0 != nil } }

    func report(_ outcome: ImportOutcome) { tally.add(outcome) }

    func advance(bytes: UInt64, files: Int = 0) { tally.advance(bytes: bytes, files: files) }

    /// What the entry of a commit tells.
    func telling(_ pictures: [RecordID]) -> Telling {
        intake?.telling(pictures) ?? Telling(.imported, pictures: pictures)
    }

    /// Accounts for a content that is here: at once when there is nothing to write.
    func settle(_ arrival: Arrival, with known: KnownPicture) {
        if request.dryRun
            || known.covers(arrival.occurrence, arrival) && !request.move
        {
            report(ImportOutcome(arrival.source, .duplicate, id: known.id))
        } else {
            note(arrival)
        }
    }

    /// Leaves an arrival of what is here, or will be with the commit that is under way, to be noted.
    func note(_ arrival: Arrival) {
        let isTime = known.withLock {
            $0.append(arrival)
            return $0.count.isMultiple(of: Self.knownAtOnce)
        }
        if isTime { sealed.put(.known) }
    }

    func takeKnown() -> [Arrival] {
        known.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
    }

    func fail(_ error: VaultError) { failure.withLock { if $0 == nil { $0 = error } } }

    // MARK: - Running

    func run() throws(VaultError) -> ImportReport {
        let paths = try paths()
        let archives = request.keepArchives ? .none : ArchiveSet(paths)
        if request.move, !archives.files.isEmpty {
            throw VaultError(
                .usage, "--move cannot take pictures out of an archive",
                hint:
                    "import it without --move, then delete it; or take it in whole with --keep-archives"
            )
        }
        let sources = sources(paths, archives)
        let committer = try ImportCommitter(self)
        let committing = inBackground { () throws(VaultError) in try committer.run() }
        var workers: [DispatchGroup] = []
        var group: [SourceFile] = []
        var bytes: Int64 = 0
        if request.countAhead { countAhead(paths, archives) }

        func send() throws(VaultError) {
            // A small import is one worker's, and so one pack.
            if workers.count < Machine.onlineCores {
                let worker = try ImportWorker(self)
                workers.append(inBackground { () throws(VaultError) in try worker.run() })
            }
            queue.put(group)
            group = []
            bytes = 0
        }

        do throws(VaultError) {
            while !isStopping, let found = sources.next() {
                switch found {
                case .passedOver(let outcome): report(outcome)
                case .file(let file):
                    group.append(file)
                    bytes += file.place.byteCount
                    if group.count >= Self.groupFiles || bytes >= Self.groupBytes { try send() }
                }
            }
            if !group.isEmpty { try send() }
        } catch {
            fail(error)
        }
        queue.close()
        workers.forEach { $0.wait() }
        sealed.close()
        committing.wait()
        if let error = failure.withLock({ $0 }) { throw error }
        if stop() {
            throw VaultError(
                .interrupted, "interrupted; what was sealed is kept",
                hint: "run the same command again to go on")
        }
        for path in facts.strays(below: paths) {
            report(
                ImportOutcome(
                    path: path, kind: .skipped, reason: "the manifest names it, and it is not there"
                ))
        }
        return tally.report
    }

    private func paths() throws(VaultError) -> [[UInt8]] {
        var paths: [[UInt8]] = []
        for path in request.paths { paths.append(try SourcePath.absolute(path)) }
        return paths
    }

    private func sources(_ paths: [[UInt8]], _ archives: ArchiveSet) -> ImportSources {
        ImportSources(
            paths, leavingOut: vault.place.identity, deposits: intake?.sources ?? [],
            archives: archives)
    }

    /// Runs on a thread of its own; an error stops the job.
    private func inBackground(
        _ body: sending @escaping () throws(VaultError) -> Void
    ) -> DispatchGroup {
        // Sent: nobody else has what it captures, and it is called once.
        nonisolated(unsafe) let body = body
        let group = DispatchGroup()
        DispatchQueue.global(qos: .userInitiated).async(group: group) {
            do throws(VaultError) {
                try body()
            } catch {
                self.fail(error)
                // What waits for this thread must not wait for ever.
                while self.queue.take() != nil {}
            }
        }
        return group
    }

    /// Counts all files on a thread of its own, so that progress knows how much is left.
    private func countAhead(_ paths: [[UInt8]], _ archives: ArchiveSet) {
        DispatchQueue.global(qos: .utility).async {
            let sources = self.sources(paths, archives)
            var total: (files: Int, bytes: UInt64) = (0, 0)
            while !self.isStopping, let found = sources.next() {
                guard case .file(let file) = found else { continue }
                total.files += 1
                total.bytes += UInt64(max(file.place.byteCount, 0))
            }
            self.tally.setTotal(files: total.files, bytes: total.bytes)
        }
    }
}

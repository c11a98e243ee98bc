import Dispatch
import Synchronization
import VaultFiles
import VaultFormat
import VaultImaging
import VaultRecords

/// What one look told, on its way into the records.
struct LookDraft: Sendable {
    let sealed: SealedPicture
    let look: PictureLook
}

/// One run of looking: the calling thread finds pictures, others have them looked at by imagers, and one
/// more seals thumbnails and commits.
final class LookJob: Sendable {
    let vault: UnlockedVault
    private let request: LookRequest
    private let crew: ImagingCrew
    private let stop: StopSign
    /// Few: each may hold a thumbnail.
    let drafts = WorkQueue<LookDraft>(capacity: 8)
    private let state: Mutex<State>
    private let progress: @Sendable (Progress) -> Void
    private let outcome: @Sendable (LookOutcome) -> Void
    private let failure = Mutex<VaultError?>(nil)
    /// Packs that are not there.
    private let missing: Set<PackName>

    private struct State {
        var report = LookReport()
        var progress = Progress()
    }

    init(
        _ vault: UnlockedVault, _ request: LookRequest, stop: @escaping StopSign,
        progress: @escaping @Sendable (Progress) -> Void,
        outcome: @escaping @Sendable (LookOutcome) -> Void
    ) throws(VaultError) {
        self.vault = vault
        self.request = request
        self.stop = stop
        self.progress = progress
        self.outcome = outcome
        state = Mutex(State())
        crew = ImagingCrew(ImagerProgram(path: request.imager), workers: max(1, request.workers))
        missing = request.again ? try vault.locked.checkPackList(FindingList { _ in }) : []
    }

    var report: LookReport { state.withLock { $0.report } }

    /// Looks at everything that wants it. Whatever ends it, what was committed stays.
    ///
    /// - Throws: `failed` when no picture can be looked at, `interrupted`, or what a commit throws.
    func run() throws(VaultError) {
        let records = vault.records
        let end = try reading { () throws(RecordsError) in try records.revision() }
        let made = try LookCommitter(self)
        let committing = DispatchGroup()
        // Made here, and only used by that thread.
        nonisolated(unsafe) let committer = made
        DispatchQueue.global(qos: .userInitiated).async(group: committing) {
            do throws(VaultError) { try committer.run() } catch {
                self.failure.withLock { if $0 == nil { $0 = error } }
            }
        }
        do throws(VaultError) {
            try look(until: end)
        } catch {
            failure.withLock { if $0 == nil { $0 = error } }
        }
        drafts.close()
        committing.wait()
        if let error = failure.withLock({ $0 }) { throw error }
        try vault.locked.remember(checkpoint: nil, looked: end)
    }

    private func look(until end: Int64) throws(VaultError) {
        let crew = crew
        let job = self
        let stop = stop
        try PictureCrew(
            stop: { stop() || job.failure.withLock { $0 != nil } }, workers: max(1, request.workers)
        ).run(
            find: { (put) throws(VaultError) in try job.find(until: end, put) },
            makeWorker: { () throws(VaultError) in
                let reader = try PictureReader(job.vault)
                return { (sealed) throws(VaultError) in try job.look(sealed, crew, reader) }
            })
    }

    // MARK: - Finding

    /// Hands over, one by one, what wants a look, in the order it came in: neighbours lie in one pack.
    private func find(
        until end: Int64, _ put: ([SealedPicture]) throws(VaultError) -> Void
    ) throws(VaultError) {
        var opener = vault.opener()
        let reader = request.again ? try PictureReader(vault) : nil
        var isChecked = false
        try batches(until: end) { (batch) throws(VaultError) in
            for index in 0..<batch.count {
                let sealed: SealedPicture
                do throws(RecordsError) {
                    sealed = try opener.open(batch, at: index)
                } catch .rotated {
                    throw VaultError(RecordsError.rotated)
                } catch {
                    continue  // `verify` tells of it.
                }
                guard try wantsLook(sealed, reader) else { continue }
                if !isChecked {
                    // What keeps imagers from starting is better known before there is work.
                    do throws(ImagingError) { try crew.check() } catch { throw VaultError(error) }
                    isChecked = true
                }
                try put([sealed])
            }
        }
    }

    private func batches(
        until end: Int64, _ body: (RecordBatch) throws(VaultError) -> Void
    ) throws(VaultError) {
        let looked = request.onlyNew ? vault.locked.memory?.ifReadable?.looked : nil
        guard let looked, looked <= end else { return try vault.batches(body) }
        var batch = RecordBatch()
        var (revision, row) = (looked, Int64.max)
        while true {
            try reading { () throws(RecordsError) in
                try vault.records.fill(&batch, changedAfter: revision, row: row)
            }
            if batch.isEmpty { return }
            try body(batch)
            (revision, row) = (batch.lastRevision, batch.lastRow)
            // What has a later one was changed since this run began, by itself for the most part.
            if revision > end { return }
        }
    }

    private func wantsLook(
        _ sealed: SealedPicture, _ reader: PictureReader?
    ) throws(VaultError) -> Bool {
        guard let look = sealed.picture.value.look else { return true }
        guard let reader else { return false }
        if look.version < LookValue.currentVersion || look.trouble?.isFailure == true {
            return true
        }
        guard let thumbnail = sealed.picture.value.thumbnail else { return false }
        if missing.contains(thumbnail.location.pack) { return true }
        do throws(VaultError) {
            try reader.authenticate(sealed, thumbnail)
            return false
        } catch {
            guard error.code == .damaged else { throw error }
            return true
        }
    }

    // MARK: - Looking

    private func look(
        _ sealed: SealedPicture, _ crew: ImagingCrew, _ reader: PictureReader
    ) throws(VaultError) {
        do throws(VaultError) {
            let look = try Self.look(sealed, crew, Self.wishes, reader)
            drafts.put(LookDraft(sealed: sealed, look: look))
        } catch {
            guard error.code == .damaged else { throw error }
            // Its pack may have been compacted away meanwhile; what was destroyed wants nothing.
            guard let now = try reader.findIfThere(sealed.picture.id) else { return }
            guard now.picture.value.original != sealed.picture.value.original else {
                return tellDamaged(sealed, error.message)
            }
            do throws(VaultError) {
                drafts.put(
                    LookDraft(sealed: now, look: try Self.look(now, crew, Self.wishes, reader)))
            } catch {
                guard error.code == .damaged else { throw error }
                tellDamaged(now, error.message)
            }
        }
    }

    private static let wishes: ImagerLook.Wishes = [.thumbnail, .hash, .embedded]

    private static func look(
        _ sealed: SealedPicture, _ crew: ImagingCrew, _ wishes: ImagerLook.Wishes,
        side: UInt16 = 0, _ reader: PictureReader
    ) throws(VaultError) -> PictureLook {
        do throws(ImagingFailure<VaultError>) {
            return try crew.look(
                byteCount: sealed.picture.value.byteCount, wishes: wishes, side: side
            ) { (offset, buffer) throws(VaultError) in
                try reader.fill(buffer, from: offset, of: sealed)
            }
        } catch {
            switch error {
            case .imager(let error): throw VaultError(error)
            case .source(let error): throw error
            }
        }
    }

    /// Makes a rendition, a JPEG. Throws `failed` for a picture that cannot be shown.
    static func rendition(
        _ sealed: SealedPicture, side: UInt16, imager: [UInt8], _ reader: PictureReader
    ) throws(VaultError) -> [UInt8] {
        let crew = ImagingCrew(ImagerProgram(path: imager), workers: 1)
        return try rendition(sealed, side: side, crew: crew, reader).jpeg
    }

    /// The same with imagers that run already, and with its size.
    static func rendition(
        _ sealed: SealedPicture, side: UInt16, crew: ImagingCrew, _ reader: PictureReader
    ) throws(VaultError) -> Preview {
        let look = try look(sealed, crew, [.rendition], side: side, reader)
        guard let rendition = look.previews?.rendition else { throw notShown(sealed, look) }
        return rendition
    }

    /// Makes a small copy as pixels. Throws `failed` for a picture that cannot be shown.
    static func pixels(
        _ sealed: SealedPicture, imager: [UInt8], _ reader: PictureReader
    ) throws(VaultError) -> PicturePixels {
        let crew = ImagingCrew(ImagerProgram(path: imager), workers: 1)
        let look: PictureLook
        if let jpeg = try reader.thumbnail(of: sealed) {
            do throws(ImagingFailure<Never>) {
                look = try crew.look(byteCount: UInt64(jpeg.count), wishes: .pixels) {
                    (offset, buffer) in
                    buffer.copyBytes(from: jpeg[Int(offset)..<Int(offset) + buffer.count])
                }
            } catch {
                switch error {
                case .imager(let error): throw VaultError(error)
                }
            }
        } else {
            look = try self.look(sealed, crew, [.pixels, .embedded], reader)
        }
        guard let pixels = look.previews?.pixels else { throw notShown(sealed, look) }
        return PicturePixels(bytes: pixels.bytes, size: pixels.size)
    }

    private static func notShown(_ sealed: SealedPicture, _ look: PictureLook) -> VaultError {
        let why = look.trouble?.stored.describe ?? "cannot be shown"
        return VaultError(.failed, "picture \(sealed.picture.id.hex.prefix(12)) \(why)")
    }

    // MARK: - Telling

    private func tellDamaged(_ sealed: SealedPicture, _ message: String) {
        tell(sealed, trouble: nil, reason: message, looked: false)
    }

    /// Accounts for a look that is committed.
    func tell(_ sealed: SealedPicture, _ look: LookValue) {
        let trouble = look.trouble.flatMap { $0.isFailure ? $0 : nil }
        tell(sealed, trouble: trouble, reason: trouble?.describe, looked: true)
    }

    private func tell(
        _ sealed: SealedPicture, trouble: LookTrouble?, reason: String?, looked: Bool
    ) {
        let byteCount = sealed.picture.value.byteCount
        state.withLock {
            if looked {
                $0.report.looked += 1
                $0.report.bytes += byteCount
                if trouble != nil { $0.report.unreadable += 1 }
            } else {
                $0.report.damaged += 1
            }
            $0.progress.files += 1
            $0.progress.bytes += byteCount
            progress($0.progress)
            if let reason {
                outcome(
                    LookOutcome(
                        id: sealed.picture.id, path: sealed.picture.occurrences[0].path,
                        trouble: trouble, reason: reason))
            }
        }
    }
}

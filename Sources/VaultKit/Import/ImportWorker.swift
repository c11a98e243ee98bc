import VaultCrypto
import VaultFiles
import VaultFormat
import VaultKeys
import VaultStore

/// One thread of an import: takes files from the queue, reads, hashes, and seals what is new.
final class ImportWorker {
    /// A picture up to this size is read whole before it is sealed, so that one that is here already
    /// costs no sealing. Two such buffers fit the memory that an import may take.
    static let wholeByteCount: Int64 = 16 << 20
    private static let pieceByteCount = 1 << 20
    /// Tiny pictures fill no pack for a long time; so many are enough in memory.
    private static let maximumDrafts = 8192

    private let job: ImportJob
    private let lookup: RecordLookup
    private let writer: PackWriter
    private var drafts: [Draft] = []
    private var buffer = PageBuffer(byteCount: ImportWorker.pieceByteCount)

    init(_ job: ImportJob) throws(VaultError) {
        self.job = job
        lookup = try RecordLookup(job.vault, job.tags)
        writer = try storing { () throws(StoreError) in try PackWriter(store: job.vault.store) }
    }

    /// Works until the queue is closed and empty, then hands over what lies in the open pack. Once
    /// the job is stopping, files are taken from the queue and left alone.
    func run() throws(VaultError) {
        while let group = job.queue.take() {
            if job.isStopping { continue }
            for (source, facts) in try changed(group) where !job.isStopping {
                do throws(SourceError) {
                    try handle(source, facts)
                } catch {
                    switch error {
                    case .file(let error):
                        job.report(
                            ImportOutcome(source.place, .failed, reason: error.describe))
                    case .damaged(let reason):
                        job.report(ImportOutcome(source.place, .failed, reason: reason))
                    case .vault(let error): throw error
                    case .stopped: continue
                    }
                }
            }
        }
        try finishPack()
    }

    /// Those of a group that have to be read; the others are reported as unchanged.
    private func changed(
        _ group: [SourceFile]
    ) throws(VaultError) -> [(source: SourceFile, facts: ImportFacts)] {
        var files: [(source: SourceFile, facts: ImportFacts)] = []
        for source in group { files.append((source, try job.facts.of(source))) }
        // What is to be deleted is read once more, whatever is remembered of it.
        if job.request.rescan || job.request.move { return files }
        let known = try lookup.unchanged(files.map { ($0.source.place, $0.facts) })
        for (file, id) in zip(files, known) {
            if let id { job.report(ImportOutcome(file.source.place, .unchanged, id: id)) }
        }
        return zip(files, known).filter { $0.1 == nil }.map(\.0)
    }

    private func handle(_ source: SourceFile, _ facts: ImportFacts) throws(SourceError) {
        let reader = try reader(of: source)
        if source.place.byteCount > Self.wholeByteCount {
            try takeInPieces(source, reader, facts)
        } else {
            try takeWhole(source, reader, facts)
        }
        if writer.isFull || drafts.count >= Self.maximumDrafts {
            try vault { () throws(VaultError) in try finishPack() }
        }
    }

    private func reader(of source: SourceFile) throws(SourceError) -> any SourceReader {
        if let deposit = source.place.deposit, let intake = job.intake {
            return try DepositReader(deposit, intake)
        }
        if let archived = source.archived { return try ArchiveReader(archived) }
        return try FileReader(source)
    }

    private func takeWhole(
        _ source: SourceFile, _ reader: any SourceReader, _ facts: ImportFacts
    ) throws(SourceError) {
        let count = Int(source.place.byteCount)
        if buffer.count < count {
            buffer = PageBuffer(byteCount: min(max(count, 2 * buffer.count), 16 << 20))
        }
        try reader.read(count, at: 0, into: buffer)
        let plaintext = UnsafeRawBufferPointer(buffer[0..<count])
        let digest = writer.digest(of: plaintext)
        try reader.finish(ContentDigest(digest))
        job.advance(bytes: UInt64(count), files: 1)
        guard let claim = try admit(facts.arrival(of: source.place, digest: digest)) else { return }
        let id = RecordID.random()
        let key = FileKey.random()
        let offset = try sealing { () throws(StoreError) in
            try writer.append(plaintext, key: key, context: context(id))
        }
        drafts.append(
            Draft(
                claim: claim, id: id, key: key, byteCount: UInt64(count),
                type: type(of: plaintext), offset: offset))
    }

    /// Seals while reading, into a pack of its own; what turns out to be here already is dropped.
    private func takeInPieces(
        _ source: SourceFile, _ reader: any SourceReader, _ facts: ImportFacts
    ) throws(SourceError) {
        try vault { () throws(VaultError) in try finishPack() }
        let id = RecordID.random()
        let key = FileKey.random()
        var hasher = SHA256Hasher()
        let digest: Digest
        var type = MediaType.unknown
        let size = source.place.byteCount
        var done: Int64 = 0
        let isDry = job.request.dryRun
        let offset = try sealing { () throws(StoreError) in
            isDry ? 0 : try writer.begin(key: key, context: context(id))
        }
        do throws(SourceError) {
            while done < size {
                if job.isStopping { throw .stopped }
                let count = Int(min(size - done, Int64(Self.pieceByteCount)))
                try reader.read(count, at: done, into: buffer)
                let piece = UnsafeRawBufferPointer(buffer[0..<count])
                if done == 0 { type = self.type(of: piece) }
                writer.hash(piece, into: &hasher)
                if !isDry { try sealing { () throws(StoreError) in try writer.feed(piece) } }
                done += Int64(count)
                job.advance(bytes: UInt64(count))
            }
            digest = hasher.finalize()
            try reader.finish(ContentDigest(digest))
            job.advance(bytes: 0, files: 1)
        } catch {
            writer.abandon()
            throw error
        }
        guard let claim = try admit(facts.arrival(of: source.place, digest: digest)) else {
            writer.abandon()
            return
        }
        try sealing { () throws(StoreError) in try writer.end() }
        drafts.append(
            Draft(
                claim: claim, id: id, key: key, byteCount: UInt64(size), type: type,
                offset: offset))
        try vault { () throws(VaultError) in try finishPack() }
    }

    // MARK: - Is it here already?

    /// A claim on a content that has to be sealed; `nil` when it is here, on its way, not wanted,
    /// or when this is a dry run: the arrival is then accounted for.
    private func admit(_ arrival: Arrival) throws(SourceError) -> Claim? {
        // Claimed before it is looked up: a claim is dropped only after its commit, so between the two
        // nobody can bring the same content in unseen.
        let claim: Claim
        switch job.ledger.claim(arrival) {
        case .first(let own): claim = own
        case .joined: return nil
        case .closing:
            job.note(arrival)
            return nil
        }
        if let known = try vault({ () throws(VaultError) in try lookup.record(of: arrival.digest) })
        {
            job.ledger.drop(claim)
            for arrival in claim.close() { job.settle(arrival, with: known) }
            return nil
        }
        if !job.request.again,
            try vault({ () throws(VaultError) in try lookup.wasErased(arrival.digest) })
        {
            job.ledger.drop(claim)
            for arrival in claim.close() {
                job.report(
                    ImportOutcome(
                        arrival.source, .skipped,
                        reason: "was purged from this vault before; --again takes it in"))
            }
            return nil
        }
        if job.request.dryRun {
            job.ledger.drop(claim)
            for arrival in claim.close() {
                let isNew = job.ledger.foresee(arrival.digest)
                job.report(ImportOutcome(arrival.source, isNew ? .imported : .duplicate))
            }
            return nil
        }
        return claim
    }

    private func type(of start: UnsafeRawBufferPointer) -> MediaType {
        MediaType(content: Array(start.prefix(MediaType.sniffedByteCount)))
    }

    private func context(_ id: RecordID) -> [UInt8] {
        Associated.object(vault: job.vault.id, record: id, kind: .original)
    }

    // MARK: - The pack

    private func finishPack() throws(VaultError) {
        guard !writer.isEmpty else { return }
        let pack = try storing { () throws(StoreError) in try writer.finish() }
        job.sealed.put(.pack(pack, drafts))
        drafts = []
    }

    // MARK: - Errors

    private func vault<R>(_ body: () throws(VaultError) -> R) throws(SourceError) -> R {
        do throws(VaultError) { return try body() } catch { throw .vault(error) }
    }

    private func sealing<R>(_ body: () throws(StoreError) -> R) throws(SourceError) -> R {
        do throws(StoreError) { return try body() } catch { throw .vault(VaultError(error)) }
    }
}

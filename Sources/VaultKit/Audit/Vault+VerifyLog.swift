import Dispatch
import Synchronization
import VaultAudit
import VaultCrypto
import VaultFiles
import VaultFormat
import VaultKeys
import VaultRecords

extension Vault {
    private static let entriesAtOnce = 2_000

    /// Verifies the log without a key: that nothing in it was changed, taken out or moved, who signed it, and
    /// that the records are what it says. Spec 07.
    ///
    /// - Parameters:
    ///   - every: verifies each signature; otherwise the newest of each slot, which vouches for all before.
    ///   - checkpoints: files that were kept elsewhere; the log must agree with them.
    ///   - comparingTables: also whether the records are what the log says.
    package func verifyLog(
        every: Bool = false, against checkpoints: [[UInt8]] = [], comparingTables: Bool = true,
        stop: StopSign,
        progress: (Progress) -> Void
    ) throws(VaultError) -> LogVerification {
        let header = try currentHeader()
        let authority = LogAuthority(header)
        let forged = Mutex(Findings<LogFinding>())
        let signatures = Atomic(0)
        let judged = try judge(checkpoints, authority)
        var verifier = LogVerifier(
            authority: authority,
            signatures: every
                ? .every(handOver: { jobs in
                    signatures.add(jobs.count, ordering: .relaxed)
                    Self.verify(jobs, forged)
                }) : .newest,
            rootsOf: Set(judged.map(\.checkpoint.size)))
        var head = try reading { () throws(RecordsError) in try records.logHead() }
        var done = Progress(totalFiles: Int(clamping: head.size))
        // Nothing honest stands before 0; what does is told.
        var next = Int64.min
        var promised: Int64 = 0
        // What is appended while we read is read too, until the tables are compared at one moment.
        repeat {
            next = try feed(&verifier, from: next, stop) {
                done.files += $0
                progress(done)
            }
            // The log's end was cut off: they would not come if we waited for them.
            if next < promised { break }
            head =
                comparingTables
                ? try compareTables(&verifier, at: next)
                : try reading { () throws(RecordsError) in try records.logHead() }
            promised = head.size
        } while head.size > next
        let report = verifier.finish(logSize: UInt64(head.size), logEdge: head.edge)

        var result = LogVerification(root: LogHash(report.root))
        result.entries = report.entryCount
        result.signatures =
            every ? signatures.load(ordering: .relaxed) : authority.slots.count
        result.clockJumps = report.clockJumps.listed.map { ($0.sequence, $0.from, $0.to) }
        do throws(KeysError) {
            try header.verifySignatures()
        } catch {
            result.add(Finding(.log, message: VaultError(error).message))
        }
        let more = forged.withLock { $0 }
        for finding in more.listed + report.findings.listed {
            result.add(Finding(.log, message: finding.sentence(self)))
        }
        result.findingCount += more.count - more.listed.count
        result.findingCount += report.findings.count - report.findings.listed.count
        for finding in verifier.replay.findings.listed { result.add(try describe(finding)) }
        result.findingCount +=
            verifier.replay.findings.count - verifier.replay.findings.listed.count
        compare(judged, report, &result)
        return result
    }

    /// The same for whoever goes on to use the log: nothing may be wrong with it.
    ///
    /// - Throws: `damaged`, with the first thing that is.
    func soundLog(
        against checkpoints: [[UInt8]] = [], stop: StopSign, progress: (Progress) -> Void
    ) throws(VaultError) -> LogVerification {
        let log = try verifyLog(
            against: checkpoints, comparingTables: false, stop: stop, progress: progress)
        guard let first = log.findings.first else { return log }
        throw VaultError(
            .damaged, "the log does not hold together: " + first.message,
            hint: "lighttight audit verify tells everything that is wrong with it")
    }

    /// Feeds entries until there are no more; returns the next sequence.
    private func feed(
        _ verifier: inout LogVerifier, from first: Int64, _ stop: StopSign, _ fed: (Int) -> Void
    ) throws(VaultError) -> Int64 {
        var next = first
        while true {
            if stop() {
                throw VaultError(.interrupted, "interrupted", hint: "run the same command again")
            }
            let entries = try reading { () throws(RecordsError) in
                try records.entries(from: next, limit: Self.entriesAtOnce)
            }
            guard let last = entries.last else { return next }
            for entry in entries {
                entry.leaf.withUnsafeBytes { leaf in
                    entry.rows.withUnsafeBytes { rows in
                        if let actor = entry.actor {
                            actor.withUnsafeBytes {
                                verifier.entry(
                                    sequence: entry.sequence, actor: $0, leaf: leaf, rows: rows)
                            }
                        } else {
                            verifier.entry(
                                sequence: entry.sequence, actor: nil, leaf: leaf, rows: rows)
                        }
                    }
                }
            }
            fed(entries.count)
            // A planted number may be the last there is.
            guard last.sequence < .max else { return .max }
            next = last.sequence + 1
        }
    }

    /// Compares the tables with what the entries say of them, if the log still ends at `size`.
    private func compareTables(
        _ verifier: inout LogVerifier, at size: Int64
    ) throws(VaultError) -> LogHead {
        let (head, tables) = try reading { () throws(RecordsError) in
            try records.states(ifSize: size) { row, state in
                // A state that cannot be read is none that was ever written.
                verifier.replay.compareRecord(
                    row: row, state: state.map { Digest($0) } ?? Digest(.destroyed))
            }
        }
        guard let tables else { return head }
        for pack in tables.packs {
            verifier.replay.comparePack(pack.name, byteCount: UInt64(max(pack.byteCount, 0)))
        }
        for tag in tables.erased { verifier.replay.compareErased(tag) }
        verifier.replay.compareStrays(tables.strays)
        verifier.replay.finish(
            header: Digest(tables.header), keyring: Digest(tables.keyring),
            copies: Digest(tables.copies), cards: Digest(tables.cards))
        return head
    }

    /// The header as it is stored now.
    func currentHeader() throws(VaultError) -> Header {
        let bytes = try reading { () throws(RecordsError) in try records.header() }
        do throws(FormatError) {
            return try Header(parsing: bytes)
        } catch {
            throw VaultError(error, "the vault's header")
        }
    }

    private static func verify(
        _ jobs: [SignatureJob], _ forged: borrowing Mutex<Findings<LogFinding>>
    ) {
        let found = Mutex<[LogFinding]>([])
        DispatchQueue.concurrentPerform(iterations: Machine.onlineCores) { core in
            for index in stride(from: core, to: jobs.count, by: Machine.onlineCores) {
                guard let finding = jobs[index].finding else { continue }
                found.withLock { $0.append(finding) }
            }
        }
        for finding in found.withLock({ $0 }) { forged.withLock { $0.add(finding) } }
    }

    // MARK: - Checkpoints

    func judge(
        _ checkpoints: [[UInt8]], _ authority: LogAuthority
    ) throws(VaultError) -> [JudgedCheckpoint] {
        var judged: [JudgedCheckpoint] = []
        for bytes in checkpoints {
            do throws(CheckpointRefusal) {
                judged.append(try CheckpointJudge(authority: authority).judge(bytes))
            } catch {
                throw VaultError(error, self)
            }
        }
        return judged
    }

    private func compare(
        _ judged: [JudgedCheckpoint], _ report: LogReport, _ result: inout LogVerification
    ) {
        for one in judged {
            let size = one.checkpoint.size
            if let root = report.roots[size] {
                if LogHash(root) == one.checkpoint.root {
                    result.checkpoints.append(
                        (size, one.checkpoint.root, one.signers[0].words(self)))
                } else {
                    result.add(
                        Finding(
                            .log,
                            message:
                                "the first \(size) entries are not those of the checkpoint: history was rewritten"
                        ))
                }
            } else {
                result.add(
                    Finding(
                        .log,
                        message:
                            "the checkpoint is of \(size) entries and the log has \(report.size): entries are missing"
                    ))
            }
        }
    }
}

extension LogVerification {
    mutating func add(_ finding: Finding) {
        findings.append(finding)
        findingCount += 1
    }
}

extension LogAuthority {
    init(_ header: Header) {
        self.init(
            vault: header.vault,
            keys: header.keys.signing.map {
                VaultKey(epoch: $0.epoch, since: $0.since, public: $0.public.bytes)
            },
            slots: header.slots.map { Slot(id: $0.id, public: $0.signing.bytes) }
                + header.retired.map {
                    Slot(id: $0.id, public: $0.signing.bytes, until: $0.until)
                })
    }
}

import Synchronization
import VaultFormat
import VaultRecords
import VaultStore

extension UnlockedVault {
    /// Opens every picture (or a sample), every record, and compares both copies of the records. Goes on
    /// past whatever it finds.
    ///
    /// Bytes of packs that belong to no picture, padding and what was purged, are covered by
    /// `Vault.verifyPacks` only.
    package func verify(
        _ request: VerifyRequest, stop: @escaping StopSign,
        progress: @escaping @Sendable (Progress) -> Void,
        found: @escaping @Sendable (Finding) -> Void
    ) throws(VaultError) -> VerifyReport {
        let findings = FindingList(found)
        // An import that was killed leaves the second copy behind, which is no damage.
        if records.mode == .writing { try settle() }
        let missing = try locked.checkPackList(findings)
        try locked.checkRecords(findings, stop)
        let tally = VerifyTally(progress, total: try count(request.sample))
        let vault = self
        try PictureCrew(stop: stop).run(
            find: { (put) throws(VaultError) in
                try vault.checkedScan(request.sample, findings, put)
            },
            makeWorker: { () throws(VaultError) in
                let reader = try PictureReader(vault)
                return { (sealed) throws(VaultError) in
                    for object in sealed.picture.value.objects {
                        if let found = try vault.check(sealed, object, missing, with: reader) {
                            findings.add(found)
                        }
                    }
                    tally.add(sealed.picture.value.byteCount)
                }
            })
        var report = VerifyReport()
        report.pictures = tally.done.files
        report.bytes = tally.done.bytes
        report.packs = try reading { () throws(RecordsError) in try records.counts() }.packs
        report.findings = findings.all
        return report
    }

    /// What is wrong with one of a picture's objects; `nil` when all is well.
    private func check(
        _ sealed: SealedPicture, _ object: NamedObject, _ missing: Set<PackName>,
        with reader: PictureReader
    ) throws(VaultError) -> Finding? {
        let id = sealed.picture.id
        let isOriginal = object.kind == .original
        let what = (isOriginal ? "picture " : "the thumbnail of picture ") + id.hex.prefix(12)
        func finding(_ kind: Finding.Kind, _ message: String) -> Finding {
            let mend = isOriginal ? "" : "; lighttight index --again makes it anew"
            return Finding(
                isOriginal ? kind : .damagedThumbnail, record: id, pack: object.location.pack,
                message: message + mend)
        }
        if missing.contains(object.location.pack) {
            return finding(.missingPicture, what + " lies in a missing pack")
        }
        do throws(VaultError) {
            try authenticate(sealed, object, with: reader)
            return nil
        } catch {
            guard error.code == .damaged else { throw error }
            return finding(.damagedPicture, isOriginal ? error.message : what + " does not open")
        }
    }

    /// An object whose pack was compacted away meanwhile is looked up again before it is called missing.
    private func authenticate(
        _ sealed: SealedPicture, _ object: NamedObject, with reader: PictureReader
    ) throws(VaultError) {
        do throws(VaultError) {
            try reader.authenticate(sealed, object)
        } catch {
            guard error.code == .damaged else { throw error }
            guard let now = try reader.findIfThere(sealed.picture.id),
                let moved = now.picture.value.objects.first(where: { $0.kind == object.kind })
            else { return }
            if moved == object { throw error }
            try reader.authenticate(now, moved)
        }
    }

    /// Scans all records, binned ones too; those that do not open are findings.
    private func checkedScan(
        _ sample: Double, _ findings: FindingList,
        _ put: ([SealedPicture]) throws(VaultError) -> Void
    ) throws(VaultError) {
        var opener = opener()
        var group: [SealedPicture] = []
        var bytes: UInt64 = 0
        try batches { (batch) throws(VaultError) in
            for index in 0..<batch.count {
                do throws(RecordsError) {
                    let sealed = try opener.open(batch, at: index)
                    guard sample >= 1 || Double.random(in: 0..<1) < sample else { continue }
                    group.append(sealed)
                    bytes += sealed.picture.value.byteCount
                } catch .rotated {
                    // Not damage: it opens with the keys that somebody made meanwhile.
                    throw VaultError(RecordsError.rotated)
                } catch {
                    let id = batch.id(at: index)
                    findings.add(
                        Finding(
                            .damagedRecord, record: id,
                            message: "the record of picture \(id.hex.prefix(12)) does not open"))
                }
                if group.count >= 64 || bytes >= 8 << 20 {
                    try put(group)
                    group = []
                    bytes = 0
                }
            }
        }
        if !group.isEmpty { try put(group) }
    }

    private func count(_ sample: Double) throws(VaultError) -> Int {
        let counts = try reading { () throws(RecordsError) in try records.counts() }
        return Int((Double(counts.records) * min(sample, 1)).rounded())
    }
}

/// Gathers findings from all threads.
final class FindingList: Sendable {
    private let list = Mutex<[Finding]>([])
    private let tell: @Sendable (Finding) -> Void

    init(_ tell: @escaping @Sendable (Finding) -> Void) { self.tell = tell }

    var all: [Finding] { list.withLock { $0 } }

    func add(_ finding: Finding) {
        list.withLock {
            $0.append(finding)
            tell(finding)
        }
    }
}

/// Counts what was checked, from all threads.
final class VerifyTally: Sendable {
    private let state: Mutex<Progress>
    private let tell: @Sendable (Progress) -> Void

    init(_ tell: @escaping @Sendable (Progress) -> Void, total: Int?, bytes: UInt64? = nil) {
        state = Mutex(Progress(totalFiles: total, totalBytes: bytes))
        self.tell = tell
    }

    var done: Progress { state.withLock { $0 } }

    func add(_ bytes: UInt64, files: Int = 1) {
        state.withLock {
            $0.files += files
            $0.bytes += bytes
            tell($0)
        }
    }
}

import Synchronization
import VaultFiles
import VaultFormat

extension UnlockedVault {
    /// Puts pictures out. Nothing appears under its name before all of it was authenticated; nothing is
    /// overwritten unless told; nothing is written outside the target. What is damaged is told as
    /// failed, and the others go out.
    package func export(
        _ request: ExportRequest, stop: @escaping StopSign,
        progress: @escaping @Sendable (Progress) -> Void,
        outcome: @escaping @Sendable (ExportOutcome) -> Void
    ) throws(VaultError) -> ExportReport {
        let target = try ExportTarget(request.target)
        let job = ExportJob(target, request, progress: progress, outcome: outcome)
        let vault = self
        try PictureCrew(stop: stop).run(
            find: { (put) throws(VaultError) in
                let ahead = Foretelling(vault.slot, .exported)
                try vault.scanInGroups(request.filter, damaged: { job.failed($0) }) {
                    (group) throws(VaultError) in try ahead.add(group, put)
                }
                try ahead.finish(put)
            },
            makeWorker: { () throws(VaultError) in
                let worker = try ExportWorker(vault, job)
                return { (sealed) throws(VaultError) in try worker.put(sealed) }
            })
        return job.report
    }

    /// Writes one original, named by the beginning of its ID, to a descriptor. Each piece is authentic; when
    /// this throws, what was written is a beginning of the picture and nothing else.
    package func write(_ prefix: String, descriptor: Int32) throws(VaultError) {
        let ids = try resolve([prefix])
        try slot.tell(Telling(.viewed, pictures: ids))
        let reader = try PictureReader(self)
        let sealed = try reader.find(ids[0])
        let out = try files("the output") { () throws(FileError) in
            try Descriptor(duplicating: descriptor)
        }
        try reader.read(sealed) { (piece) throws(VaultError) in
            do throws(FileError) { try out.write(piece) } catch {
                throw VaultError(error, "the output")
            }
        }
    }
}

/// The folder that an export fills.
final class ExportTarget: Sendable {
    let folder: Directory

    /// Made with all above it when it does not exist. A link in the last component is refused.
    init(_ path: [UInt8]) throws(VaultError) {
        let absolute = try SourcePath.absolute(path)
        folder = try files("the target \"\(Printable.text(absolute))\"") { () throws(FileError) in
            guard let split = SourcePath.split(absolute) else {
                return try Directory.open(FilePath("/"))
            }
            let above = try FilePath(bytes: split.folder)
            let folder = try Directory.openOrMakeFollowing(above)
            return try folder.openOrMakeFolder(FileName(bytes: split.name))
        }
    }

    /// - Throws: `usage` when something is in it; what a crash of ours left counts for nothing.
    func requireEmpty(_ path: [UInt8]) throws(VaultError) {
        let words = "the target \"\(Printable.text(path))\""
        let isEmpty = try files(words) { () throws(FileError) in
            var entries = try folder.entries()
            while let entry = try entries.next() {
                if !entry.name.isTemporary { return false }
            }
            return true
        }
        guard isEmpty else {
            throw VaultError(
                .usage, "\(words) is not empty",
                hint: "name a new folder, so that nothing else is taken for a part of the export")
        }
    }
}

/// What the threads of one export share.
final class ExportJob: Sendable {
    private struct State {
        var report = ExportReport()
        var progress = Progress()
        /// Hashes of the paths that this run wrote or found to be right, so that a second picture of
        /// the same path gets a name of its own.
        var taken: Set<Int> = []
        /// The same of the paths as a file system may see them that does not tell case or the ways
        /// to write an accent apart.
        var alike: Set<Int> = []
    }

    enum Taking {
        case free
        /// Of a path that only a file system that tells bytes apart tells from an earlier one.
        case alike
        case taken
    }

    let target: ExportTarget
    let request: ExportRequest
    let naming: ExportNaming
    private let state = Mutex(State())
    private let progress: @Sendable (Progress) -> Void
    private let outcome: @Sendable (ExportOutcome) -> Void

    init(
        _ target: ExportTarget, _ request: ExportRequest,
        progress: @escaping @Sendable (Progress) -> Void,
        outcome: @escaping @Sendable (ExportOutcome) -> Void
    ) {
        self.target = target
        self.request = request
        naming = ExportNaming(layout: request.layout)
        self.progress = progress
        self.outcome = outcome
    }

    var report: ExportReport { state.withLock { $0.report } }

    /// Takes a path for a picture, unless this run gave it to another one.
    func take(_ path: [FileName]) -> Taking {
        // Text compares, and hashes, without regard to how an accent is written.
        let text = path.map { String(decoding: $0.bytes, as: UTF8.self).lowercased() }
        return state.withLock {
            guard $0.taken.insert(path.hashValue).inserted else { return .taken }
            return $0.alike.insert(text.hashValue).inserted ? .free : .alike
        }
    }

    /// Accounts for a picture whose record does not open.
    func failed(_ id: RecordID) {
        add(
            ExportOutcome(
                path: [], kind: .failed, id: id, byteCount: 0,
                reason: "the record of picture \(id.hex.prefix(12)) does not open"))
    }

    func add(_ outcome: ExportOutcome) {
        state.withLock { state in
            switch outcome.kind {
            case .exported:
                state.report.exported += 1
                state.report.bytes += outcome.byteCount
            case .present: state.report.present += 1
            case .kept: state.report.kept += 1
            case .failed: state.report.failed += 1
            }
            state.progress.files += 1
            state.progress.bytes += outcome.byteCount
            self.outcome(outcome)
            progress(state.progress)
        }
    }
}

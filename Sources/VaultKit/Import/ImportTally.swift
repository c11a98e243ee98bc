import Synchronization
import VaultFiles
import VaultFormat

/// Counts outcomes and bytes from all threads, and tells the observers, one at a time.
final class Tally: Sendable {
    private struct State {
        var report = ImportReport()
        var progress = Progress()
    }

    private let state = Mutex(State())
    private let progress: @Sendable (Progress) -> Void
    private let outcome: @Sendable (ImportOutcome) -> Void

    init(
        progress: @escaping @Sendable (Progress) -> Void,
        outcome: @escaping @Sendable (ImportOutcome) -> Void
    ) {
        self.progress = progress
        self.outcome = outcome
    }

    var report: ImportReport { state.withLock { $0.report } }

    func setTotal(files: Int, bytes: UInt64) {
        state.withLock {
            $0.progress.totalFiles = files
            $0.progress.totalBytes = bytes
        }
    }

    /// Notes what was read; a file counts when it was read whole, long before its outcome is durable.
    func advance(bytes: UInt64, files: Int) {
        state.withLock {
            $0.progress.bytes += bytes
            $0.progress.files += files
            progress($0.progress)
        }
    }

    func add(_ outcome: ImportOutcome) {
        state.withLock { state in
            switch outcome.kind {
            case .imported:
                state.report.imported += 1
                state.report.importedBytes += outcome.byteCount
            case .duplicate: state.report.duplicates += 1
            case .unchanged:
                state.report.unchanged += 1
                state.progress.bytes += outcome.byteCount
                state.progress.files += 1
            case .skipped: state.report.skipped += 1
            case .failed: state.report.failed += 1
            }
            if outcome.moved { state.report.moved += 1 }
            self.outcome(outcome)
            progress(state.progress)
        }
    }
}

extension ImportOutcome {
    init(_ source: SourcePlace, _ kind: Kind, id: RecordID? = nil, reason: String? = nil) {
        self.init(
            path: source.whole, kind: kind, byteCount: UInt64(max(source.byteCount, 0)),
            id: id, reason: reason)
        deposit = source.deposit?.id
    }
}

import Glibc
import Synchronization
import VaultKit

/// Shows how far a longer piece of work is: a line on the terminal redrawn at most five times a
/// second, or `status` lines on stdout at most once a second. Says nothing in the first second.
final class ProgressMeter: Sendable {
    private let console: Console
    private let verb: String
    private let begun = ContinuousClock.now
    private let shown = Mutex<ContinuousClock.Instant?>(nil)

    /// - Parameter verb: what is going on, such as `importing`.
    init(_ console: Console, _ verb: String) {
        self.console = console
        self.verb = verb
    }

    /// Seconds since the work began.
    var seconds: Double { (ContinuousClock.now - begun) / .seconds(1) }

    func update(_ progress: Progress) {
        guard !console.quiet, console.json || console.errorIsTerminal else { return }
        let now = ContinuousClock.now
        guard now - begun >= .seconds(1) else { return }
        let interval: Duration = console.json ? .seconds(1) : .milliseconds(200)
        let isDue = shown.withLock { shown in
            if let last = shown, now - last < interval { return false }
            shown = now
            return true
        }
        guard isDue else { return }
        let seconds = (now - begun) / .seconds(1)
        if console.json {
            console.message("status", Self.members(progress, seconds: seconds), atOnce: true)
        } else {
            let width = Console.width(of: STDERR_FILENO)
            console.progress(
                String(Self.line(verb, progress, seconds: seconds).prefix(max(0, width - 1))))
        }
    }

    /// Takes the line away.
    func finish() { console.progress(nil) }

    static func line(_ verb: String, _ progress: Progress, seconds: Double) -> String {
        var parts = [verb + " " + of(progress.files, progress.totalFiles) + " files"]
        if let total = progress.totalBytes, total > 0 {
            parts.append(Wording.size(progress.bytes) + " of " + Wording.size(total))
        } else {
            parts.append(Wording.size(progress.bytes))
        }
        parts.append(Wording.rate(progress.bytes, seconds: seconds))
        if let left = secondsLeft(progress, seconds: seconds) {
            parts.append(Wording.duration(left.rounded(.up)) + " left")
        }
        guard let share = share(progress) else { return parts.joined(separator: " · ") }
        let full = Int(share * 16)
        let bar = String(repeating: "█", count: full) + String(repeating: "░", count: 16 - full)
        return bar + " " + parts.joined(separator: " · ")
    }

    static func members(_ progress: Progress, seconds: Double) -> [(String, JSON)] {
        [
            ("files_done", .count(progress.files)),
            ("bytes_done", .unsigned(progress.bytes)),
            ("total_files", progress.totalFiles.map { .count($0) } ?? .null),
            ("total_bytes", progress.totalBytes.map { .unsigned($0) } ?? .null),
            ("seconds_elapsed", .number(seconds)),
            (
                "seconds_remaining",
                secondsLeft(progress, seconds: seconds).map { .number($0) } ?? .null
            ),
        ]
    }

    private static func of(_ done: Int, _ total: Int?) -> String {
        Wording.count(done) + (total.map { " of " + Wording.count($0) } ?? "")
    }

    /// By bytes where they are known, else by files; between 0 and 1.
    private static func share(_ progress: Progress) -> Double? {
        if let total = progress.totalBytes, total > 0 {
            return min(1, Double(progress.bytes) / Double(total))
        }
        if let total = progress.totalFiles, total > 0 {
            return min(1, Double(progress.files) / Double(total))
        }
        return nil
    }

    private static func secondsLeft(_ progress: Progress, seconds: Double) -> Double? {
        guard let share = share(progress), share > 0.005 else { return nil }
        return seconds / share * (1 - share)
    }
}

import Glibc
import Synchronization
import VaultKit

/// Where results, warnings, errors and progress go: results to stdout, all else to stderr.
///
/// Safe to call from any thread; each call writes whole lines.
final class Console: Sendable {
    let json: Bool
    /// Leaves out progress and closing sentences; results, warnings and errors stay.
    let quiet: Bool
    let outputIsTerminal = isatty(STDOUT_FILENO) == 1
    let errorIsTerminal = isatty(STDERR_FILENO) == 1

    private struct State {
        var pending: [UInt8] = []
        var progressIsShown = false
        /// `errno` of the first failed write to stdout.
        var failure: Int32?
    }
    private let state = Mutex(State())

    init(json: Bool, quiet: Bool) {
        self.json = json
        self.quiet = quiet
    }

    /// Prints one line of results.
    func result(_ line: String, atOnce: Bool = false) {
        result(bytes: Array(line.utf8), atOnce: atOnce)
    }

    /// The same with bytes that are no text of ours, such as a picture for a terminal.
    func result(bytes: [UInt8], atOnce: Bool = false) {
        state.withLock { state in
            Self.clearProgress(&state)
            state.pending += bytes
            state.pending.append(UInt8(ascii: "\n"))
            if atOnce || outputIsTerminal || state.pending.count >= 1 << 16 { Self.flush(&state) }
        }
    }

    /// Prints one JSON object as a line of results; its first member is `message_type`.
    func message(_ type: String, _ members: [(String, JSON)], atOnce: Bool = false) {
        result(
            JSON.object([("message_type", .text(type))] + members).line, atOnce: atOnce)
    }

    /// The last line of a command: a JSON object, or a sentence that `--quiet` leaves out.
    func summary(_ command: String, _ members: [(String, JSON)], _ sentence: String) {
        if json {
            message("summary", [("command", .text(command))] + members)
        } else if !quiet {
            result(sentence)
        }
    }

    func warning(_ message: String, hint: String? = nil) {
        if json {
            error(
                JSON.object([
                    ("message_type", .text("warning")), ("message", .text(message)),
                    ("hint", .optional(hint)),
                ]).line)
        } else {
            error("warning: " + message + (hint.map { "\nhint: " + $0 } ?? ""))
        }
    }

    func failure(_ failure: VaultError) {
        if json {
            error(
                JSON.object([
                    ("message_type", .text("error")), ("code", .text(failure.code.rawValue)),
                    ("message", .text(failure.message)), ("hint", .optional(failure.hint)),
                ]).line)
        } else {
            error("error: " + failure.message + (failure.hint.map { "\nhint: " + $0 } ?? ""))
        }
    }

    /// Says something that is neither result nor warning, unless `--quiet` or `--json`.
    func note(_ line: String) {
        if !json, !quiet { error(line) }
    }

    /// Replaces the progress line on a terminal; `nil` takes it away.
    func progress(_ line: String?) {
        guard errorIsTerminal else { return }
        state.withLock { state in
            Self.clearProgress(&state)
            guard let line else { return }
            Self.flush(&state)
            Self.write(Array(line.utf8), to: STDERR_FILENO)
            state.progressIsShown = true
        }
    }

    /// Writes what is pending.
    func flush() {
        state.withLock { state in
            Self.clearProgress(&state)
            Self.flush(&state)
        }
    }

    /// Whether stdout's reader has gone away: listing further is of no use.
    var readerIsGone: Bool {
        if state.withLock({ $0.failure == EPIPE }) { return true }
        var descriptor = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
        return poll(&descriptor, 1, 0) > 0 && descriptor.revents & Int16(POLLERR) != 0
    }

    /// What went wrong with stdout, other than its reader's going away.
    var outputError: VaultError? {
        guard let failure = state.withLock({ $0.failure }), failure != EPIPE else { return nil }
        return VaultError(
            failure == ENOSPC || failure == EDQUOT ? .full : .failed,
            "cannot write to standard output: " + String(cString: strerror(failure)))
    }

    /// Width of the terminal in columns; 80 when it does not say.
    static func width(of descriptor: Int32) -> Int {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    private func error(_ text: String) {
        state.withLock { state in
            Self.clearProgress(&state)
            Self.flush(&state)
            Self.write(Array((Self.harmless(text) + "\n").utf8), to: STDERR_FILENO)
        }
    }

    /// Names are made printable where they are quoted; this is the second lock on that door.
    private static func harmless(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    let isControl = scalar.properties.generalCategory == .control
                    return isControl && scalar != "\n" ? "\u{FFFD}" : scalar
                }))
    }

    private static func clearProgress(_ state: inout State) {
        guard state.progressIsShown else { return }
        write(Array("\r\u{1B}[K".utf8), to: STDERR_FILENO)
        state.progressIsShown = false
    }

    private static func flush(_ state: inout State) {
        guard !state.pending.isEmpty else { return }
        if state.failure == nil { state.failure = write(state.pending, to: STDOUT_FILENO) }
        state.pending.removeAll(keepingCapacity: true)
    }

    /// - Returns: `errno` when not all could be written.
    @discardableResult
    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
        bytes.withUnsafeBytes { RawOutput.write($0, to: descriptor) }
    }
}

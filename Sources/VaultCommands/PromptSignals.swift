import Glibc

/// Watches over the terminal's echo while somebody is asked: switched off for a hidden answer, and
/// back on before a signal ends or stops the process. Attack 99.
///
/// One at a time. The handlers use only what POSIX calls safe in them, and memory that is set up
/// before they are installed and never freed.
struct PromptSignals {
    private static let caught = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT]
    private let before: [sigaction]

    init(_ descriptor: Int32, prompt: String, hidden: Bool) {
        Desk.shared.pointee.take(descriptor, prompt: prompt, hidden: hidden)
        before = Self.caught.map { signal in
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { Desk.shared.pointee.handle($0) }
            action.sa_flags = SA_RESTART
            var earlier = sigaction()
            sigaction(signal, &action, &earlier)
            return earlier
        }
        Desk.shared.pointee.hide()
    }

    /// Puts terminal and handlers back.
    func end() {
        Desk.shared.pointee.reveal()
        for (signal, earlier) in zip(Self.caught, before) {
            var action = earlier
            sigaction(signal, &action, nil)
        }
    }

    /// What a handler needs to know, at an address that does not move.
    private struct Desk {
        // Written only while no handler of ours is installed; handlers read it.
        nonisolated(unsafe) static let shared: UnsafeMutablePointer<Desk> = {
            let place = UnsafeMutablePointer<Desk>.allocate(capacity: 1)
            place.initialize(to: Desk())
            return place
        }()

        private var descriptor: Int32 = -1
        private var original = termios()
        private var silent = termios()
        private var isHidden = false
        private var prompt = UnsafeMutableRawBufferPointer(start: nil, count: 0)

        mutating func take(_ descriptor: Int32, prompt text: String, hidden: Bool) {
            self.descriptor = descriptor
            isHidden = hidden && tcgetattr(descriptor, &original) == 0
            silent = original
            silent.c_lflag &= ~tcflag_t(ECHO | ECHOE | ECHOK | ECHONL)
            silent.c_lflag |= tcflag_t(ICANON | ISIG)
            prompt.deallocate()
            prompt = .allocate(byteCount: text.utf8.count, alignment: 1)
            prompt.copyBytes(from: text.utf8)
        }

        mutating func hide() {
            if isHidden { tcsetattr(descriptor, TCSAFLUSH, &silent) }
        }

        mutating func reveal() {
            if isHidden { tcsetattr(descriptor, TCSAFLUSH, &original) }
        }

        mutating func handle(_ signal: Int32) {
            let error = errno
            switch signal {
            case SIGTSTP:
                reveal()
                // Stops here; goes on here once continued, by way of SIGCONT below.
                kill(getpid(), SIGSTOP)
            case SIGCONT:
                hide()
                _ = write(descriptor, prompt.baseAddress, prompt.count)
            default:
                reveal()
                var newline = UInt8(ascii: "\n")
                _ = write(descriptor, &newline, 1)
                _exit(ExitCode.interrupted.rawValue)
            }
            errno = error
        }
    }
}

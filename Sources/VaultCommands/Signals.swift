import Glibc
import Synchronization
import VaultKit

/// The signals that end a command, with status 130: at once while nothing has begun; later the first
/// asks the work to stop cleanly, and a second ends the process at once.
enum Signals {
    static let ending = [SIGINT, SIGTERM, SIGHUP]
    private static let received = Atomic<Int>(0)
    private static let isWorking = Atomic<Bool>(false)

    /// Takes over the ending signals, and ignores SIGPIPE: a reader that goes away is noticed
    /// where the writing fails.
    static func install() {
        // Touched once here, so that the handler never runs a lazy initialiser.
        received.store(0, ordering: .relaxed)
        isWorking.store(false, ordering: .relaxed)
        for signal in ending {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { _ in
                let earlier = Signals.received.add(1, ordering: .relaxed).oldValue
                if earlier > 0 || !Signals.isWorking.load(ordering: .relaxed) {
                    _exit(ExitCode.interrupted.rawValue)
                }
            }
            // nohup, and shells that start background work, leave a signal ignored: so it stays.
            var before = sigaction()
            sigaction(signal, nil, &before)
            guard !isIgnored(before) else { continue }
            sigaction(signal, &action, nil)
        }
        // A parent that starts us from a thread with blocked signals hands its mask on; then nothing
        // but SIGKILL would end us.
        var usable = sigset_t()
        sigemptyset(&usable)
        for signal in ending + [SIGTSTP, SIGCONT] { sigaddset(&usable, signal) }
        pthread_sigmask(SIG_UNBLOCK, &usable, nil)
        var ignore = sigaction()
        ignore.__sigaction_handler.sa_handler = SIG_IGN
        sigaction(SIGPIPE, &ignore, nil)
    }

    /// From here on there is something to end cleanly.
    static func beginWork() { isWorking.store(true, ordering: .relaxed) }

    static var isStopping: Bool { received.load(ordering: .relaxed) > 0 }

    static let stop: StopSign = { isStopping }

    /// For commands that walk through pictures themselves.
    static func check() throws(VaultError) {
        if isStopping { throw VaultError(.interrupted, "interrupted") }
    }

    private static func isIgnored(_ action: sigaction) -> Bool {
        unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
            == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}

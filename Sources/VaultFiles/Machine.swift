import CLinux

/// What the process may know about the machine it runs on.
package enum Machine {
    /// Cores that are online; at least 1.
    package static var onlineCores: Int { Int(lt_online_cores()) }

    /// Time since some fixed moment; never goes back, stands still while the machine sleeps.
    package static var monotonic: Duration { .nanoseconds(lt_monotonic_nanoseconds()) }

    /// Blocks the thread.
    package static func sleep(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        lt_sleep_nanoseconds(max(0, seconds * 1_000_000_000 + attoseconds / 1_000_000_000))
    }

    /// Whether a descriptor (0, 1, 2) is a terminal.
    package static func isTerminal(_ number: Int32) -> Bool { lt_is_terminal(number) }

    /// How wide the terminal is, in columns; nothing where there is none.
    package static func terminalColumns(_ number: Int32) -> Int? {
        let columns = lt_terminal_columns(number)
        return columns > 0 ? Int(columns) : nil
    }
}

/// What a process does first, before it holds any secret.
package enum ProcessHardening {
    /// No core dumps, no backtraces, no debugger of the same user, and new files private (umask 077).
    /// Throws `.system` when the kernel refuses; then nothing secret should be asked for.
    package static func apply() throws(FileError) {
        _ = lt_set_umask(0o077)
        // Where Swift is installed, its runtime answers a crash by letting another program read this
        // process's memory and print registers with what they point at.
        try check("sigaction", lt_forget_crash_handlers())
        try check("prctl", lt_forbid_dumps())
    }

    /// Whether the kernel would write the memory of this process into a core file.
    package static var isDumpable: Bool { lt_is_dumpable() != 0 }
}

import Glibc
import VaultKit

/// Runs the person's own command and takes what it prints as the passphrase.
enum SecretCommand {
    /// - Throws: `failed` when the command cannot be run or ends with another status than 0.
    static func read(_ command: [UInt8]) throws(VaultError) -> Passphrase {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw VaultError(
                .failed, "cannot run the passphrase command: " + String(cString: strerror(errno)))
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let (reading, writing) = (ends[0], ends[1])
        let started = start(command, output: writing)
        close(writing)
        defer { close(reading) }
        switch started {
        case .failure(let problem):
            throw VaultError(
                .failed,
                "cannot run the passphrase command: " + String(cString: strerror(problem.code)))
        case .success(let child):
            return try take(from: reading, of: child)
        }
    }

    private struct Problem: Error { let code: Int32 }

    private static func take(
        from descriptor: Int32, of child: pid_t
    ) throws(VaultError) -> Passphrase {
        do throws(VaultError) {
            let secret = try Passphrase.read(descriptor: descriptor)
            if let complaint = wait(for: child) { throw complaint }
            return secret
        } catch {
            // What went wrong in the command explains an empty answer better than the answer does.
            throw wait(for: child) ?? error
        }
    }

    /// - Returns: the error to report unless the command ended well; `nil` also when it was
    ///   waited for before.
    private static func wait(for child: pid_t) -> VaultError? {
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 {
            guard errno == EINTR else { return nil }
        }
        guard status != 0 else { return nil }
        let signal = status & 0x7F
        return VaultError(
            .failed,
            signal == 0
                ? "the passphrase command ended with status \(status >> 8 & 0xFF)"
                : "the passphrase command was ended by signal \(signal)")
    }

    /// Standard input is the terminal or nothing, so that a command never eats a pipe meant for
    /// somebody else; signals are as they are for any new process.
    private static func start(_ command: [UInt8], output: Int32) -> Result<pid_t, Problem> {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        if isatty(STDIN_FILENO) == 0 {
            posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var usual = sigset_t()
        sigemptyset(&usual)
        for signal in Signals.ending + [SIGPIPE] { sigaddset(&usual, signal) }
        posix_spawnattr_setsigdefault(&attributes, &usual)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
        var child: pid_t = 0
        let code = CString.with(Array("sh".utf8)) { shell in
            CString.with(Array("-c".utf8)) { option in
                CString.with(command) { text in
                    var arguments: [UnsafeMutablePointer<CChar>?] = [
                        UnsafeMutablePointer(mutating: shell),
                        UnsafeMutablePointer(mutating: option),
                        UnsafeMutablePointer(mutating: text), nil,
                    ]
                    return posix_spawn(
                        &child, "/bin/sh", &actions, &attributes, &arguments, environ)
                }
            }
        }
        return code == 0 ? .success(child) : .failure(Problem(code: code))
    }
}

import Foundation
package import Glibc

/// How a process ended, and what it said.
package struct Ended: Sendable {
    /// The exit code; `nil` when a signal ended it.
    package var status: Int32?
    /// The signal that ended it.
    package var signal: Int32?
    package var output: [UInt8]
    package var errors: [UInt8]

    package var outputText: String { String(decoding: output, as: UTF8.self) }
    package var errorText: String { String(decoding: errors, as: UTF8.self) }
    package var isKilled: Bool { signal == SIGKILL }
    /// For the message of a test that fails.
    package var told: String {
        "status \(status.map(String.init) ?? "none"), signal \(signal.map(String.init) ?? "none")\n"
            + outputText.prefix(2000) + errorText.prefix(2000)
    }
}

/// A process in a session of its own, without a terminal. It inherits nothing of the tests' process, and
/// whoever waits for it waits for it alone: Foundation's `Process` hands every child the sockets by which it
/// learns of the ends of others, and so waits for the grandchildren, too.
package struct Spawned: Sendable {
    package struct Failed: Error {
        package let code: Int32
    }

    package let process: pid_t
    private let output: String
    private let errors: String

    /// - Parameters:
    ///   - arguments: the first is the absolute path of the program.
    ///   - environment: all of it.
    ///   - capture: where its output is kept until it ended.
    ///   - descriptor: where it prints to instead.
    package init(
        _ arguments: [[UInt8]], in folder: String, environment: [String: String], capture: String,
        printingTo descriptor: Int32? = nil
    ) throws {
        output = capture + ".out"
        errors = capture + ".err"
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        let flags = O_WRONLY | O_CREAT | O_TRUNC
        posix_spawn_file_actions_addopen(&actions, 1, output, flags, 0o600)
        if let descriptor { posix_spawn_file_actions_adddup2(&actions, descriptor, 1) }
        posix_spawn_file_actions_addopen(&actions, 2, errors, flags, 0o600)
        // One that is not open does no harm.
        for descriptor: Int32 in 3..<1024 {
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        let setsid: Int16 = 0x80
        // Threads of a pool block what shall end a program, and it would come with that.
        var noSignals = sigset_t()
        sigemptyset(&noSignals)
        posix_spawnattr_setsigmask(&attributes, &noSignals)
        posix_spawnattr_setflags(&attributes, setsid | Int16(POSIX_SPAWN_SETSIGMASK))

        // Replaces itself by the program, in the right folder.
        let arguments = ["/usr/bin/env", "--chdir=" + folder].map { Array($0.utf8) } + arguments
        var words = arguments.map { strdup(String(decoding: $0, as: UTF8.self)) }
        // Not every argument is text.
        for (index, word) in arguments.enumerated() where String(bytes: word) == nil {
            free(words[index])
            words[index] = (word + [0]).withUnsafeBufferPointer { bytes in
                bytes.withMemoryRebound(to: CChar.self) { strdup($0.baseAddress!) }
            }
        }
        var settings = environment.map { strdup("\($0)=\($1)") }
        defer { (words + settings).forEach { free($0) } }
        words.append(nil)
        settings.append(nil)
        var number: pid_t = 0
        let code = posix_spawn(&number, words[0]!, &actions, &attributes, words, settings)
        guard code == 0 else { throw Failed(code: code) }
        process = number
    }

    /// Runs a program to its end, in the folder of the tests and with their environment. What it prints
    /// comes through a pipe, for those who may not write to files.
    ///
    /// - Parameter arguments: the program first, looked for in PATH.
    package static func run(_ arguments: [String]) throws -> Ended {
        let capture = NSTemporaryDirectory() + "/lighttight-said-" + UUID().uuidString
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Failed(code: errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let reader = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
        let writer = FileHandle(fileDescriptor: ends[1], closeOnDealloc: true)
        let spawned = try Spawned(
            arguments.map { Array($0.utf8) }, in: ".",
            environment: ProcessInfo.processInfo.environment, capture: capture,
            printingTo: writer.fileDescriptor)
        try writer.close()
        let printed = try reader.readToEnd() ?? Data()
        var ended = try spawned.wait()
        ended.output = [UInt8](printed)
        return ended
    }

    /// What it has written so far.
    package func outputSoFar() throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: output)), as: UTF8.self)
    }

    /// Waits until a SIGSTOP stopped it.
    package func waitUntilStopped() throws {
        let deadline = ContinuousClock.now + .seconds(60)
        var status: Int32 = 0
        while ContinuousClock.now < deadline {
            let found = waitpid(process, &status, WUNTRACED | WNOHANG)
            if found == process {
                // It ended instead.
                guard status & 0xFF == 0x7F else { throw Failed(code: ESRCH) }
                return
            }
            guard found == 0 || errno == EINTR else { throw Failed(code: errno) }
            usleep(5_000)
        }
        throw Failed(code: ETIMEDOUT)
    }

    /// Whether it ended, and waits to be waited for.
    package func hasEnded() throws -> Bool {
        var told = siginfo_t()
        guard waitid(P_PID, id_t(process), &told, WEXITED | WNOHANG | WNOWAIT) == 0 else {
            throw Failed(code: errno)
        }
        return told.si_signo == SIGCHLD
    }

    /// Waits for the end. Once only.
    package func wait() throws -> Ended {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 {
            guard errno == EINTR else { throw Failed(code: errno) }
        }
        let exited = status & 0x7F == 0
        defer {
            unlink(output)
            unlink(errors)
        }
        return Ended(
            status: exited ? (status >> 8) & 0xFF : nil, signal: exited ? nil : status & 0x7F,
            output: [UInt8](try Data(contentsOf: URL(fileURLWithPath: output))),
            errors: [UInt8](try Data(contentsOf: URL(fileURLWithPath: errors))))
    }
}

extension String {
    /// `nil` when the bytes are not UTF-8.
    fileprivate init?(bytes: [UInt8]) {
        self.init(validating: bytes, as: UTF8.self)
    }
}

import Foundation
import Glibc

/// How a process ended, and what it said.
struct Ended: Sendable {
    /// The exit code; `nil` when a signal ended it.
    var status: Int32?
    /// The signal that ended it.
    var signal: Int32?
    var output: [UInt8]
    var errors: [UInt8]

    var outputText: String { String(decoding: output, as: UTF8.self) }
    var errorText: String { String(decoding: errors, as: UTF8.self) }
    var isKilled: Bool { signal == SIGKILL }
    /// For the message of a test that fails.
    var told: String {
        "status \(status.map(String.init) ?? "none"), signal \(signal.map(String.init) ?? "none")\n"
            + outputText.prefix(2000) + errorText.prefix(2000)
    }
}

/// A process in a session of its own, without a terminal.
struct Spawned: Sendable {
    struct Failed: Error {
        let code: Int32
    }

    let process: pid_t
    private let output: String
    private let errors: String

    /// - Parameters:
    ///   - arguments: the first is the absolute path of the program.
    ///   - capture: where its output is kept until it ended.
    init(
        _ arguments: [[UInt8]], in folder: String, environment: [String: String], capture: String
    ) throws {
        output = capture + ".out"
        errors = capture + ".err"
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        let flags = O_WRONLY | O_CREAT | O_TRUNC
        posix_spawn_file_actions_addopen(&actions, 1, output, flags, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errors, flags, 0o600)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        let setsid: Int16 = 0x80
        posix_spawnattr_setflags(&attributes, setsid)

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

    /// Waits until a SIGSTOP stopped it.
    func waitUntilStopped() throws {
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

    /// Waits for the end. Once only.
    func wait() throws -> Ended {
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

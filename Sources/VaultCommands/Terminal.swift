import Glibc
import VaultKit

/// The person's terminal, `/dev/tty`: asked there even when standard input is a pipe.
struct Terminal: ~Copyable {
    /// For the façade, which writes secrets that never become text of ours.
    let descriptor: Int32

    /// - Returns: `nil` when the process has no terminal.
    init?() {
        let opened = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard opened >= 0 else { return nil }
        descriptor = opened
    }

    deinit { close(descriptor) }

    /// Whether somebody sits there: a terminal exists and standard input is one.
    static var isAttended: Bool {
        guard isatty(STDIN_FILENO) == 1 else { return false }
        guard let terminal = Terminal() else { return false }
        _ = terminal
        return true
    }

    func write(_ text: String) {
        let bytes = Array(text.utf8)
        // What a terminal does not take is lost on a person, not on the vault.
        _ = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    }

    /// Asks for a line that is not shown. A signal at the prompt leaves the terminal as it was.
    func askSecret(_ prompt: String) throws(VaultError) -> Passphrase {
        try ask(prompt, hidden: true)
    }

    /// Asks for a line that is shown, and takes it into guarded memory.
    func askShown(_ prompt: String) throws(VaultError) -> Passphrase {
        try ask(prompt, hidden: false)
    }

    /// Asks for a short answer; `nil` at end of file.
    func askLine(_ prompt: String) -> [UInt8]? {
        write(prompt)
        let guarding = PromptSignals(descriptor, prompt: prompt, hidden: false)
        defer { guarding.end() }
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while line.count < 4096 {
            let count = read(descriptor, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1 else { return line.isEmpty ? nil : line }
            if byte == UInt8(ascii: "\n") { break }
            line.append(byte)
        }
        return line
    }

    private func ask(_ prompt: String, hidden: Bool) throws(VaultError) -> Passphrase {
        let guarding = PromptSignals(descriptor, prompt: prompt, hidden: hidden)
        defer {
            guarding.end()
            if hidden { write("\n") }
        }
        write(prompt)
        return try Passphrase.readLine(descriptor: descriptor)
    }
}

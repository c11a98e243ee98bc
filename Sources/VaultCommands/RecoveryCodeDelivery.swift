import Glibc
import VaultKit

/// How a new vault's recovery code reaches its owner: decided before the vault is made, so that no
/// vault is left behind whose code nobody has seen.
enum RecoveryCodeDelivery {
    /// To the terminal, and asked back unless `skipCheck`.
    case terminal(skipCheck: Bool)
    case file([UInt8])
    case discarded

    init(_ command: InitCommand) throws(VaultError) {
        switch (command.recoveryCodeOut, command.noRecoveryCode) {
        case (.some, true):
            throw VaultError(
                .usage, "--recovery-code-out and --no-recovery-code contradict each other",
                hint: "leave out one of them")
        case (.some(let file), false): self = .file(file.bytes)
        case (nil, true): self = .discarded
        case (nil, false):
            // A script that was started on a terminal must not stop there to ask.
            guard Terminal.isAttended else {
                throw VaultError(
                    .usage, "nobody is here to be shown the recovery code",
                    hint: "give --recovery-code-out FILE, or --no-recovery-code to do without one")
            }
            self = .terminal(skipCheck: command.skipCheck)
        }
    }

    /// Makes the new file for the code; -1 when none is wanted.
    func openFile() throws(VaultError) -> Int32 {
        guard case .file(let path) = self else { return -1 }
        let descriptor = CString.with(path) {
            open($0, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        }
        guard descriptor >= 0 else {
            let name = Printable.text(path)
            throw VaultError(
                errno == ENOSPC ? .full : .failed,
                "cannot make the recovery code file \"\(name)\": "
                    + String(cString: strerror(errno)),
                hint: errno == EEXIST ? "it is never overwritten: name another file" : nil)
        }
        return descriptor
    }

    /// Takes the file away again when no vault was made.
    func discard(_ descriptor: Int32) {
        guard case .file(let path) = self, descriptor >= 0 else { return }
        var facts = stat()
        // A code that was written stays: its vault may exist.
        if fstat(descriptor, &facts) == 0, facts.st_size == 0 {
            _ = CString.with(path) { unlink($0) }
        }
        close(descriptor)
    }

    func deliver(
        _ made: borrowing NewVault, file descriptor: Int32, _ console: Console
    ) throws(VaultError) {
        switch self {
        case .discarded: break
        case .file(let path):
            try made.recovery.write(descriptor: descriptor)
            var newline = UInt8(ascii: "\n")
            guard write(descriptor, &newline, 1) == 1, fsync(descriptor) == 0 else {
                throw VaultError(
                    errno == ENOSPC ? .full : .failed,
                    "the vault is made, but its recovery code could not be written to "
                        + "\"\(Printable.text(path))\": " + String(cString: strerror(errno)),
                    hint: "delete the vault's folder and try again")
            }
            close(descriptor)
        case .terminal(let skipCheck):
            guard let terminal = Terminal() else { throw SecretRoute.noRoute }
            try show(made, on: terminal)
            if !skipCheck { try check(made, on: terminal, console) }
        }
    }

    private func show(_ made: borrowing NewVault, on terminal: borrowing Terminal)
        throws(VaultError)
    {
        terminal.write("\nYour recovery code, shown this once:\n\n    ")
        // A closure may not borrow what it does not own, so the descriptor comes to us.
        try made.recovery.write(descriptor: terminal.descriptor)
        terminal.write(
            "\n\nIt opens the vault when the passphrase is forgotten. Write it down on paper.\n")
    }

    /// Asks the code back until it is right; an empty line ends the asking with a warning.
    private func check(
        _ made: borrowing NewVault, on terminal: borrowing Terminal, _ console: Console
    ) throws(VaultError) {
        while true {
            do throws(VaultError) {
                let typed = try terminal.askShown("Type it here, to be sure (Enter to skip): ")
                if made.recovery.matches(typed) {
                    terminal.write("That is right.\n\n")
                    return
                }
            } catch {
                // What cannot be taken, such as an empty line: the vault is made, so go on.
                console.warning("the recovery code was not checked")
                return
            }
            terminal.write("That is not the code above; look again.\n")
        }
    }
}

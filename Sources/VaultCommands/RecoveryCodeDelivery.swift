import Glibc
import VaultFormat
import VaultKit

/// How a new recovery code reaches its owner: decided before the vault or slot is made, so that none is left
/// behind whose code nobody has seen.
enum RecoveryCodeDelivery {
    /// To the terminal, and asked back unless `skipCheck`.
    case terminal(skipCheck: Bool)
    /// To a file of its own, onto a sheet to print, or both.
    case files(code: [UInt8]?, sheet: [UInt8]?)
    case discarded

    /// The files, made before the vault or slot; each is taken away again when nothing is put in it.
    struct Files: ~Copyable {
        let code: SecretFile?
        let sheet: SecretFile?
    }

    /// - Parameter discards: the code is thrown away unseen; `nil` where that is not offered.
    init(_ options: RecoveryCodeOptions, discards: Bool? = nil) throws(VaultError) {
        let (code, sheet) = (options.recoveryCodeOut, options.recoverySheet)
        if code != nil || sheet != nil {
            guard discards != true else {
                let option = code == nil ? "--recovery-sheet" : "--recovery-code-out"
                throw VaultError(
                    .usage, "\(option) and --no-recovery-code contradict each other",
                    hint: "leave out one of them")
            }
            self = .files(code: code?.bytes, sheet: sheet?.bytes)
        } else if discards == true {
            self = .discarded
        } else {
            // A script that was started on a terminal must not stop there to ask.
            guard Terminal.isAttended else {
                throw VaultError(
                    .usage, "nobody is here to be shown the recovery code",
                    hint: discards == nil
                        ? "give --recovery-code-out FILE, or --recovery-sheet FILE"
                        : "give --recovery-code-out FILE, or --no-recovery-code to do without one")
            }
            self = .terminal(skipCheck: options.skipCheck)
        }
    }

    func openFiles() throws(VaultError) -> Files {
        guard case .files(let code, let sheet) = self else { return Files(code: nil, sheet: nil) }
        let codeFile: SecretFile? =
            if let code { try SecretFile(making: code, for: "recovery code file") } else { nil }
        let sheetFile: SecretFile? =
            if let sheet { try SecretFile(making: sheet, for: "recovery sheet") } else { nil }
        return Files(code: codeFile, sheet: sheetFile)
    }

    /// - Parameter label: what the vault calls this way in.
    func deliver(
        _ code: borrowing ShownCode, of vault: VaultID, label: String, _ files: borrowing Files,
        _ console: Console
    ) throws(VaultError) {
        switch self {
        case .discarded: break
        case .files(_, let sheet):
            try Self.write(code, of: vault, label, files)
            if let sheet {
                console.note(
                    "Print \(ShellWord.quote(sheet)), then delete it: whoever has it opens the vault."
                )
            }
        case .terminal(let skipCheck):
            guard let terminal = Terminal() else { throw SecretRoute.noRoute }
            try show(code, on: terminal)
            if !skipCheck { try check(code, on: terminal, console) }
        }
    }

    private static func write(
        _ code: borrowing ShownCode, of vault: VaultID, _ label: String, _ files: borrowing Files
    ) throws(VaultError) {
        switch files.code {
        case .none: break
        case .some(let file):
            try code.write(descriptor: file.descriptor)
            try file.writeLineEnd()
            try file.finish()
        }
        switch files.sheet {
        case .none: break
        case .some(let file):
            let descriptor = file.descriptor
            try code.withText { (text) throws(VaultError) in
                try RecoverySheet.write(
                    code: text, vault: vault, label: label, time: Int64(time(nil)),
                    to: descriptor)
            }
            try file.finish()
        }
    }

    private func show(_ code: borrowing ShownCode, on terminal: borrowing Terminal)
        throws(VaultError)
    {
        terminal.write("\nYour recovery code, shown this once:\n\n    ")
        // A closure may not borrow what it does not own, so the descriptor comes to us.
        try code.write(descriptor: terminal.descriptor)
        terminal.write(
            "\n\nIt opens the vault when the passphrase is forgotten. Write it down on paper.\n")
    }

    /// Asks the code back until it is right; an empty line ends the asking with a warning.
    private func check(
        _ code: borrowing ShownCode, on terminal: borrowing Terminal, _ console: Console
    ) throws(VaultError) {
        while true {
            do throws(VaultError) {
                let typed = try terminal.askShown("Type it here, to be sure (Enter to skip): ")
                if code.matches(typed) {
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

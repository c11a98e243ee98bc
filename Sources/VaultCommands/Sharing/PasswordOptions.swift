import ArgumentParser
import VaultKit

/// Where the password of a link or bundle comes from; an argument is never one of the ways.
struct PasswordOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Reads the password from a file, without the line end at its end.",
            valueName: "file"))
    var passwordFile: PathArgument?

    @Option(
        help: ArgumentHelp(
            "Takes the password from what this command prints; /bin/sh runs it.",
            valueName: "command"))
    var passwordCommand: String?

    /// The way that is given; `nil` for none.
    func route() throws(VaultError) -> SecretRoute? {
        guard passwordFile == nil || passwordCommand == nil else {
            throw VaultError(
                .usage, "the password is to come from two places at once",
                hint: "keep one of --password-file and --password-command")
        }
        if let passwordFile { return .file(passwordFile.bytes, .password) }
        return passwordCommand.map { .command(ArgumentBytes.bytes(of: $0)) }
    }

    /// Asks for a new password, twice, and refuses a weak one.
    ///
    /// - Parameter what: `link` or `bundle`.
    static func askNew(_ console: Console, of what: String) throws(VaultError) -> Passphrase {
        guard let terminal = Terminal() else {
            throw VaultError(
                .usage, "there is no terminal to ask for the password",
                hint: "give --password-file FILE or --password-command COMMAND")
        }
        console.note(
            "Choose a password for the \(what), and send it by another way than the \(what).")
        while true {
            let first = try terminal.askSecret("Password of the \(what): ")
            if let reason = first.judge().reason {
                console.warning("this password is weak: \(reason)")
                continue
            }
            let second = try terminal.askSecret("The same again: ")
            if Passphrase.same(first, second) { return first }
            console.warning("the two were not the same, try again")
        }
    }

    /// Refuses one that is easy to guess: whoever has link or bundle may try.
    static func judged(
        _ password: consuming Passphrase, hint: String
    ) throws(VaultError) -> Passphrase {
        if let reason = password.judge().reason {
            throw VaultError(.refused, "the password is weak: \(reason)", hint: hint)
        }
        return password
    }
}

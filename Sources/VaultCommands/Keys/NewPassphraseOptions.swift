import ArgumentParser
import VaultKit

/// Where a new passphrase comes from, and how good it has to be.
struct NewPassphraseOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Reads the new passphrase from a file, without the line end at its end.",
            valueName: "file"))
    var newPassphraseFile: PathArgument?

    @Option(
        help: ArgumentHelp(
            "Takes the new passphrase from what this command prints; /bin/sh runs it.",
            valueName: "command"))
    var newPassphraseCommand: String?

    @Option(
        help: ArgumentHelp(
            "Reads the new passphrase from an open file descriptor.", valueName: "n"))
    var newPassphraseFd: Int32?

    @Flag(help: "Takes a passphrase that is easy to guess.")
    var acceptWeak = false

    @Option(
        help: ArgumentHelp(
            "What opening may cost: standard (256 MiB, about a second), strong (1 GiB, about four "
                + "seconds), small (64 MiB).", valueName: "cost"))
    var cost = InitRequest.Cost.standard

    /// The one way that is given; `nil` for asking on the terminal.
    private func route() throws(VaultError) -> SecretRoute? {
        var given: [SecretRoute] = []
        if let file = newPassphraseFile { given.append(.file(file.bytes, .passphrase)) }
        if let command = newPassphraseCommand {
            given.append(.command(ArgumentBytes.bytes(of: command)))
        }
        if let number = newPassphraseFd { given.append(.descriptor(number)) }
        guard given.count < 2 else {
            throw VaultError(
                .usage, "the new passphrase is to come from two places at once",
                hint: "keep one of --new-passphrase-file, --new-passphrase-command and "
                    + "--new-passphrase-fd")
        }
        return given.first
    }

    /// - Parameter console: for what is said while asking.
    func choose(_ console: Console) throws(VaultError) -> NewPassphrase {
        guard let route = try route() else {
            guard let terminal = Terminal() else {
                throw VaultError(
                    .usage, "there is no terminal to ask for the new passphrase",
                    hint: "give --new-passphrase-file FILE, --new-passphrase-command COMMAND or "
                        + "--new-passphrase-fd N")
            }
            return try NewPassphrase.ask(terminal, acceptWeak: acceptWeak, console)
        }
        return try NewPassphrase(route.read(console), acceptWeak: acceptWeak)
    }
}

/// A passphrase that was chosen and is good enough, or was insisted on.
struct NewPassphrase: ~Copyable {
    let passphrase: Passphrase
    /// Estimated entropy.
    let bits: Double

    init(_ passphrase: consuming Passphrase, acceptWeak: Bool) throws(VaultError) {
        let judgement = passphrase.judge()
        if let reason = judgement.reason, !acceptWeak {
            throw VaultError(
                .refused, "the passphrase is weak: \(reason)",
                hint: "choose another, such as five random words, or insist with --accept-weak")
        }
        bits = judgement.bits
        self.passphrase = passphrase
    }

    /// Asks, twice, until the passphrase is good or taken as it is.
    static func ask(
        _ terminal: borrowing Terminal, acceptWeak: Bool, _ console: Console
    ) throws(VaultError) -> NewPassphrase {
        console.note("Choose a passphrase; several random words are good, and can be remembered.")
        while true {
            let first = try terminal.askSecret("New passphrase: ")
            if let reason = first.judge().reason, !acceptWeak {
                console.warning("this passphrase is weak: \(reason)")
                continue
            }
            let second = try terminal.askSecret("The same again: ")
            if Passphrase.same(first, second) { return try NewPassphrase(first, acceptWeak: true) }
            console.warning("the two were not the same, try again")
        }
    }
}

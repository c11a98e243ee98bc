import ArgumentParser
import Glibc
import VaultFormat
import VaultKit

struct InitCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a new, empty vault.",
        discussion: """
            Asks twice for a passphrase and refuses one that is easy to guess. Then it shows a \
            recovery code, once: it opens the vault when the passphrase is forgotten, so write it \
            down and keep it where you keep papers. Without either of them nobody opens the \
            vault, its makers included.

            With --recovery-sheet it goes onto a page to print instead. In a script, say where the \
            code goes:
              lighttight init --passphrase-file pass --recovery-code-out code.txt

            With --group, all members of a group of this machine's users can use the vault's files, \
            each under an account of their own. What they can open is still decided by passphrases; \
            but any of them can delete the files, so keep a backup where they cannot.
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions

    @Argument(help: "The folder to make, instead of --vault.")
    var path: FolderArgument?

    @Option(
        help: ArgumentHelp(
            "Lets the members of this group of users share the vault's files.", valueName: "name"))
    var group: String?

    @Flag(help: "Takes a passphrase that is easy to guess.")
    var acceptWeak = false

    @Option(
        help: ArgumentHelp(
            "What opening may cost: standard (256 MiB, about a second), strong (1 GiB, about four "
                + "seconds), small (64 MiB).", valueName: "cost"))
    var cost = InitRequest.Cost.standard

    @Option(
        help: ArgumentHelp(
            "Writes the recovery code to a new file (mode 0600) instead of the terminal.",
            valueName: "file"))
    var recoveryCodeOut: PathArgument?

    @Option(
        help: ArgumentHelp(
            "Writes a page with the recovery code and its QR code, to print and put into a safe, to a "
                + "new HTML file (mode 0600).", valueName: "file"))
    var recoverySheet: PathArgument?

    @Flag(help: "Throws the recovery code away unseen: only the passphrase will open the vault.")
    var noRecoveryCode = false

    @Flag(help: "Does not ask the recovery code back.")
    var skipCheck = false

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        let place = try self.place()
        let recovery = try RecoveryCodeDelivery(self)
        let chosen = try choosePassphrase(console)
        var request = InitRequest()
        request.cost = cost
        request.acceptWeak = acceptWeak
        request.group = group
        // Before the vault: without a place for its code there is to be no vault.
        let files = try recovery.openFiles()
        let made = try Vault.create(at: place, passphrase: chosen.passphrase, request: request)
        try recovery.deliver(made, files, console)
        report(made.vault, place, chosen.bits, console)
        return .done
    }

    private struct ChosenPassphrase: ~Copyable {
        let passphrase: Passphrase
        let bits: Double
    }

    private func place() throws(VaultError) -> [UInt8] {
        guard let path else { return try common.place() }
        guard common.vault == nil else {
            throw VaultError(
                .usage, "the new vault's place is given twice", hint: "leave out --vault")
        }
        return path.bytes
    }

    /// Asks, twice on a terminal, until the passphrase is good or taken as it is.
    private func choosePassphrase(_ console: Console) throws(VaultError) -> ChosenPassphrase {
        if secrets.recoveryCodeFile != nil {
            throw VaultError(
                .usage, "a new vault has no recovery code yet",
                hint: "--recovery-code-out FILE writes the new one")
        }
        let route = try SecretRoute(secrets)
        guard route.isTerminal, let terminal = Terminal() else {
            let passphrase = try route.read(console)
            let judgement = passphrase.judge()
            if let reason = judgement.reason, !acceptWeak { throw weak(reason) }
            return ChosenPassphrase(passphrase: passphrase, bits: judgement.bits)
        }
        console.note("Choose a passphrase; several random words are good, and can be remembered.")
        while true {
            let first = try terminal.askSecret("New passphrase: ")
            let judgement = first.judge()
            if let reason = judgement.reason, !acceptWeak {
                console.warning("this passphrase is weak: \(reason)")
                continue
            }
            let second = try terminal.askSecret("The same again: ")
            if Passphrase.same(first, second) {
                return ChosenPassphrase(passphrase: first, bits: judgement.bits)
            }
            console.warning("the two were not the same, try again")
        }
    }

    private func weak(_ reason: String) -> VaultError {
        VaultError(
            .refused, "the passphrase is weak: \(reason)",
            hint: "choose another, such as five random words, or insist with --accept-weak")
    }

    private func report(
        _ vault: Vault, _ place: [UInt8], _ bits: Double, _ console: Console
    ) {
        let named = path != nil || common.vault != nil
        let option = named ? " --vault " + ShellWord.quote(place) : ""
        for note in vault.notes { console.warning(note) }
        // The vault is there already; a status that cannot be read is told by the next command.
        let identity = try? vault.status().vault.hex
        console.summary(
            "init",
            [
                ("vault", .optional(identity)), JSON.path("path", place),
                ("passphrase_bits", .number(bits)),
                ("recovery_code", .text(recoveryWord)),
            ],
            """
            made a vault in \(ShellWord.quote(place))
            next: lighttight import\(option) ~/Pictures
            then: lighttight backup\(option) /media/other-disk/Vault
            """)
    }

    private var recoveryWord: String {
        if noRecoveryCode { return "discarded" }
        return recoveryCodeOut == nil && recoverySheet == nil ? "shown" : "written"
    }
}

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

    @Flag(help: "Throws the recovery code away unseen: only the passphrase will open the vault.")
    var noRecoveryCode = false

    @OptionGroup var delivery: RecoveryCodeOptions

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        let place = try self.place()
        let recovery = try RecoveryCodeDelivery(delivery, discards: noRecoveryCode)
        let chosen = try choosePassphrase(console)
        var request = InitRequest()
        request.cost = cost
        request.acceptWeak = acceptWeak
        request.group = group
        // Before the vault: without a place for its code there is to be no vault.
        let files = try recovery.openFiles()
        let made = try Vault.create(
            at: place, passphrase: chosen.passphrase, request: request,
            context: CommonOptions.context())
        do throws(VaultError) {
            try recovery.deliver(
                made.recovery, of: made.vault.id, label: made.vault.recoveryLabel, files, console)
        } catch {
            throw VaultError(
                error.code, "the vault is made, but " + error.message,
                hint: "delete the vault's folder and try again")
        }
        report(made.vault, place, chosen.bits, console)
        return .done
    }

    private func place() throws(VaultError) -> [UInt8] {
        guard let path else { return try common.place() }
        guard common.vault == nil else {
            throw VaultError(
                .usage, "the new vault's place is given twice", hint: "leave out --vault")
        }
        return path.bytes
    }

    private func choosePassphrase(_ console: Console) throws(VaultError) -> NewPassphrase {
        if secrets.recoveryCodeFile != nil {
            throw VaultError(
                .usage, "a new vault has no recovery code yet",
                hint: "--recovery-code-out FILE writes the new one")
        }
        let route = try SecretRoute(secrets)
        guard route.isTerminal, let terminal = Terminal() else {
            return try NewPassphrase(route.read(console), acceptWeak: acceptWeak)
        }
        return try NewPassphrase.ask(terminal, acceptWeak: acceptWeak, console)
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
        return delivery.isGiven ? "written" : "shown"
    }
}

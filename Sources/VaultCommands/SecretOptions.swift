import ArgumentParser
import VaultKit

/// The ways a passphrase or recovery code reaches us; an argument is never one of them.
struct SecretOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Reads the passphrase from a file, without the line end at its end. Else "
                + "$LIGHTTIGHT_PASSPHRASE_FILE.", valueName: "file"))
    var passphraseFile: PathArgument?

    @Option(
        help: ArgumentHelp(
            "Takes the passphrase from what this command prints; /bin/sh runs it. Else "
                + "$LIGHTTIGHT_PASSPHRASE_COMMAND.", valueName: "command"))
    var passphraseCommand: String?

    @Option(
        help: ArgumentHelp(
            "Reads the passphrase from an open file descriptor; 0 is standard input.",
            valueName: "n"))
    var passphraseFd: Int32?

    @Option(
        help: ArgumentHelp(
            "Reads the recovery code from a file, instead of a passphrase.", valueName: "file"))
    var recoveryCodeFile: PathArgument?

    /// Opens the vault's pictures with what the person or the script gives.
    func unlock(_ vault: Vault, _ console: Console) throws(VaultError) -> UnlockedVault {
        try open(vault, console).pictures()
    }

    /// Opens a slot with what the person or the script gives, or by its session.
    ///
    /// On a terminal a refused passphrase may be typed three times.
    func open(_ vault: Vault, _ console: Console) throws(VaultError) -> OpenSlot {
        let slot = try ask(vault, console)
        Signals.beginWork()
        return slot
    }

    private func ask(_ vault: Vault, _ console: Console) throws(VaultError) -> OpenSlot {
        let route = try SecretRoute(self)
        guard route.isTerminal else {
            let secret = try route.read(console)
            return try vault.unlock(secret)
        }
        for _ in 0..<2 {
            let secret = try route.read(console)
            do throws(VaultError) {
                return try vault.unlock(secret)
            } catch {
                guard error.code == .refused else { throw error }
                console.warning(error.message + ", try again")
            }
        }
        let secret = try route.read(console)
        return try vault.unlock(secret)
    }
}

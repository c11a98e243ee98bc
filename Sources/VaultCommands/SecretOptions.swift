import ArgumentParser
import VaultFormat
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

    @Option(
        help: ArgumentHelp(
            "The key file that the slot wants beside its passphrase. Else $LIGHTTIGHT_KEY_FILE.",
            valueName: "file"))
    var keyFile: PathArgument?

    @Option(
        name: .customLong("as"),
        help: ArgumentHelp(
            "Opens this slot and no other, by its label or the beginning of its ID. Else "
                + "$LIGHTTIGHT_AS.", valueName: "slot"))
    var slot: String?

    /// Opens the vault's pictures with what the person or the script gives, or by a session.
    func unlock(_ vault: Vault, _ console: Console) throws(VaultError) -> UnlockedVault {
        try open(vault, console).pictures()
    }

    /// Opens a slot: by what an option gives; by its session, when it is named; by what the environment gives;
    /// by the only session there is; or by asking. So no command takes a session that nobody meant.
    func open(_ vault: Vault, _ console: Console) throws(VaultError) -> OpenSlot {
        let session = try openSession(vault)
        let opened = if let session { session } else { try ask(vault, console) }
        Signals.beginWork()
        Self.hearServer(opened, console)
        return opened
    }

    /// What the share server said comes into the log with the first command that opens the vault. When that
    /// fails it is told, and the command does what it was called for.
    private static func hearServer(_ slot: OpenSlot, _ console: Console) {
        do throws(VaultError) {
            for remark in try slot.hearServer()?.remarks ?? [] {
                console.warning(
                    "what the share server says does not go on from what it said before: \(remark)",
                    hint: "lighttight audit log --action \"server said\" shows it")
            }
        } catch {
            console.warning("what the share server said is not in the log yet: " + error.message)
        }
    }

    /// Opens a slot when an option gives what opens it, or a session is open. Never asks.
    func openIfGiven(_ vault: Vault, _ console: Console) throws(VaultError) -> OpenSlot? {
        if isGiven { return try ask(vault, console) }
        let named = try namedSlot(vault)
        do throws(VaultError) {
            return try vault.openSession(of: named)
        } catch {
            // Several are open and none was named: then it is none.
            guard error.code == .usage else { throw error }
            return nil
        }
    }

    private func openSession(_ vault: Vault) throws(VaultError) -> OpenSlot? {
        if isGiven { return nil }
        let named = try namedSlot(vault)
        guard named != nil || !SecretRoute.isInEnvironment else { return nil }
        return try vault.openSession(of: named)
    }

    private var isGiven: Bool {
        passphraseFile != nil || passphraseCommand != nil || passphraseFd != nil
            || recoveryCodeFile != nil
    }

    /// Whether an option says which slot to open, or how.
    var names: Bool { isGiven || slot != nil }

    /// The one slot that is to be opened.
    func namedSlot(_ vault: Vault) throws(VaultError) -> SlotID? {
        if let slot { return try vault.slot(named: slot) }
        guard let name = Environment.bytes("LIGHTTIGHT_AS") else { return nil }
        return try vault.slot(named: String(decoding: name, as: UTF8.self))
    }

    /// On a terminal a refused passphrase may be typed three times.
    private func ask(_ vault: Vault, _ console: Console) throws(VaultError) -> OpenSlot {
        let named = try namedSlot(vault)
        return try asking(console) { (secret, keyFile) throws(VaultError) in
            try vault.unlock(secret, keyFile: keyFile, only: named)
        }
    }

    /// Lends what opens a slot, as often as a person may try.
    func asking<R>(
        _ console: Console,
        _ body: (borrowing Passphrase, borrowing KeyFile?) throws(VaultError) -> R
    ) throws(VaultError) -> R {
        let route = try SecretRoute(self)
        let keyFile = try readKeyFile()
        var tries = route.isTerminal ? 3 : 1
        while true {
            tries -= 1
            let secret = try route.read(console)
            do throws(VaultError) {
                return try body(secret, keyFile)
            } catch {
                guard error.code == .refused, tries > 0 else { throw error }
                console.warning(error.message + ", try again")
            }
        }
    }

    func readKeyFile() throws(VaultError) -> KeyFile? {
        guard let path = keyFile?.bytes ?? Environment.bytes("LIGHTTIGHT_KEY_FILE") else {
            return nil
        }
        return try KeyFileArgument.read(path)
    }
}

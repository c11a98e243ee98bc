import ArgumentParser
import Glibc
import VaultFormat
import VaultKit

struct KeyChangeCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "change",
        abstract: "Change your passphrase; or, as an owner, a slot's label or role.",
        discussion: """
              lighttight key change                      your own passphrase
              lighttight key change --new-key-file KEY   and from now on with a key file
              lighttight key change "Front desk" --label "Desk 1"
              lighttight key change Ada --role auditor

            An old copy of the vault still opens with the old passphrase, and with it what is \
            sealed to this slot later. When a passphrase is known to somebody, add a new slot, \
            remove this one, and run lighttight key rotate.
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions
    @OptionGroup(title: "The new passphrase") var new: NewPassphraseOptions

    @Argument(help: "The slot whose label or role an owner changes.")
    var name: String?

    @Option(help: "The slot's new label.")
    var label: String?

    @Option(help: "The slot's new role.")
    var role: Role?

    @Option(
        help: ArgumentHelp(
            "Makes a key file, which the slot wants beside its passphrase from now on.",
            valueName: "file"))
    var newKeyFile: PathArgument?

    @Flag(help: "Goes on with the key file that was given with --key-file.")
    var keepKeyFile = false

    func validate() throws {
        if name == nil, label != nil || role != nil {
            throw ValidationError("name the slot whose label or role is to be changed")
        }
        if name != nil, label == nil, role == nil {
            throw ValidationError(
                "a passphrase is changed by its holder: leave the slot out, or give --label or --role"
            )
        }
        if newKeyFile != nil, keepKeyFile {
            throw ValidationError("--new-key-file and --keep-key-file contradict each other")
        }
    }

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        let vault = try common.open(console)
        let slot: SlotID
        if let name {
            slot = try vault.slot(named: name)
            if let label { try vault.requireFree(label: label, for: slot) }
            let owner = try secrets.open(vault, console)
            // Both in one, so that a stop leaves nothing half changed.
            if let role {
                try owner.changeRole(slot, to: role, label: label)
            } else if let label {
                try owner.relabel(slot, label)
            }
        } else {
            slot = try changePassphrase(vault, console)
        }
        console.summary(
            "key change", [("id", .text(slot.hex))], "changed slot \(slot.hex.prefix(8))")
        return .done
    }

    private func changePassphrase(
        _ vault: Vault, _ console: Console
    ) throws(VaultError) -> SlotID {
        let named = try secrets.namedSlot(vault)
        // The old one first, and checked, so that nobody chooses a new one for nothing.
        return try secrets.asking(console) { (old, keyFile) throws(VaultError) in
            let slot = try vault.check(old, keyFile: keyFile, only: named)
            let chosen = try new.choose(console)
            var request = SlotRequest()
            request.cost = new.cost
            request.acceptWeak = true  // Judged when it was chosen.
            let newKeyFile = try nextKeyFile(slot, vault)
            request.kind = slotKind(newKeyFile)
            do throws(VaultError) {
                return try vault.changePassphrase(
                    old, keyFile: keyFile, only: slot, to: chosen.passphrase,
                    newKeyFile: newKeyFile, request)
            } catch {
                // When the change was made before something else failed, it opens the slot.
                if let path = self.newKeyFile?.bytes, vault.isHeaderUnchanged {
                    _ = CString.with(path) { unlink($0) }
                }
                throw error
            }
        }
    }

    private func slotKind(_ keyFile: borrowing KeyFile?) -> SlotKind {
        switch keyFile {
        case .some: .passphraseAndKeyFile
        case .none: .passphrase
        }
    }

    /// The key file that is wanted from now on.
    private func nextKeyFile(_ slot: SlotID, _ vault: Vault) throws(VaultError) -> KeyFile? {
        if let path = newKeyFile?.bytes { return try KeyFileArgument.make(path) }
        if keepKeyFile {
            guard let kept = try secrets.readKeyFile() else {
                throw VaultError(
                    .usage, "there is no key file to keep", hint: "give it with --key-file FILE")
            }
            return kept
        }
        guard try vault.slots().first(where: { $0.id == slot })?.kind != .passphraseAndKeyFile
        else {
            throw VaultError(
                .usage, "this slot wants a key file beside its passphrase",
                hint: "give --keep-key-file, or --new-key-file FILE for another one")
        }
        return nil
    }
}

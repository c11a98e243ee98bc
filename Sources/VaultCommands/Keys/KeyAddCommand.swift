import ArgumentParser
import Glibc
import VaultFormat
import VaultKit

struct KeyAddCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Add a way to open the vault, as an owner.",
        discussion: """
              lighttight key add --label Ada --role manager
              lighttight key add --label "Front desk" --role desk
              lighttight key add --label "With stick" --new-key-file /media/stick/vault.key
              lighttight key add --label "In the safe" --recovery --recovery-code-out code.txt

            The holder of a passphrase changes it alone, with lighttight key change.
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions
    @OptionGroup(title: "The new passphrase") var new: NewPassphraseOptions

    @Option(help: "What the slot is called; shown to everybody who can read the vault's files.")
    var label: String

    @Option(help: "What its holder can do; lighttight help key tells.")
    var role = Role.owner

    @Option(
        help: ArgumentHelp(
            "Makes a key file, which the slot wants beside its passphrase: both are needed.",
            valueName: "file"))
    var newKeyFile: PathArgument?

    @Flag(help: "Opens with a new recovery code instead of a passphrase.")
    var recovery = false

    @OptionGroup var delivery: RecoveryCodeOptions

    func validate() throws {
        if recovery, newKeyFile != nil {
            throw ValidationError("--recovery and --new-key-file contradict each other")
        }
        if !recovery, delivery.isGiven {
            throw ValidationError("--recovery-code-out and --recovery-sheet go with --recovery")
        }
    }

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        let vault = try common.open(console)
        try vault.requireFree(label: label)
        let owner = try secrets.open(vault, console)
        // Nobody is to choose a passphrase, or to be given a code, that then opens nothing.
        try owner.requireOwner()
        var request = SlotRequest()
        request.label = label
        request.role = role
        request.cost = new.cost
        request.acceptWeak = new.acceptWeak
        let slot =
            try recovery
            ? addCode(owner, &request, console) : addPassphrase(owner, &request, console)
        console.summary(
            "key add",
            [
                ("id", .text(slot.hex)), ("label", .text(label)), ("role", .text(role.rawValue)),
                ("kind", .text(request.kind.rawValue)),
            ],
            "added slot \(slot.hex.prefix(8)), \(Printable.text(Array(label.utf8))): \(role.rawValue)"
        )
        return .done
    }

    private func addPassphrase(
        _ owner: OpenSlot, _ request: inout SlotRequest, _ console: Console
    ) throws(VaultError) -> SlotID {
        let chosen = try new.choose(console)
        request.acceptWeak = true  // Judged when it was chosen.
        guard let path = newKeyFile?.bytes else {
            return try owner.addSlot(request, passphrase: chosen.passphrase)
        }
        request.kind = .passphraseAndKeyFile
        let keyFile = try KeyFileArgument.make(path)
        do throws(VaultError) {
            return try owner.addSlot(request, passphrase: chosen.passphrase, keyFile: keyFile)
        } catch {
            // It is of no slot, unless that was made before something else failed.
            if owner.locked.isHeaderUnchanged { _ = CString.with(path) { unlink($0) } }
            throw error
        }
    }

    private func addCode(
        _ owner: OpenSlot, _ request: inout SlotRequest, _ console: Console
    ) throws(VaultError) -> SlotID {
        request.kind = .recovery
        let delivery = try RecoveryCodeDelivery(delivery)
        let files = try delivery.openFiles()
        let code = ShownCode.newRecoveryCode()
        // Shown first: a slot whose code nobody has seen is worth nothing.
        try delivery.deliver(code, of: owner.locked.id, label: label, files, console)
        return try owner.addSlot(request, code: code)
    }
}

extension Role: ExpressibleByArgument {}

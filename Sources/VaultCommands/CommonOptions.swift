import ArgumentParser
import VaultKit

/// What every command understands.
struct CommonOptions: ParsableArguments {
    @Option(
        name: .customLong("vault"),
        help: ArgumentHelp(
            "The vault's folder. Else $LIGHTTIGHT_VAULT, else ~/.local/share/lighttight/vault.",
            valueName: "folder"))
    var vault: FolderArgument?

    @Flag(help: "Prints JSON, one object a line, for programs.")
    var json = false

    @Flag(name: .shortAndLong, help: "Says nothing but results, warnings and errors.")
    var quiet = false

    /// Where the vault is, or is to be.
    func place() throws(VaultError) -> [UInt8] {
        if let vault { return vault.bytes }
        if let folder = Environment.bytes("LIGHTTIGHT_VAULT") { return folder }
        guard let data = Environment.dataFolder() else {
            throw VaultError(
                .usage, "HOME is not set, so there is no usual place for a vault",
                hint: "name the vault with --vault FOLDER or LIGHTTIGHT_VAULT")
        }
        return data + Array("/lighttight/vault".utf8)
    }

    /// What the façade is told of this machine and its user.
    static func context(unlogged: Bool = false) -> VaultContext {
        var context = VaultContext()
        context.memoryFolder = Environment.stateFolder()
        context.sessionFolder = Environment.sessionFolder()
        context.user = Environment.userName()
        context.machine = Environment.machineName()
        context.unlogged = unlogged
        return context
    }

    /// Opens the vault without a key, and tells what opening had to mend.
    func open(_ console: Console, unlogged: Bool = false) throws(VaultError) -> Vault {
        let vault = try Vault.open(at: place(), context: Self.context(unlogged: unlogged))
        for note in vault.notes { console.warning(note) }
        return vault
    }
}

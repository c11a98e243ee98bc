import ArgumentParser
import VaultFormat
import VaultKit

struct RemoveCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Move pictures to the bin.",
        discussion: """
            Nothing is destroyed: restore brings them back, purge destroys them.

              lighttight remove 3f9a
              lighttight remove --subject 4711
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Which pictures") var choice: FilterOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions

    @Argument(help: "Beginnings of IDs.")
    var prefixes: [String] = []

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        let filter = try choice.selection(prefixes, bin: .without, all: nil)
        let vault = try secrets.unlock(common.open(console), console)
        try vault.requireSide(of: filter)
        BinReport.summarise("remove", try vault.remove(filter), "moved", "to the bin", console)
        return .done
    }
}

struct RestoreCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Bring pictures back from the bin.",
        discussion: """
              lighttight list --bin
              lighttight restore 3f9a
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Which pictures") var choice: FilterOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions

    @Argument(help: "Beginnings of IDs.")
    var prefixes: [String] = []

    @Flag(help: "Everything that is in the bin.")
    var all = false

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        let filter = try choice.selection(prefixes, bin: .only, all: all)
        let vault = try secrets.unlock(common.open(console), console)
        try vault.requireSide(of: filter)
        BinReport.summarise(
            "restore", try vault.restore(filter), "restored", "from the bin", console)
        return .done
    }
}

struct PurgeCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "purge",
        abstract: "Destroy pictures that are in the bin.",
        discussion: """
            Destroys the key of each picture, after which its sealed bytes are worthless, here and \
            in every copy. Not destroyed: keys in older copies of the records (run backup again to \
            bring a copy up to date), and blocks that a disk has freed but not overwritten.

            A purged picture is not imported again by accident: a keyed mark of it stays, unless \
            --forget is given.

              lighttight purge --all
              lighttight purge 3f9a --yes
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Which pictures") var choice: FilterOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions

    @Argument(help: "Beginnings of IDs.")
    var prefixes: [String] = []

    @Flag(help: "Everything that is in the bin.")
    var all = false

    @Flag(name: .shortAndLong, help: "Does not ask.")
    var yes = false

    @Flag(help: "Keeps no mark, so that the pictures may be imported again.")
    var forget = false

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        let filter = try choice.selection(prefixes, bin: .only, all: all)
        guard yes || Terminal.isAttended else {
            throw VaultError(
                .usage, "purge destroys pictures and nobody is here to be asked",
                hint: "give --yes")
        }
        let vault = try secrets.unlock(common.open(console), console)
        try vault.requireSide(of: filter)
        if !yes, try !isWanted(vault, filter) {
            throw VaultError(.interrupted, "nothing was destroyed")
        }
        let destroyed = try vault.purge(filter, forget: forget)
        BinReport.summarise("purge", destroyed, "destroyed", "for good", console)
        return .done
    }

    private func isWanted(
        _ vault: UnlockedVault, _ filter: PictureFilter
    ) throws(VaultError) -> Bool {
        let count = try vault.count(of: filter)
        guard count > 0, let terminal = Terminal() else { return true }
        let answer = terminal.askLine(
            "Destroy " + Wording.count(count, "picture") + " for good? Type yes: ")
        return answer == Array("yes".utf8)
    }
}

/// What commands say in the end that change pictures.
enum BinReport {
    static func summarise(
        _ command: String, _ records: [RecordID], _ verb: String, _ end: String, _ console: Console
    ) {
        if console.json {
            for record in records { console.message("changed", [("id", .text(record.hex))]) }
        }
        console.summary(
            command, [("pictures", .count(records.count))],
            "\(verb) \(Wording.count(records.count, "picture"))" + (end.isEmpty ? "" : " " + end))
    }
}

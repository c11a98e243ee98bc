import ArgumentParser
import VaultFormat
import VaultKit

struct ListCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List pictures.",
        discussion: """
            On a terminal a table, elsewhere one line a picture with fields divided by tabs: ID, \
            time of last change, bytes, type, name. A few first characters of an ID are enough for \
            every command.

              lighttight list --album Holiday --since 2w
              lighttight list --subject 4711 --json
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Which pictures") var choice: FilterOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions
    @OptionGroup var reading: ReadingOptions

    @Argument(help: "Beginnings of IDs.")
    var prefixes: [String] = []

    @Flag(help: "Only what is in the bin.")
    var bin = false

    @Flag(help: "What is in the bin, too.")
    var all = false

    @Option(help: ArgumentHelp("Ends after so many pictures.", valueName: "n"))
    var limit: Int?

    func validate() throws {
        if bin, all { throw ValidationError("--bin and --all contradict each other") }
        if let limit, limit < 0 { throw ValidationError("--limit must not be negative") }
    }

    /// Ends the walk when enough was listed.
    private static let enough = VaultError(.failed, "enough was listed")

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        let filter = try choice.filter(prefixes, bin: all ? .both : bin ? .only : .without)
        let closed = try common.open(console, unlogged: reading.unlogged)
        let vault = try secrets.unlock(closed, console)
        let listing = PictureListing(console, records: try closed.status().records)
        do throws(VaultError) {
            try vault.requireSide(of: filter)
            try vault.pictures(filter) { (picture) throws(VaultError) in
                try Signals.check()
                guard listing.count < limit ?? .max, !console.readerIsGone else {
                    throw Self.enough
                }
                listing.show(picture)
            }
        } catch {
            guard error == Self.enough else { throw error }
        }
        listing.finish("list")
        return .done
    }
}

import ArgumentParser
import VaultKit

struct ListCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List pictures.",
        discussion: """
            The newest picture comes first, by when it was taken; where nothing tells that, by when it came in. On \
            a terminal a table, elsewhere one line a picture with fields divided by tabs: ID, that time, bytes, \
            type, name. A few first characters of an ID are enough for every command.

              lighttight list --limit 20
              lighttight list --album Holiday --since 2w
              lighttight list --subject 4711 --sort size --json

            Words are found by search, which knows all that list knows but --name and the bin.
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Which pictures") var choice: SearchOptions
    @OptionGroup(title: "Order") var order: OrderOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions
    @OptionGroup var reading: ReadingOptions

    @Argument(help: "Beginnings of IDs.")
    var prefixes: [String] = []

    @Option(
        help: ArgumentHelp(
            "Only pictures whose name matches, such as '*.jpg' or '2024/*/IMG_*'; repeatable: any of them.",
            valueName: "pattern"))
    var name: [PathArgument] = []

    @Flag(help: "Only what is in the bin.")
    var bin = false

    @Flag(help: "What is in the bin, too.")
    var all = false

    func validate() throws {
        if bin, all { throw ValidationError("--bin and --all contradict each other") }
    }

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        var search = choice.search([])
        search.prefixes = try IDPrefix.checked(prefixes)
        search.names = name.map(\.bytes)
        search.bin = all ? .both : bin ? .only : .without
        try search.list(order, by: "list", secrets, common, reading, console)
        return .done
    }
}

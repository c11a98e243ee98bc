import ArgumentParser
import Glibc
import VaultFormat
import VaultKit

struct SearchCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Find pictures by words.",
        discussion: """
            Words are looked for in names, captions, tags, albums, subjects and cameras, whatever \
            their case and accents; all of them must be there. A word that ends in * may go on. The newest \
            picture comes first, by when it was taken.

              lighttight search beach italy
              lighttight search 'cam*' album:holiday -tag:blurred
              lighttight search type:video taken:2024-05
              lighttight search 'subject:"Ada Lovelace"' --sort oldest

            Fields are name, caption, tag, album, subject, camera, type and taken.
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Which pictures") var choice: SearchOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions
    @OptionGroup var reading: ReadingOptions

    @Argument(help: "What to look for; write -- before words that begin with a dash.")
    var words: [String] = []

    @Option(help: "In which order: newest, oldest, name, size or imported.")
    var sort = Search.Order.newest

    @Option(help: ArgumentHelp("Ends after so many pictures.", valueName: "n"))
    var limit: Int?

    func validate() throws {
        if let limit, limit < 0 { throw ValidationError("--limit must not be negative") }
    }

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        var search = choice.search(words)
        search.order = sort
        search.limit = limit
        let closed = try common.open(console, unlogged: reading.unlogged)
        let vault = try secrets.unlock(closed, console)
        let meter = ProgressMeter(console, "indexing")
        defer { meter.finish() }
        let listing = PictureListing(console, records: try closed.status().records)
        try vault.search(search, progress: { meter.update($0) }) { (picture) throws(VaultError) in
            meter.finish()
            try Signals.check()
            listing.show(picture)
        }
        listing.finish("search")
        return .done
    }
}

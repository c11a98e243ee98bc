import ArgumentParser
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
    @OptionGroup(title: "Order") var order: OrderOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions
    @OptionGroup var reading: ReadingOptions

    @Argument(help: "What to look for; write -- before words that begin with a dash.")
    var words: [String] = []

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        try choice.search(words).list(order, by: "search", secrets, common, reading, console)
        return .done
    }
}

extension Search {
    /// Prints the pictures that it finds, one after another.
    func list(
        _ order: OrderOptions, by command: String, _ secrets: SecretOptions,
        _ common: CommonOptions, _ reading: ReadingOptions, _ console: Console
    ) throws(VaultError) {
        var search = self
        search.order = order.sort
        search.limit = order.limit
        let vault = try secrets.unlock(common.open(console, unlogged: reading.unlogged), console)
        let meter = ProgressMeter(console, "indexing")
        defer { meter.finish() }
        let listing = PictureListing(console)
        var side = PictureFilter()
        side.prefixes = prefixes
        side.bin = bin
        try vault.requireSide(of: side)
        do throws(VaultError) {
            try vault.search(
                search, progress: { meter.update($0) },
                begin: {
                    meter.finish()
                    listing.begin(records: $0)
                }
            ) { (picture) throws(VaultError) in
                try Signals.check()
                if console.readerIsGone { throw Self.enough }
                listing.show(picture)
            }
        } catch {
            guard error == Self.enough else { throw error }
        }
        listing.finish(command)
    }

    /// Ends the walk when nobody reads any more.
    private static let enough = VaultError(.failed, "enough was listed")
}

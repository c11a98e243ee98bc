import ArgumentParser
import VaultKit

/// Which pictures are meant: all conditions must hold; of one kind, any suffices.
struct FilterOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Only pictures in this album; repeatable.", valueName: "name"))
    var album: [String] = []

    @Option(help: ArgumentHelp("Only pictures with this tag; repeatable.", valueName: "tag"))
    var tag: [String] = []

    @Option(
        help: ArgumentHelp("Only pictures of this person; repeatable.", valueName: "subject"))
    var subject: [String] = []

    @Option(
        help: ArgumentHelp(
            "Only pictures whose name matches, such as '*.jpg' or '2024/*/IMG_*'; repeatable.",
            valueName: "pattern"))
    var name: [PathArgument] = []

    @Option(
        help: ArgumentHelp(
            "Only pictures taken on this day or later (where nothing tells, that came in then): 2026-11-21, "
                + "2026-11-21T10:00, or so long ago: 7d, 2w, 6m, 1y.", valueName: "date"))
    var since: DateArgument?

    @Option(
        help: ArgumentHelp(
            "Only pictures taken on this day or earlier, or before this moment.",
            valueName: "date"))
    var until: DateArgument?

    func filter(
        _ prefixes: [String], bin: PictureFilter.Bin
    ) throws(VaultError) -> PictureFilter {
        var filter = PictureFilter()
        filter.prefixes = try IDPrefix.checked(prefixes)
        filter.albums = album
        filter.tags = tag
        filter.subjects = subject
        filter.names = name.map(\.bytes)
        filter.since = since?.localStart
        filter.until = until?.localEnd
        filter.bin = bin
        return filter
    }

    /// For commands that change or write out: leaving out every condition must be said.
    ///
    /// - Parameter all: whether `--all` was given; `nil` where there is no such flag.
    func selection(
        _ prefixes: [String], bin: PictureFilter.Bin, all: Bool?
    ) throws(VaultError) -> PictureFilter {
        let filter = try filter(prefixes, bin: bin)
        if filter.isEmpty, all != true {
            throw VaultError(
                .usage, "no picture is named",
                hint: "give beginnings of IDs, or conditions such as --album"
                    + (all == nil ? "" : ", or --all"))
        }
        if !filter.isEmpty, all == true {
            throw VaultError(
                .usage, "--all and a choice of pictures contradict each other",
                hint: "leave out one of them")
        }
        return filter
    }
}

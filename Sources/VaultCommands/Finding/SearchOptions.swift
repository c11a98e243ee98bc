import ArgumentParser
import VaultKit

extension Search.Order: ExpressibleByArgument {}

/// In which order pictures are listed, and how many.
struct OrderOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "In which order: newest or oldest by when they were taken (else by when they came in), "
                + "name, size (the largest first) or imported (the last first).", valueName: "order"
        ))
    var sort = Search.Order.newest

    @Option(help: ArgumentHelp("Ends after so many pictures.", valueName: "n"))
    var limit: Int?

    func validate() throws {
        if let limit, limit < 0 { throw ValidationError("--limit must not be negative") }
    }
}

/// What is looked for, by the index: all conditions must hold.
struct SearchOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Only pictures in this album.", valueName: "name"))
    var album: [String] = []

    @Option(help: ArgumentHelp("Only pictures with this tag.", valueName: "tag"))
    var tag: [String] = []

    @Option(help: ArgumentHelp("Only pictures of this person.", valueName: "subject"))
    var subject: [String] = []

    @Option(
        help: ArgumentHelp(
            "Only pictures of a camera or lens with these words.", valueName: "words"))
    var camera: String?

    @Option(
        help: ArgumentHelp(
            "Only files of this type, such as jpeg, video or image/heic; repeatable.",
            valueName: "type"))
    var type: [String] = []

    @Option(
        help: ArgumentHelp(
            "Only pictures taken on this day or later: 2026-11-21, 2026-11-21T10:00, or so long "
                + "ago: 7d, 2w, 6m, 1y.", valueName: "date"))
    var since: DateArgument?

    @Option(
        help: ArgumentHelp(
            "Only pictures taken on this day or earlier, or before this moment.",
            valueName: "date"))
    var until: DateArgument?

    func search(_ words: [String]) -> Search {
        var search = Search()
        search.line = words.joined(separator: " ")
        search.albums = album
        search.tags = tag
        search.subjects = subject
        search.camera = camera
        search.types = type
        search.since = since?.localStart
        search.until = until?.localEnd
        return search
    }
}

import ArgumentParser

/// Pictures for somebody outside.
struct ShareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "share",
        abstract: "Share pictures by links that end.",
        subcommands: [ServeCommand.self])
}

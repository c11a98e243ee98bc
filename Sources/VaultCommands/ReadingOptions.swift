import ArgumentParser

/// What every command understands that shows something of pictures.
struct ReadingOptions: ParsableArguments {
    @Flag(
        help: ArgumentHelp(
            "Reads even where the audit log cannot be written (a read-only disk, an older state of "
                + "the vault): for owners only."))
    var unlogged = false
}

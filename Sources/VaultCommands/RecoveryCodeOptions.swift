import ArgumentParser

/// Where a new recovery code goes.
struct RecoveryCodeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Writes the recovery code to a new file (mode 0600) instead of the terminal.",
            valueName: "file"))
    var recoveryCodeOut: PathArgument?

    @Option(
        help: ArgumentHelp(
            "Writes a page to print, with the recovery code as text and as QR code (mode 0600).",
            valueName: "file"))
    var recoverySheet: PathArgument?

    @Flag(help: "Does not ask the recovery code back.")
    var skipCheck = false

    var isGiven: Bool { recoveryCodeOut != nil || recoverySheet != nil }
}

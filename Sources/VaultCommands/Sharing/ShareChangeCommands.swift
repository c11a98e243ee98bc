import ArgumentParser
import VaultFormat
import VaultKit

struct ShareRevokeCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "End links now.",
        discussion: """
            What is needed to open them is destroyed, here and so at the server; whoever opened a link \
            before may have kept what it showed.

              lighttight share revoke 1c04
              lighttight share revoke --all
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions

    @Argument(help: "Beginnings of shares' names.")
    var names: [String] = []

    @Flag(help: "Every link there is.")
    var all = false

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        guard all != !names.isEmpty else {
            throw VaultError(
                .usage, all ? "--all and names contradict each other" : "no share is named",
                hint: "give beginnings of names, or --all; lighttight share list shows them")
        }
        let typed = try ShareArguments.checked(names)
        let vault = try secrets.unlock(common.open(console), console)
        var doomed: [ShareStatus] = []
        if all {
            doomed = try vault.shares().filter(\.standing.isOpen)
        } else {
            for name in typed { doomed.append(try vault.share(named: name)) }
        }
        let ended = try vault.revoke(doomed.map(\.name))
        for name in ended where console.json {
            console.message("ended", [("share", .text(name.hex))])
        }
        console.summary(
            "share revoke", [("shares", .count(ended.count))],
            ended.isEmpty
                ? "nothing to end: it is over already"
                : "ended " + Wording.count(ended.count, "share"))
        return .done
    }
}

struct ShareExtendCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "extend", abstract: "Let a link end at another time, later or sooner.",
        discussion: "  lighttight share extend 1c04 --expires 2w")

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions

    @Argument(help: "The beginning of a share's name.")
    var name: String

    @Option(
        help: ArgumentHelp(
            "When it ends, counted from now: 45m, 12h, 7d, 2w, or a date such as 2026-12-24.",
            valueName: "time"))
    var expires: LaterArgument

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        let name = try ShareArguments.checked([name])[0]
        let vault = try secrets.unlock(common.open(console), console)
        let share = try vault.share(named: name)
        try vault.extend(share, until: expires.seconds)
        console.summary(
            "share extend",
            [
                ("name", .text(share.name.hex)), ("expires", .text(Wording.utc(expires.seconds))),
            ],
            "share \(ShareReport.shortName(share.name)) ends \(Wording.local(expires.seconds))")
        return .done
    }
}

struct ShareAddressCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "address", abstract: "Tell, or set, where shares are served.",
        discussion: "  lighttight share address https://pictures.example.org")

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions

    @Argument(help: "What links are to begin with; left out, it is told.")
    var url: String?

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        let vault = try secrets.unlock(common.open(console), console)
        if let url { try vault.setShareAddress(url) }
        let address = try vault.shareAddress()
        console.summary(
            "share address", [("address", .optional(address))],
            address.map { "shares are served at " + Printable.text(Array($0.utf8)) }
                ?? "not set: lighttight share address https://… sets it")
        return .done
    }
}

import ArgumentParser
import VaultFormat
import VaultKit

struct RequestRevokeCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "End requests now.",
        discussion: """
            Nothing more is taken for them. What came waits until you accept or reject it.

              lighttight request revoke 1c04
              lighttight request revoke --all
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions

    @Argument(help: "Beginnings of requests' names.")
    var names: [String] = []

    @Flag(help: "Every request there is.")
    var all = false

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        guard all != !names.isEmpty else {
            throw VaultError(
                .usage, all ? "--all and names contradict each other" : "no request is named",
                hint: "give beginnings of names, or --all; lighttight request list shows them")
        }
        let typed = try RequestReport.checked(names)
        let vault = try secrets.unlock(common.open(console), console)
        var doomed: [RequestStatus] = []
        if all {
            doomed = try vault.requests().filter { $0.standing == .open || $0.standing == .full }
        } else {
            for name in typed { doomed.append(try vault.request(named: name)) }
        }
        let ended = try vault.revoke(doomed.map(\.name))
        for name in ended where console.json {
            console.message("ended", [("request", .text(name.hex))])
        }
        console.summary(
            "request revoke", [("requests", .count(ended.count))],
            ended.isEmpty
                ? "nothing to end: it is over already"
                : "ended " + Wording.count(ended.count, "request"))
        return .done
    }
}

struct RequestExtendCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "extend",
        abstract: "Let a request end at another time, or take more files.",
        discussion: """
              lighttight request extend 1c04 --expires 2w
              lighttight request extend 1c04 --files 20
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions

    @Argument(help: "The beginning of a request's name.")
    var name: String

    @Option(
        help: ArgumentHelp(
            "When it ends, counted from now: 45m, 12h, 7d, 2w, or a date such as 2026-12-24.",
            valueName: "time"))
    var expires: LaterArgument?

    @Option(
        help: ArgumentHelp("How many files may come, with those that came.", valueName: "n"))
    var files: Int?

    func validate() throws {
        if expires == nil, files == nil {
            throw ValidationError("say --expires, --files or both")
        }
        if let files, !(1...1000).contains(files) {
            throw ValidationError("--files must be 1 to 1000")
        }
    }

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        let name = try RequestReport.checked([name])[0]
        let vault = try secrets.unlock(common.open(console), console)
        let request = try vault.request(named: name)
        try vault.extend(request, until: expires?.seconds, files: files)
        let ends = expires?.seconds ?? request.card.expires
        let count = files ?? request.card.files
        console.summary(
            "request extend",
            [
                ("name", .text(request.name.hex)), ("expires", .text(Wording.utc(ends))),
                ("files", .count(count)),
            ],
            "request \(RequestReport.shortName(request.name)) ends \(Wording.local(ends)), for "
                + Wording.count(count, "file"))
        return .done
    }
}

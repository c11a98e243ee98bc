import ArgumentParser
import Glibc
import VaultFormat
import VaultKit

struct ShareCreateCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make a link to pictures, one for each recipient.",
        discussion: """
            Makes copies of at most 2048 pixels, without place, time, camera, caption and file name, \
            and seals them; --original gives the files as they are. The link is shown once: whoever has it \
            can open it, and nobody can make it again.

              lighttight share create 3f9a 77b0 --to Grandma
              lighttight share create --album Summer --to Ada --to Ben --expires 2w --views 5
              lighttight share create 3f9a --ask-password --expires 2026-12-24
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Which pictures") var choice: FilterOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions
    @OptionGroup(title: "The link's password") var passwords: PasswordOptions
    @OptionGroup var package: PackageOptions

    @Option(
        help: ArgumentHelp(
            "For whom; repeatable, for a link each. Only you see it.", valueName: "name"))
    var to: [String] = []

    @Option(
        help: ArgumentHelp(
            "When it ends: 45m, 12h, 7d, 2w, or a date such as 2026-12-24.", valueName: "time"))
    var expires = LaterArgument(argument: "7d")!

    @Option(help: ArgumentHelp("How often it may be opened.", valueName: "n"))
    var views: Int?

    @Flag(help: "Asks for a password that the recipient must type, too.")
    var askPassword = false

    @Option(
        help: ArgumentHelp(
            "Where it is served, instead of what share address remembers.", valueName: "url"))
    var base: String?

    func validate() throws {
        if let views, !(1...1_000_000).contains(views) {
            throw ValidationError("--views must be 1 to 1000000")
        }
        if askPassword, passwords.passwordFile != nil || passwords.passwordCommand != nil {
            throw ValidationError("--ask-password is for when no other way is given")
        }
        for name in to { try PackageOptions.checkName(name) }
    }

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        var request = ShareRequest(try package.content(choice), expires: expires.seconds)
        if !to.isEmpty { request.recipients = to }
        request.views = views
        request.base = base
        let vault = try secrets.unlock(common.open(console), console)
        if case .filter(let filter) = request.content.choice {
            try vault.requireSide(of: filter)
        }
        let password = try password(console)
        let meter = ProgressMeter(console, "sealing")
        defer { meter.finish() }
        var made: [NewShare] = []
        try vault.share(
            request, password: password, stop: Signals.stop, progress: { meter.update($0) }
        ) { share in
            meter.finish()
            made.append(share)
            tell(share, console)
        }
        conclude(made, console)
        return .done
    }

    private func password(_ console: Console) throws(VaultError) -> Passphrase? {
        if askPassword { return try PasswordOptions.askNew(console, of: "link") }
        guard let route = try passwords.route() else { return nil }
        return try PasswordOptions.judged(
            route.read(console),
            hint: "choose another, such as four random words; or none: the link alone is no weaker "
                + "for it")
    }

    private func tell(_ share: NewShare, _ console: Console) {
        if console.json {
            console.message(
                "share",
                [
                    ("name", .text(share.name.hex)), ("to", .optional(share.recipient)),
                    ("link", .text(share.link)), ("pictures", .count(share.pictures)),
                    ("bytes", .integer(share.byteCount)),
                    ("expires", .text(Wording.utc(share.expires))),
                    ("views", views.map { .count($0) } ?? .null),
                ], atOnce: true)
            return
        }
        let whom = share.recipient.map { " for " + Printable.text(Array($0.utf8)) } ?? ""
        let often = views.map { ", may be opened " + Wording.count($0, "time") } ?? ""
        console.note(
            "share \(ShareReport.shortName(share.name))\(whom): "
                + Wording.count(share.pictures, "picture")
                + ", until \(Wording.local(share.expires))\(often)")
        console.result(share.link, atOnce: true)
        if console.outputIsTerminal { LinkWords.showCode(share.link, console) }
    }

    private func conclude(_ made: [NewShare], _ console: Console) {
        LinkWords.warnWithoutHTTPS(made.first?.link, console)
        if console.json {
            console.summary(
                "share create",
                [("shares", .count(made.count)), ("pictures", .count(made.first?.pictures ?? 0))],
                "")
            return
        }
        console.note(
            """
            Recipients get \(package.sentence). They see no other picture and not who else has a link.
            Whoever has the link can open it and keep what it shows; send it by a way you trust.
            lighttight share list tells when it was opened; lighttight share revoke ends it.
            """)
    }
}

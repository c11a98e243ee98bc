import ArgumentParser
import Glibc
import VaultFormat
import VaultKit

struct RequestCreateCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make a link through which pictures come in.",
        discussion: """
            The link is shown once: whoever has it can send, and nobody can make it again. What comes \
            gets the subject and album that you say here, when you accept it.

              lighttight request create --subject 4711 --to Ada
              lighttight request create --album Wedding --files 50 --expires 2w --from "Ada and Ben"
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions

    @Option(
        help: ArgumentHelp(
            "Says whose pictures they will be; only you see it.", valueName: "subject"))
    var subject: String?

    @Option(
        help: ArgumentHelp(
            "Puts them into an album when they are accepted; only you see it.", valueName: "name"))
    var album: String?

    @Option(
        help: ArgumentHelp(
            "When it ends: 45m, 12h, 7d, 2w, or a date such as 2026-12-24.", valueName: "time"))
    var expires = LaterArgument(argument: "3d")!

    @Option(help: ArgumentHelp("How many files may come, at most 1000.", valueName: "n"))
    var files = 1

    @Option(help: ArgumentHelp("The largest file that is taken.", valueName: "size"))
    var largest = ByteCountArgument(argument: "256M")!

    @Option(
        help: ArgumentHelp(
            "How much may come in all; else what the files may have, 4G at most.",
            valueName: "size"))
    var total: ByteCountArgument?

    @Option(
        help: ArgumentHelp(
            "Whom you ask; repeatable, for a link each. Only you see it.", valueName: "name"))
    var to: [String] = []

    @Option(help: ArgumentHelp("Who asks, as the sender reads it.", valueName: "name"))
    var from: String?

    @Option(help: ArgumentHelp("A few words that the sender reads.", valueName: "text"))
    var note: String?

    @Option(
        help: ArgumentHelp(
            "Where it is served, instead of what share address remembers.", valueName: "url"))
    var base: String?

    func validate() throws {
        guard (1...1000).contains(files) else {
            throw ValidationError("--files must be 1 to 1000")
        }
        if to.contains(where: { $0.isEmpty || $0.utf8.count > 200 }) {
            throw ValidationError("--to is a name of 1 to 200 bytes")
        }
        if subject == "" || album == "" {
            throw ValidationError("a subject or album cannot be empty")
        }
        if [subject, album].contains(where: { $0?.utf8.count ?? 0 > 1_000 }) {
            throw ValidationError("a subject or album has at most 1000 bytes")
        }
    }

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        var plan = RequestPlan(expires: expires.seconds)
        if !to.isEmpty { plan.recipients = to }
        plan.subject = subject
        plan.album = album
        plan.files = files
        plan.largest = largest.count
        plan.total = total?.count
        plan.asker = from
        plan.note = note
        plan.base = base
        let vault = try secrets.unlock(common.open(console), console)
        var made: [NewRequest] = []
        try vault.ask(plan) { request in
            made.append(request)
            tell(request, console)
        }
        conclude(made, console)
        return .done
    }

    private func tell(_ request: NewRequest, _ console: Console) {
        if console.json {
            console.message(
                "new_request",
                [
                    ("name", .text(request.name.hex)), ("to", .optional(request.recipient)),
                    ("link", .text(request.link)), ("files", .count(request.files)),
                    ("expires", .text(Wording.utc(request.expires))),
                ], atOnce: true)
            return
        }
        let whom = request.recipient.map { " to " + Printable.text(Array($0.utf8)) } ?? ""
        console.note(
            "request \(RequestReport.shortName(request.name))\(whom): for "
                + Wording.count(request.files, "file")
                + ", until \(Wording.local(request.expires))")
        console.result(request.link, atOnce: true)
        if console.outputIsTerminal { LinkWords.showCode(request.link, console) }
    }

    private func conclude(_ made: [NewRequest], _ console: Console) {
        LinkWords.warnWithoutHTTPS(made.first?.link, console)
        if console.json {
            console.summary("request create", [("requests", .count(made.count))], "")
            return
        }
        console.note(
            """
            Whoever has the link can send, and can read nothing that was sent. What comes is as they \
            have it, with place, time and camera if these are in it.
            lighttight inbox list shows what came, inbox accept takes it in; request revoke ends it.
            """)
    }
}

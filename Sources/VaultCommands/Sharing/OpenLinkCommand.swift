import ArgumentParser
import Glibc
import VaultFormat
import VaultKit

struct OpenLinkCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "open-link",
        abstract: "Open somebody's link here, without a browser.",
        discussion: """
            Needs no vault, and runs nothing that the server sends: a server that was taken over can \
            neither see the pictures nor change them unseen. The link is asked for, or read from \
            standard input; as an argument, others could see it.

              lighttight open-link --to ~/FromAda
              lighttight open-link --look < link.txt
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "The link's password") var passwords: PasswordOptions

    @Option(
        help: ArgumentHelp("Reads the link from a file; - is standard input.", valueName: "file"))
    var linkFile: PathArgument?

    @Option(
        help: ArgumentHelp(
            "The folder to write to; made when missing. Else the working folder.",
            valueName: "folder"))
    var to: FolderArgument?

    @Flag(help: "Only tells what the link opens, which spends no view.")
    var look = false

    @Flag(name: .shortAndLong, help: "Does not ask before a counted view is taken.")
    var yes = false

    @Option(
        help: ArgumentHelp(
            "Trusts the certificates in this file instead of the system's.", valueName: "file"))
    var ca: PathArgument?

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        let visit = try LinkVisit(link(console), caFile: ca?.bytes)
        let found = try visit.look()
        tell(found, console)
        if look { return .done }
        if found.left != nil, !yes, Terminal.isAttended, let terminal = Terminal() {
            guard terminal.askLine("Open it now? Type yes: ") == Array("yes".utf8) else {
                throw VaultError(.interrupted, "no view was taken")
            }
        }
        let password = found.password == nil ? nil : try password(console)
        let meter = ProgressMeter(console, "opening")
        defer { meter.finish() }
        var bytes: UInt64 = 0
        var written = 0
        let failed = try visit.open(
            found, password: password, to: to?.bytes ?? Array(".".utf8), stop: Signals.stop,
            progress: { meter.update($0) }
        ) { picture in
            meter.finish()
            if picture.problem == nil {
                bytes += picture.byteCount
                written += 1
            }
            tell(picture, console)
        }
        console.summary(
            "open-link",
            [
                ("written", .count(written)), ("failed", .count(failed)),
                ("bytes", .unsigned(bytes)),
            ],
            "wrote " + Wording.count(written, "picture") + " (\(Wording.size(bytes)))")
        guard failed == 0 else {
            throw VaultError(
                .someFailed, Wording.count(failed, "picture") + " did not open",
                hint: "try again within 15 minutes, or ask whoever sent the link")
        }
        return .done
    }

    private func link(_ console: Console) throws(VaultError) -> Passphrase {
        if let path = linkFile?.bytes, path != Array("-".utf8) {
            return try SecretRoute.file(path, .link).read(console)
        }
        if linkFile == nil, isatty(STDIN_FILENO) == 1, let terminal = Terminal() {
            return try terminal.askSecret("Link (not shown): ")
        }
        return try Passphrase.read(descriptor: STDIN_FILENO)
    }

    private func password(_ console: Console) throws(VaultError) -> Passphrase {
        if let route = try passwords.route() { return try route.read(console) }
        guard let terminal = Terminal() else {
            throw VaultError(
                .usage, "this link wants a password, and there is no terminal to ask for it",
                hint: "give --password-file FILE or --password-command COMMAND; no view was spent")
        }
        return try terminal.askSecret("Password of the link: ")
    }

    private func tell(_ found: LinkLook, _ console: Console) {
        if console.json {
            console.message(
                "link",
                [
                    ("pictures", .count(found.items)), ("bytes", .integer(found.size)),
                    ("expires", .text(Wording.utc(found.expires))),
                    ("left", found.left.map { .count($0) } ?? .null),
                    ("password", .flag(found.password != nil)),
                ], atOnce: true)
            return
        }
        let left = found.left.map { ", " + Wording.count($0, "view") + " left" } ?? ""
        let line =
            Wording.count(found.items, "picture") + " (\(Wording.size(UInt64(found.size)))), until "
            + Wording.local(found.expires) + left
            + (found.password == nil ? "" : ", with a password")
        if look { console.result(line) } else { console.note(line) }
    }

    private func tell(_ picture: LinkPicture, _ console: Console) {
        if console.json {
            console.message(
                "file",
                [
                    ("action", .text(picture.problem == nil ? "written" : "failed")),
                    ("path", .text(picture.name)), ("bytes", .unsigned(picture.byteCount)),
                    ("reason", .optional(picture.problem)),
                ])
        } else if let problem = picture.problem {
            console.warning("\(picture.name): \(problem)")
        }
    }
}

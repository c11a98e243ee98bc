import ArgumentParser
import VaultFormat
import VaultKit

struct DepositCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "deposit",
        abstract: "Seal pictures in without being able to read any.",
        discussion: """
            Puts files into the vault's inbox, sealed to its public key and signed by your slot. \
            What was deposited you cannot open again; an owner or a manager accepts it.

              lighttight deposit --as "Front desk" photo.jpg --subject 4711

            A machine that has nothing of the vault needs only the file that lighttight inbox key \
            makes, and no passphrase. Its deposits are unsigned, and are carried to the vault's \
            folder inbox as files:

              lighttight deposit photo.jpg --to deposit.key --into /media/stick
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions

    @Argument(help: "Files and folders.")
    var files: [PathArgument]

    @Option(help: ArgumentHelp("Says whose pictures they are.", valueName: "subject"))
    var subject: String?

    @Option(help: ArgumentHelp("Puts the pictures into an album.", valueName: "name"))
    var album: String?

    @Option(help: ArgumentHelp("Tags the pictures; repeatable.", valueName: "tag"))
    var tag: [String] = []

    @Option(
        help: ArgumentHelp(
            "Seals to the key in this file instead of a vault at hand.", valueName: "key"))
    var to: PathArgument?

    @Option(
        help: ArgumentHelp("The folder for what --to seals.", valueName: "folder"))
    var into: FolderArgument?

    @Flag(name: .shortAndLong, help: "Prints a line for every file.")
    var verbose = false

    func validate() throws {
        if (to == nil) != (into == nil) {
            throw ValidationError("--to KEY and --into FOLDER go together")
        }
        if subject == "" || album == "" || tag.contains("") {
            throw ValidationError("a subject, album or tag cannot be empty")
        }
    }

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        // Only who says so signs what goes elsewhere.
        let slot: OpenSlot? =
            to == nil || secrets.names
            ? try secrets.open(common.open(console), console) : nil
        Signals.beginWork()
        let meter = ProgressMeter(console, "depositing")
        defer { meter.finish() }
        let verbose = verbose
        let progress: @Sendable (Progress) -> Void = { meter.update($0) }
        let outcome: @Sendable (DepositedFile) -> Void = {
            Self.tell($0, verbose: verbose, console)
        }
        let report: DepositReport
        var fingerprint: String?
        if let to, let into {
            let key = try DepositKey(reading: to.bytes)
            fingerprint = key.fingerprint
            console.note("key fingerprint \(key.fingerprint)")
            report = try key.deposit(
                request, into: into.bytes, by: slot, stop: Signals.stop, progress: progress,
                outcome: outcome)
        } else {
            guard let slot else { preconditionFailure("without --to a slot is opened") }
            report = try slot.deposit(
                request, stop: Signals.stop, progress: progress, outcome: outcome)
        }
        meter.finish()
        summarise(report, slot, fingerprint, console)
        guard report.failed > 0 else { return .done }
        throw VaultError(
            .someFailed, Wording.count(report.failed, "file") + " could not be deposited",
            hint: "the reasons are above")
    }

    private var request: DepositRequest {
        var request = DepositRequest()
        request.paths = files.map(\.bytes)
        request.subject = subject
        request.album = album
        request.tags = tag
        return request
    }

    private static func tell(_ file: DepositedFile, verbose: Bool, _ console: Console) {
        let isTrouble = file.kind != .deposited
        guard verbose || isTrouble else { return }
        if console.json {
            console.message(
                "file",
                [
                    ("action", .text(file.kind.rawValue)), JSON.path("path", file.path),
                    ("bytes", .unsigned(file.byteCount)),
                    ("deposit", .optional(file.deposit?.hex)),
                    ("reason", .optional(file.reason)),
                ], atOnce: verbose)
            return
        }
        let name = Printable.text(file.path)
        if isTrouble {
            console.warning(
                "\(file.kind.rawValue) \"\(name)\"" + (file.reason.map { ": " + $0 } ?? ""))
        } else {
            console.result(
                "deposited  \(file.deposit?.hex.prefix(8) ?? "")  \(name)", atOnce: true)
        }
    }

    private func summarise(_ report: DepositReport, _ slot: OpenSlot?, _ fingerprint: String?, _ console: Console) {
        var parts = [
            "deposited " + Wording.count(report.deposited, "picture")
                + " (\(Wording.size(report.bytes)))"
        ]
        if report.skipped > 0 { parts.append(Wording.count(report.skipped) + " skipped") }
        if report.failed > 0 { parts.append(Wording.count(report.failed) + " failed") }
        parts.append(
            slot.map { "signed by " + Printable.text(Array($0.label.utf8)) } ?? "unsigned")
        console.summary(
            "deposit",
            [
                ("deposited", .count(report.deposited)), ("skipped", .count(report.skipped)),
                ("failed", .count(report.failed)), ("bytes", .unsigned(report.bytes)),
                ("signed_by", .optional(slot?.id.hex)), ("key", .optional(fingerprint)),
            ], parts.joined(separator: ", "))
    }
}

import ArgumentParser
import VaultFormat
import VaultKit

struct ImportCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Take pictures in, sealed.",
        discussion: """
            Takes files and whole folders. A picture that is here already is kept once, and the \
            second place it came from is remembered. Links, devices and files that change while \
            they are read are skipped with the reason. Files that did not change since the last \
            time are not read again. When everything is stored, the new pictures are looked at: when \
            and where they were taken, and a thumbnail of each. Interrupted, it keeps what was \
            sealed; run it again to go on.

              lighttight import ~/Pictures --album Holiday --tag sea --tag 2026
              lighttight import Members --subject-from '([0-9]+)[.]jpg$'
              lighttight import ~/Camera --move
              lighttight import takeout-001.zip takeout-002.zip

            A ZIP file that is named is taken in by what it holds, and nothing of it is unpacked to a disk; name all \
            parts of a Google Takeout at once, so that pictures meet what is said of them in other parts. Archives that \
            lie in a folder are stored as they are.
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions

    @Argument(help: "Files and folders.")
    var paths: [PathArgument]

    @Option(help: ArgumentHelp("Puts the pictures into an album.", valueName: "name"))
    var album: String?

    @Option(help: ArgumentHelp("Tags the pictures; repeatable.", valueName: "tag"))
    var tag: [String] = []

    @Option(help: ArgumentHelp("Says whose pictures they are.", valueName: "subject"))
    var subject: String?

    @Option(
        help: ArgumentHelp(
            "Takes the subject from each path: the first group of this regular expression.",
            valueName: "pattern"))
    var subjectFrom: String?

    @Option(
        help: ArgumentHelp(
            "A CSV file with a column path and any of subject, album, tags and retain-until.",
            valueName: "csv"))
    var manifest: PathArgument?

    @Flag(help: "Reads and compares, changes nothing.")
    var dryRun = false

    @Flag(help: "Deletes each file once its sealed copy was read back and matched.")
    var move = false

    @Flag(help: "Reads files again even when they look unchanged.")
    var rescan = false

    @Flag(help: "Takes ZIP files in as they are, not by what they hold.")
    var keepArchives = false

    @Flag(help: "Takes in pictures that were purged before.")
    var again = false

    @Flag(help: "Only stores; lighttight index looks at the pictures later.")
    var noLook = false

    @Flag(name: .shortAndLong, help: "Prints a line for every file.")
    var verbose = false

    func validate() throws {
        if subject != nil, subjectFrom != nil {
            throw ValidationError("--subject and --subject-from contradict each other")
        }
        if dryRun, move {
            throw ValidationError("--dry-run and --move contradict each other")
        }
    }

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        let vault = try secrets.unlock(common.open(console), console)
        let meter = ProgressMeter(console, dryRun ? "comparing" : "importing")
        defer { meter.finish() }
        let verbose = verbose
        let report = try vault.importFiles(
            request(console), stop: Signals.stop, progress: { meter.update($0) },
            outcome: { Self.tell($0, verbose: verbose, console) })
        meter.finish()
        let seconds = meter.seconds
        let (looking, trouble) =
            dryRun || noLook ? (nil, nil) : Looking.afterStoring(report.imported, vault, console)
        summarise(report, seconds, looking, console)
        if let trouble { throw trouble }
        guard report.failed > 0 else { return .done }
        throw VaultError(
            .someFailed, Wording.count(report.failed, "file") + " could not be imported",
            hint: "the reasons are above; the others are in the vault")
    }

    private func request(_ console: Console) -> ImportRequest {
        var request = ImportRequest()
        request.paths = paths.map(\.bytes)
        request.album = album
        request.tags = tag
        request.subject = subject
        request.subjectPattern = subjectFrom
        request.manifest = manifest?.bytes
        request.dryRun = dryRun
        request.move = move
        request.rescan = rescan
        request.again = again
        request.keepArchives = keepArchives
        // Counting costs a walk through all folders, for which only a person or a program waits.
        request.countAhead = !console.quiet && (console.json || console.errorIsTerminal)
        return request
    }

    /// Skipped and failed files are always told.
    private static func tell(_ outcome: ImportOutcome, verbose: Bool, _ console: Console) {
        let isTrouble = outcome.kind == .skipped || outcome.kind == .failed
        guard verbose || isTrouble else { return }
        if console.json {
            console.message(
                "file",
                [
                    ("action", .text(outcome.kind.rawValue)), JSON.path("path", outcome.path),
                    ("bytes", .unsigned(outcome.byteCount)), ("id", .optional(outcome.id?.hex)),
                    ("reason", .optional(outcome.reason)), ("moved", .flag(outcome.moved)),
                ], atOnce: verbose)
            return
        }
        let name = Printable.text(outcome.path)
        let reason = outcome.reason.map { ": " + $0 } ?? ""
        if isTrouble {
            console.warning("\(outcome.kind.rawValue) \"\(name)\"\(reason)")
        } else {
            let word = outcome.kind.rawValue
            let padded = word + String(repeating: " ", count: max(0, 9 - word.count))
            console.result("\(padded)  \(name)\(outcome.moved ? " (moved)" : "")", atOnce: true)
        }
    }

    private func summarise(
        _ report: ImportReport, _ seconds: Double, _ looking: Looking?, _ console: Console
    ) {
        var parts = [
            (dryRun ? "would import " : "imported ") + Wording.count(report.imported, "picture")
                + " (\(Wording.size(report.importedBytes)))"
        ]
        if report.duplicates > 0 {
            parts.append(Wording.count(report.duplicates, "duplicate") + " noted")
        }
        if report.unchanged > 0 { parts.append(Wording.count(report.unchanged) + " unchanged") }
        if report.skipped > 0 { parts.append(Wording.count(report.skipped) + " skipped") }
        if report.failed > 0 { parts.append(Wording.count(report.failed) + " failed") }
        if report.moved > 0 { parts.append(Wording.count(report.moved) + " moved") }
        var sentence = parts.joined(separator: ", ") + ", in " + Wording.duration(seconds)
        if report.importedBytes > 0, !dryRun {
            sentence += ", " + Wording.rate(report.importedBytes, seconds: seconds)
        }
        if let looking, looking.report.looked > 0 { sentence += "; " + looking.sentence }
        console.summary(
            "import",
            [
                ("imported", .count(report.imported)), ("duplicates", .count(report.duplicates)),
                ("unchanged", .count(report.unchanged)), ("skipped", .count(report.skipped)),
                ("failed", .count(report.failed)), ("moved", .count(report.moved)),
                ("bytes", .unsigned(report.importedBytes)), ("dry_run", .flag(dryRun)),
                ("seconds", .number(seconds)),
            ] + Looking.members(looking?.report ?? LookReport()), sentence)
    }
}

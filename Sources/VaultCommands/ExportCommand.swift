import ArgumentParser
import VaultFormat
import VaultKit

struct ExportCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write pictures to a folder, as they were.",
        discussion: """
            Restores bytes, names and times. Nothing is written outside the folder, and files that \
            are there already are kept unless --overwrite is given.

              lighttight export --all --to ~/Restored
              lighttight export --subject 4711 --to /tmp/out --layout flat
              lighttight export --album Summer --to ~/ForGrandma --strip
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Which pictures") var choice: FilterOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions
    @OptionGroup var reading: ReadingOptions

    @Argument(help: "Beginnings of IDs.")
    var prefixes: [String] = []

    @Option(help: ArgumentHelp("The folder to write to; made when missing.", valueName: "folder"))
    var to: FolderArgument

    @Flag(help: "All pictures that are not in the bin.")
    var all = false

    @Option(
        help: ArgumentHelp(
            "Where each picture goes: its original path, a folder a day, or all in one folder.",
            valueName: "layout"))
    var layout = ExportRequest.Layout.original

    @Flag(help: "Replaces files that are there already.")
    var overwrite = false

    @Flag(help: "Writes what is known of each picture beside it, for import to read back.")
    var sidecar = false

    @Flag(
        help: """
            Takes metadata out, without touching the picture: place, time, camera, captions, thumbnails. \
            JPEG, PNG, WebP, GIF, HEIC and AVIF; others are not written. The file's name stays.
            """)
    var strip = false

    @Flag(name: .shortAndLong, help: "Prints a line for every file.")
    var verbose = false

    func validate() throws {
        if strip, sidecar {
            throw ValidationError(
                "--sidecar writes beside each picture what --strip takes out of it")
        }
    }

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        var request = ExportRequest()
        request.filter = try choice.selection(prefixes, bin: .without, all: all)
        request.target = to.bytes
        request.layout = layout
        request.overwrite = overwrite
        request.sidecar = sidecar
        request.strip = strip
        let vault = try secrets.unlock(common.open(console, unlogged: reading.unlogged), console)
        try vault.requireSide(of: request.filter)
        let meter = ProgressMeter(console, "exporting")
        defer { meter.finish() }
        let verbose = verbose
        let report = try vault.export(
            request, stop: Signals.stop, progress: { meter.update($0) },
            outcome: { Self.tell($0, verbose: verbose, console) })
        meter.finish()
        summarise(report, meter.seconds, console)
        if report.failed > 0 {
            throw VaultError(
                .someFailed, Wording.count(report.failed, "picture") + " could not be exported",
                hint: "the reasons are above; lighttight verify tells what is damaged")
        }
        if report.kept > 0 {
            throw VaultError(
                .someFailed,
                Wording.count(report.kept, "file") + " of other content "
                    + (report.kept == 1 ? "was" : "were") + " in the way and kept",
                hint: "export to another folder, or replace with --overwrite")
        }
        return .done
    }

    /// Failed pictures and files in the way are always told.
    private static func tell(_ outcome: ExportOutcome, verbose: Bool, _ console: Console) {
        let isTrouble = outcome.kind == .failed || outcome.kind == .kept
        guard verbose || isTrouble else { return }
        if console.json {
            console.message(
                "file",
                [
                    ("action", .text(outcome.kind.rawValue)), JSON.path("path", outcome.path),
                    ("bytes", .unsigned(outcome.byteCount)), ("id", .text(outcome.id.hex)),
                    ("reason", .optional(outcome.reason)),
                ], atOnce: verbose)
            return
        }
        let name = Printable.text(outcome.path)
        let reason = outcome.reason.map { ": " + $0 } ?? ""
        if isTrouble {
            console.warning("\(outcome.kind.rawValue) \"\(name)\"\(reason)")
        } else {
            console.result("\(outcome.kind.rawValue)  \(name)", atOnce: true)
        }
    }

    private func summarise(_ report: ExportReport, _ seconds: Double, _ console: Console) {
        var parts = [
            "exported " + Wording.count(report.exported, "file")
                + " (\(Wording.size(report.bytes)))"
        ]
        if report.present > 0 {
            parts.append(Wording.count(report.present) + " already there")
        }
        if report.kept > 0 { parts.append(Wording.count(report.kept) + " in the way") }
        if report.failed > 0 { parts.append(Wording.count(report.failed) + " failed") }
        var sentence = parts.joined(separator: ", ") + ", in " + Wording.duration(seconds)
        if report.bytes > 0 { sentence += ", " + Wording.rate(report.bytes, seconds: seconds) }
        console.summary(
            "export",
            [
                ("exported", .count(report.exported)), ("present", .count(report.present)),
                ("kept", .count(report.kept)), ("failed", .count(report.failed)),
                ("bytes", .unsigned(report.bytes)), ("seconds", .number(seconds)),
            ], sentence)
    }
}

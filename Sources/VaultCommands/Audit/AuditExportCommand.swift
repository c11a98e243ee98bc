import ArgumentParser
import VaultFormat
import VaultKit

struct AuditExportCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write the log to a folder that proves itself to an outsider.",
        discussion: """
            Writes the entries as they are, sealed, each with the proof that it stands in the log; a \
            signed checkpoint; and the vault's public keys. Docs/Spec/independent/lighttight_log.py \
            verifies such a folder without the program and without a passphrase. Owners and \
            auditors also get what the entries say, in opened.jsonl, in the clear: take it out \
            before handing the folder to somebody who is not to know.

              lighttight audit export --to log-2026
              lighttight audit export --to november --since 2026-11-01 --until 2026-11-30
              lighttight audit export --to log --against checkpoint-2026-10.txt
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Which entries") var choice: AuditFilterOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions
    @OptionGroup var reading: ReadingOptions

    @Option(help: ArgumentHelp("The folder to write: new, or empty.", valueName: "folder"))
    var to: FolderArgument

    @Option(
        help: ArgumentHelp(
            "A checkpoint that was kept elsewhere: the export proves that the log goes on from it.",
            valueName: "file"))
    var against: PathArgument?

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        let vault = try common.open(console, unlogged: reading.unlogged)
        var request = LogExportRequest()
        request.filter = try choice.filter(vault)
        request.target = to.bytes
        if let against { request.against = try CheckpointFile.read(against.bytes) }
        let slot = try secrets.open(vault, console)
        Signals.beginWork()
        let meter = ProgressMeter(console, "exporting")
        defer { meter.finish() }
        let report = try slot.exportLog(
            request, stop: Signals.stop, progress: { meter.update($0) },
            opened: { AuditRow.json($0).line })
        meter.finish()
        summarise(report, meter.seconds, console)
        return .done
    }

    private func summarise(_ report: LogExportReport, _ seconds: Double, _ console: Console) {
        let of =
            report.size == UInt64(report.exported)
            ? "all " + Wording.count(report.exported, "entry", "entries")
            : "\(report.exported) of " + Wording.count(Int(report.size), "entry", "entries")
        console.summary(
            "audit export",
            [
                ("exported", .count(report.exported)), ("entries", .unsigned(report.size)),
                ("root", .text(report.root.hex)), ("opened", .flag(report.isOpened)),
                ("against", report.from.map { .unsigned($0) } ?? .null),
                ("seconds", .number(seconds)),
            ], "exported \(of) in " + Wording.duration(seconds))
        if report.isOpened {
            console.note(
                "opened.jsonl tells in the clear what was done; the other files tell nobody, and prove it")
        }
    }
}

import ArgumentParser
import Glibc
import VaultFormat
import VaultKit

struct AuditReportCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Write a page about a period, to hand to a regulator.",
        discussion: """
            Who opened what and when, exports, erasures, changes of keys and failed unlocks, with a \
            plot of the activity, as one HTML page that needs nothing else. The log is verified \
            first, and the page says so.

              lighttight audit report --since 2026-01-01 --to report.html --title "Gym Example"
              lighttight audit report --since 3m --to report.html --against checkpoint.txt
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions

    @Option(help: ArgumentHelp("From this day or time on, or so long ago: 3m.", valueName: "date"))
    var since: DateArgument

    @Option(help: ArgumentHelp("Up to this day or time; else up to now.", valueName: "date"))
    var until: DateArgument?

    @Option(help: ArgumentHelp("The new file to write (mode 0600).", valueName: "file"))
    var to: PathArgument

    @Option(help: "What the report is called, such as the name of the business.")
    var title = "Lighttight vault"

    @Option(
        help: ArgumentHelp(
            "A checkpoint that was kept elsewhere, which the log is compared with.",
            valueName: "file"))
    var against: PathArgument?

    func validate() throws {
        if common.json { throw ValidationError("a report is a page; audit log --json is for programs") }
    }

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        let now = Int64(time(nil))
        let end = until?.end ?? now + 1
        guard since.start < end else {
            throw VaultError(.usage, "the period ends before it begins")
        }
        let vault = try common.open(console)
        var checkpoints: [[UInt8]] = []
        if let against { checkpoints.append(try CheckpointFile.read(against.bytes)) }
        let slot = try secrets.open(vault, console)
        let file = try SecretFile(making: to.bytes, for: "report")

        let log = try vault.verifyLog(
            against: checkpoints, stop: Signals.stop, progress: { _ in })
        var filter = AuditFilter()
        filter.since = since.start
        filter.until = end
        var gathered = AuditReportGatherer()
        if log.findingCount == 0 {
            try slot.readLog(filter, stop: Signals.stop) { (told) throws(VaultError) in
                try Signals.check()
                gathered.add(told, isRetired: told.entry.actor.map(vault.isRetired) ?? false)
            }
        }
        var report = self.report(log, vault, slot, end: end, now: now, entries: gathered.entries)
        gathered.fill(&report)
        let page = Array(AuditReportPage.html(report).utf8)
        if let code = page.withUnsafeBytes({ RawOutput.write($0, to: file.descriptor) }) {
            throw VaultError(
                code == ENOSPC || code == EDQUOT ? .full : .failed,
                "the report cannot be written: " + String(cString: strerror(code)))
        }
        try file.finish()
        console.note(
            "wrote a report of \(Wording.count(gathered.entries, "entry", "entries")) to "
                + ShellWord.quote(to.bytes))
        guard log.findingCount > 0 else { return .done }
        throw VaultError(
            .damaged, "the log does not hold together, and the report says so",
            hint: "lighttight audit verify tells everything that is wrong with it")
    }

    private func report(
        _ log: LogVerification, _ vault: Vault, _ slot: OpenSlot, end: Int64, now: Int64,
        entries: Int
    ) -> AuditReport {
        let compared = log.checkpoints.first.map { checkpoint in
            AuditReport.Checkpoint(
                size: checkpoint.size, root: checkpoint.root.bytes,
                place: against.map { Printable.text($0.bytes) } ?? "")
        }
        var report = AuditReport(
            vault: vault.id, title: title, start: since.start, end: min(end, now), made: now,
            maker: AuditReport.Person(label: slot.label, role: slot.role.rawValue),
            log: AuditReport.Log(
                size: UInt64(log.entries), root: log.root.bytes, entriesInPeriod: UInt64(entries),
                verification: log.findingCount == 0 ? .holds(against: compared) : .fails))
        report.clockJumps = log.clockJumps.filter { $0.to >= since.start && $0.to < end }.map {
            AuditReport.ClockJump(sequence: $0.sequence, before: $0.from, after: $0.to)
        }
        report.findings = log.findings.map { AuditReport.Finding(message: $0.message) }
        return report
    }
}

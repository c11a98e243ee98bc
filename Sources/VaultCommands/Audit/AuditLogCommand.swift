import ArgumentParser
import VaultFormat
import VaultKit

struct AuditLogCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "Show what was done, as an owner or auditor.",
        discussion: """
            What is shown was verified before; when the log does not hold together, nothing is.

              lighttight audit log --since 7d
              lighttight audit log --subject 4711 --action viewed --action exported
              lighttight audit log --by "Front desk" --csv > desk.csv

            Names and subjects stand in the log only as long as the picture: when it is purged, the \
            log still says that something was done, and not to whom.
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Which entries") var choice: AuditFilterOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions
    @OptionGroup var reading: ReadingOptions

    @Option(help: ArgumentHelp("Only the newest so many.", valueName: "n"))
    var limit: Int?

    @Flag(help: "Writes comma-separated values, which spreadsheets open safely.")
    var csv = false

    func validate() throws {
        if csv, common.json { throw ValidationError("--csv and --json contradict each other") }
        if let limit, limit < 0 { throw ValidationError("--limit must not be negative") }
    }

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        let vault = try common.open(console, unlogged: reading.unlogged)
        var filter = try choice.filter(vault)
        filter.limit = limit
        let slot = try secrets.open(vault, console)
        if csv { console.result(AuditRow.csvHeading) }
        var count = 0
        try slot.readLog(filter, stop: Signals.stop) { (told) throws(VaultError) in
            try Signals.check()
            count += 1
            if csv {
                console.result(AuditRow.csv(told))
            } else if console.json {
                console.result(AuditRow.json(told).line)
            } else {
                console.result(AuditRow.line(told))
            }
        }
        if console.json { console.summary("audit log", [("entries", .count(count))], "") }
        return .done
    }
}

/// Which entries of the log are meant.
struct AuditFilterOptions: ParsableArguments {
    @Option(help: ArgumentHelp("From this day or time on, or so long ago: 7d.", valueName: "date"))
    var since: DateArgument?

    @Option(help: ArgumentHelp("Up to this day or time.", valueName: "date"))
    var until: DateArgument?

    @Option(help: ArgumentHelp("What this slot did.", valueName: "slot"))
    var by: String?

    @Option(
        help: ArgumentHelp(
            "What was done, such as viewed, exported or \"unlock failed\". May be repeated.",
            valueName: "action"))
    var action: [String] = []

    @Option(help: ArgumentHelp("What was done with this subject's pictures.", valueName: "subject"))
    var subject: String?

    func filter(_ vault: Vault) throws(VaultError) -> AuditFilter {
        var filter = AuditFilter()
        filter.since = since?.start
        filter.until = until?.end
        filter.subject = subject
        if let by { filter.actor = try vault.slot(named: by, orRemoved: true) }
        for name in action {
            let action = EntryAction(rawValue: name)
            guard EntryAction.known.contains(action) else {
                throw VaultError(
                    .usage, "there is no action \"\(Printable.text(Array(name.utf8)))\"",
                    hint: "one of " + EntryAction.known.map(\.rawValue).joined(separator: ", "))
            }
            filter.actions.insert(action)
        }
        return filter
    }
}

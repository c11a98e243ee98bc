import ArgumentParser
import Glibc
import VaultFormat
import VaultKit

struct SubjectExportCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write out all there is of one person, for a request of access.",
        discussion: """
            Makes a folder with the originals, a page to read (summary.html) and the same for programs \
            (summary.json): what is held, since when and until when, what the vault knows of each \
            picture, its copies, and, where your slot may read the log, who saw or exported it. What \
            is in the bin is there too.

            Read it before you hand it over: captions, tags and albums of a picture that others have \
            too may speak of them. --no-staff-names tells the roles of those who saw the pictures, \
            without their names.

              lighttight subject export 4711 --to request-2026-014 --title "Gym Example"
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions
    @OptionGroup var reading: ReadingOptions

    @Argument(help: "Whose pictures, exactly as at import.") var subject: String

    @Option(help: ArgumentHelp("The folder to write: new, or empty.", valueName: "folder"))
    var to: FolderArgument

    @Option(help: "Who answers the request, such as the name of the business.")
    var title = "Lighttight vault"

    @Option(
        help: ArgumentHelp(
            "What the page is to say above all, such as why the pictures are kept, and whom to ask.",
            valueName: "text"))
    var note: String?

    @Flag(help: "Leaves out the names of those who saw the pictures.")
    var noStaffNames = false

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        let closed = try common.open(console, unlogged: reading.unlogged)
        let vault = try secrets.unlock(closed, console)
        let meter = ProgressMeter(console, "exporting")
        defer { meter.finish() }
        let export = try vault.export(
            subject: subject, to: to.bytes, stop: Signals.stop, progress: { meter.update($0) })
        meter.finish()
        try Signals.check()
        var account = SubjectAccount(
            subject: subject, title: title, note: note, made: Int64(time(nil)), vault: closed.id,
            export: export)
        account.copies = try closed.status().copies
        try readLog(vault.slot, &account, console)
        try write(SubjectPage(account).html, "summary.html")
        try write(account.json.line + "\n", "summary.json")
        try WaitingDeposits.warn(of: subject, vault, console)
        return try finish(export, console)
    }

    private func readLog(
        _ slot: OpenSlot, _ account: inout SubjectAccount, _ console: Console
    ) throws(VaultError) {
        guard slot.role == .owner || slot.role == .auditor else {
            console.warning(
                "this slot may not read the log, so the summary does not say who saw the pictures",
                hint: "an owner's export says it")
            return
        }
        var filter = AuditFilter()
        filter.subject = subject
        let own = Set(account.export.pictures.map(\.id))
        var handlings: [SubjectAccount.Handling] = []
        do throws(VaultError) {
            try slot.readLog(filter, stop: Signals.stop) { (told) throws(VaultError) in
                let entry = told.entry
                handlings.append(
                    SubjectAccount.Handling(
                        time: entry.time, who: noStaffNames ? nil : entry.actorLabel,
                        role: entry.actorRole?.rawValue, action: entry.action.rawValue,
                        pictures: entry.pictures.count { own.contains($0) }))
            }
            account.handlings = handlings
        } catch {
            guard error.code == .damaged else { throw error }
            console.warning(
                "the log does not hold together, so the summary does not say who saw the pictures",
                hint: "lighttight audit verify tells what is wrong with it")
        }
    }

    private func write(_ text: String, _ name: String) throws(VaultError) {
        let file = try SecretFile(making: to.bytes + Array("/\(name)".utf8), for: "summary")
        if let code = Array(text.utf8).withUnsafeBytes({
            RawOutput.write($0, to: file.descriptor)
        }) {
            throw VaultError(
                code == ENOSPC || code == EDQUOT ? .full : .failed,
                "the summary cannot be written: " + String(cString: strerror(code)))
        }
        try file.finish()
    }

    private func finish(
        _ export: SubjectExport, _ console: Console
    ) throws(VaultError) -> ExitCode {
        let report = export.report
        console.summary(
            "subject export",
            [
                ("pictures", .count(export.pictures.count)), ("files", .count(report.exported)),
                ("failed", .count(report.failed)), ("bytes", .unsigned(report.bytes)),
            ],
            "exported " + Wording.count(export.pictures.count, "picture") + " ("
                + Wording.size(report.bytes) + ") with a summary to " + ShellWord.quote(to.bytes))
        guard report.failed == 0 else {
            throw VaultError(
                .someFailed, Wording.count(report.failed, "picture") + " could not be exported",
                hint: "the summary says which; lighttight verify tells what is damaged")
        }
        return .done
    }
}

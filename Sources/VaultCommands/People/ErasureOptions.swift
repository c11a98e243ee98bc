import ArgumentParser
import Glibc
import VaultFormat
import VaultKit

/// What commands have in common that destroy for good and hand out a receipt.
struct ErasureOptions: ParsableArguments {
    @Flag(name: .shortAndLong, help: "Does not ask.")
    var yes = false

    @Flag(help: "Only says what would be destroyed.")
    var dryRun = false

    @Flag(help: "Keeps no mark, so that the pictures may be imported again.")
    var forget = false

    @Option(
        help: ArgumentHelp(
            "What you call the request by, such as its number: a line of the receipt.",
            valueName: "text"))
    var reference: String?

    @Option(
        help: ArgumentHelp(
            "The new file to write the receipt to (mode 0600); else it is printed.",
            valueName: "file"))
    var receipt: PathArgument?

    /// Before anything is opened: what cannot be is refused at once.
    func check(_ command: String) throws(VaultError) {
        if let reference, !Receipt.isReference(reference) {
            throw VaultError(
                .usage, "a reference is one line of at most 200 bytes",
                hint: "such as a number: --reference 2026-014")
        }
        guard yes || dryRun || Terminal.isAttended else {
            throw VaultError(
                .usage, "\(command) destroys pictures and nobody is here to be asked",
                hint: "give --yes, or --dry-run to see what would be destroyed")
        }
    }

    /// Destroys, once it was asked, and hands the receipt out.
    ///
    /// - Parameter nothing: what there is to say when nothing is meant.
    func carryOut(
        _ request: ErasureRequest, _ command: String, _ vault: UnlockedVault, _ console: Console,
        nothing: (Console) throws(VaultError) -> ExitCode
    ) throws(VaultError) -> ExitCode {
        let plan = try vault.plan(request)
        if dryRun {
            if plan.isEmpty { return try nothing(console) }
            tell(plan, request, command, console)
            return .done
        }
        if plan.retained.count > 0, !request.despiteRetention {
            throw UnlockedVault.retained(plan.retained.count)
        }
        // Made first: what is destroyed must not be left without a receipt for want of a place for it.
        let file = try makeFile()
        if !yes, !plan.isEmpty, try !isWanted(plan) {
            throw VaultError(.interrupted, "nothing was destroyed")
        }
        guard let report = try vault.erase(request) else { return try nothing(console) }
        try handOut(report, file, console)
        summarise(report, command, console)
        return .done
    }

    private func makeFile() throws(VaultError) -> SecretFile? {
        guard let receipt else { return nil }
        return try SecretFile(making: receipt.bytes, for: "receipt")
    }

    private func isWanted(_ plan: ErasurePlan) throws(VaultError) -> Bool {
        guard let terminal = Terminal() else { return false }
        let answer = terminal.askLine(Self.sentence("Destroy", plan) + "? Type yes: ")
        return answer == Array("yes".utf8)
    }

    private static func sentence(_ verb: String, _ plan: ErasurePlan) -> String {
        sentence(verb, plan.destroyed.count, "keep", plan.shared.count)
    }

    /// `destroyed 3 pictures for good, and kept 1 for others who have the same`
    private static func sentence(
        _ verb: String, _ destroyed: Int, _ keeping: String, _ shared: Int
    ) -> String {
        verb + " " + Wording.count(destroyed, "picture") + " for good"
            + (shared == 0
                ? "" : ", and \(keeping) \(Wording.count(shared)) for others who have the same")
    }

    private func tell(
        _ plan: ErasurePlan, _ request: ErasureRequest, _ command: String, _ console: Console
    ) {
        if plan.retained.count > 0, !request.despiteRetention {
            console.warning(
                UnlockedVault.retained(plan.retained.count).message + ", the last one until "
                    + Wording.local(plan.retained.until))
        }
        console.summary(
            command,
            Self.members(
                plan.destroyed.count, plan.shared.count, dryRun: true, copies: [], receipt: nil),
            Self.sentence("would destroy", plan))
    }

    private func handOut(
        _ report: ErasureReport, _ file: consuming SecretFile?, _ console: Console
    ) throws(VaultError) {
        guard let file else {
            if !console.json {
                console.result(String(decoding: report.note.dropLast(), as: UTF8.self))
            }
            return
        }
        let written = report.note.withUnsafeBytes { RawOutput.write($0, to: file.descriptor) }
        if let code = written {
            throw VaultError(
                code == ENOSPC || code == EDQUOT ? .full : .failed,
                "the pictures are destroyed, but the receipt cannot be written: "
                    + String(cString: strerror(code)),
                hint: "the log tells of it: lighttight audit export --action purged")
        }
        try file.finish()
    }

    private func summarise(_ report: ErasureReport, _ command: String, _ console: Console) {
        for place in report.places {
            console.warning(
                "the copy \"\(Printable.text(place))\" may still hold what was destroyed",
                hint: "bring it up to date: lighttight backup " + ShellWord.quote(place))
        }
        let receipt = report.receipt
        let (destroyed, shared) = (receipt.count(.destroyed), receipt.count(.shared))
        if console.json {
            for picture in receipt.pictures {
                console.message(
                    "erased",
                    [("id", .text(picture.id.hex)), ("fate", .text(picture.fate.rawValue))])
            }
            console.summary(
                command,
                Self.members(
                    destroyed, shared, dryRun: false, copies: receipt.copies.map(\.id),
                    receipt: self.receipt == nil
                        ? String(decoding: report.note, as: UTF8.self) : nil), "")
            return
        }
        let sentence = Self.sentence("destroyed", destroyed, "kept", shared)
        // What is printed on stdout is the receipt, when no file was named.
        if self.receipt == nil {
            console.note(sentence)
        } else {
            console.summary(command, [], sentence)
        }
    }

    static func members(
        _ destroyed: Int, _ shared: Int, dryRun: Bool, copies: [CopyID], receipt: String?
    ) -> [(String, JSON)] {
        [
            ("destroyed", .count(destroyed)), ("shared", .count(shared)),
            ("dry_run", .flag(dryRun)), ("copies", .list(copies.map { .text($0.hex) })),
            ("receipt", .optional(receipt)),
        ]
    }
}

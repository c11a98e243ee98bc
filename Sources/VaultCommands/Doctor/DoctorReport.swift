import VaultKit

/// Says what `doctor` found, to people and to programs.
struct DoctorReport {
    private let console: Console
    /// What `--vault` says, so that the commands that are suggested mean the same vault.
    private let vaultOption: [UInt8]?

    init(_ console: Console, vaultOption: [UInt8]?) {
        self.console = console
        self.vaultOption = vaultOption
    }

    func tell(_ finding: DoctorFinding) {
        let command = command(finding)
        guard !console.json else {
            console.message(
                "finding",
                [
                    ("code", .text(finding.code.rawValue)),
                    ("severity", .text(finding.severity.rawValue)), ("text", .text(finding.text)),
                    ("meaning", .text(finding.meaning)), ("action", .text(finding.action)),
                    ("command", .optional(command)), ("repairable", .flag(finding.isRepairable)),
                ], atOnce: true)
            return
        }
        // Each on lines of its own, so that a terminal's width does not mix them up.
        console.result("\(finding.severity.rawValue): \(finding.text) (\(finding.code.rawValue))")
        console.result("    It means: \(finding.meaning)")
        console.result(
            "    To do: " + finding.action + (command.map { ": " + $0 } ?? "."), atOnce: true)
    }

    private func command(_ finding: DoctorFinding) -> String? {
        guard let program = finding.command.first else { return nil }
        var words = finding.command
        if program == Array("lighttight".utf8), let vaultOption {
            words += [Array("--vault".utf8), vaultOption]
        }
        return words.map { ShellWord.quote($0) }.joined(separator: " ")
    }

    func mended(_ code: DoctorFinding.Code) {
        if console.json {
            console.message("mended", [("code", .text(code.rawValue))], atOnce: true)
        } else if !console.quiet {
            console.result("mended: \(code.rawValue)", atOnce: true)
        }
    }

    /// The last line, and the exit code.
    func conclude(_ outcome: DoctorOutcome) throws(VaultError) -> ExitCode {
        let danger = outcome.count(.danger)
        let warnings = outcome.count(.warning)
        let advice = outcome.count(.advice)
        var parts: [String] = []
        if danger > 0 { parts.append(Wording.count(danger, "danger")) }
        if warnings > 0 { parts.append(Wording.count(warnings, "warning")) }
        if advice > 0 { parts.append(Wording.count(advice, "piece of advice", "pieces of advice")) }
        var sentence = parts.isEmpty ? "all is well" : parts.joined(separator: ", ")
        if outcome.repairable > 0 {
            sentence += "; lighttight doctor --repair mends \(outcome.repairable) of them"
        }
        console.summary(
            "doctor",
            [
                ("danger", .count(danger)), ("warnings", .count(warnings)),
                ("advice", .count(advice)), ("mended", .count(outcome.mended.count)),
                ("failed", .count(outcome.failed)),
            ], sentence)
        guard danger == 0 else {
            throw VaultError(
                .damaged, danger == 1 ? "there is danger" : "there are \(danger) dangers",
                hint: "what to do stands with each of them")
        }
        return outcome.failed == 0 ? .done : .someFailed
    }
}

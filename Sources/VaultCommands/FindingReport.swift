import VaultFormat
import VaultKit

/// Findings as a person or a program reads them.
enum FindingReport {
    static func tell(_ finding: Finding, _ console: Console) {
        if console.json {
            console.message(
                "finding",
                [
                    ("kind", .text(finding.kind.rawValue)), ("damage", .flag(finding.isDamage)),
                    ("id", .optional(finding.record?.hex)), ("pack", .optional(finding.pack?.hex)),
                    ("text", .text(finding.message)),
                ], atOnce: true)
        } else {
            console.result(
                finding.kind.rawValue + ": " + Printable.text(Array(finding.message.utf8)),
                atOnce: true)
        }
    }
}

import ArgumentParser
import Glibc
import VaultFormat
import VaultKit

struct StatusCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Tell how the vault is.",
        discussion: """
            Needs no passphrase: how much is there, which ways open it, how old the copies are. \
            With --check-passphrase it also tries to open the vault, and changes nothing.
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions

    @Flag(help: "Tries the passphrase; exit code 12 when it is refused.")
    var checkPassphrase = false

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        let vault = try common.open(console)
        let report = try vault.status()
        if checkPassphrase { _ = try secrets.open(vault, console) }
        let place = try common.place()
        if console.json {
            console.message("status_report", members(report, place))
            console.summary("status", [("passphrase_checked", .flag(checkPassphrase))], "")
        } else {
            for line in lines(report, place, now: Int64(time(nil))) { console.result(line) }
        }
        return .done
    }

    private func lines(_ report: StatusReport, _ place: [UInt8], now: Int64) -> [String] {
        var lines = [
            "vault     \(report.vault.hex)", "place     " + Printable.text(place),
            "pictures  \(Wording.count(report.records)), with those in the bin",
            "packs     \(Wording.count(report.packs)), \(Wording.size(report.packBytes))",
            // It never goes down: one that did is an old state put back.
            "revision  \(report.revision)",
        ]
        if let deposits = report.deposits, deposits > 0 {
            lines.append("deposits  \(Wording.count(deposits)) waiting: lighttight inbox list")
        }
        // The way that is used every day first.
        let slots = report.slots.filter { $0.kind != .recovery }
        for slot in slots + report.slots.filter({ $0.kind == .recovery }) {
            lines.append("opens by  " + Self.describe(slot))
        }
        if checkPassphrase { lines.append("          and the passphrase given opens it") }
        for copy in report.copies {
            lines.append(
                "copy      \(Printable.text(copy.place)), "
                    + Wording.ago(copy.time, now: now)
                    + (copy.revision == report.revision ? ", up to date" : ", older than the vault")
            )
        }
        if report.copies.isEmpty {
            lines.append("copy      none yet; make one: lighttight backup FOLDER")
        }
        return lines
    }

    private static func describe(_ slot: StatusReport.SlotSummary) -> String {
        switch slot.kind {
        case .recovery: return "recovery code"
        case .passphrase, .passphraseAndKeyFile:
            let cost = slot.memory.map { ", Argon2id \($0 >> 20) MiB × \(slot.passes ?? 0)" } ?? ""
            return "\(slot.kind.rawValue) (\(Printable.text(Array(slot.label.utf8)))\(cost))"
        }
    }

    private func members(_ report: StatusReport, _ place: [UInt8]) -> [(String, JSON)] {
        [
            ("vault", .text(report.vault.hex)), JSON.path("path", place),
            ("generation", .unsigned(report.generation)),
            ("revision", .unsigned(report.revision)), ("records", .count(report.records)),
            ("packs", .count(report.packs)), ("pack_bytes", .unsigned(report.packBytes)),
            (
                "slots",
                .list(
                    report.slots.map { slot in
                        .object([
                            ("id", .text(slot.id.hex)), ("kind", .text(slot.kind.rawValue)),
                            ("role", .text(slot.role.rawValue)), ("label", .text(slot.label)),
                            ("memory", slot.memory.map { .unsigned($0) } ?? .null),
                            ("passes", slot.passes.map { .unsigned(UInt64($0)) } ?? .null),
                        ])
                    })
            ),
            (
                "copies",
                .list(
                    report.copies.map { copy in
                        .object([
                            ("id", .text(copy.id.hex)), JSON.path("path", copy.place),
                            ("time", .text(Wording.utc(copy.time))),
                            ("revision", .unsigned(copy.revision)),
                            ("up_to_date", .flag(copy.revision == report.revision)),
                        ])
                    })
            ),
            ("deposits", report.deposits.map { .count($0) } ?? .null),
            ("notes", .list(report.notes.map { .text($0) })),
        ]
    }
}

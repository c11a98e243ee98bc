import ArgumentParser
import VaultKit

struct CompactCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "compact",
        abstract: "Give back the room of destroyed pictures.",
        discussion: """
            Rewrites packs that are mostly dead, joins small ones, and removes what interrupted \
            imports left behind. Nothing is sealed anew, and a crash at any moment loses nothing.
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions

    @Flag(help: "Rewrites every pack that holds anything dead.")
    var all = false

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        let vault = try secrets.unlock(common.open(console), console)
        let meter = ProgressMeter(console, "compacting")
        defer { meter.finish() }
        let report = try vault.compact(
            all: all, stop: Signals.stop, progress: { meter.update($0) })
        meter.finish()
        if report.importRunning {
            console.warning(
                "an import is running, so what may be its own was left",
                hint: "run compact again when it is done")
        }
        var sentence =
            "gave back \(Wording.size(report.reclaimedBytes)): rewrote "
            + Wording.count(report.rewrittenPacks, "pack") + ", removed "
            + Wording.count(report.removedPacks)
        let left = report.removedOrphans + report.removedLeftovers
        if left > 0 { sentence += " and " + Wording.count(left, "left-over") }
        console.summary(
            "compact",
            [
                ("rewritten_packs", .count(report.rewrittenPacks)),
                ("removed_packs", .count(report.removedPacks)),
                ("removed_orphans", .count(report.removedOrphans)),
                ("removed_leftovers", .count(report.removedLeftovers)),
                ("reclaimed_bytes", .unsigned(report.reclaimedBytes)),
                ("import_running", .flag(report.importRunning)),
                ("seconds", .number(meter.seconds)),
            ], sentence)
        return .done
    }
}

import ArgumentParser
import VaultFormat
import VaultKit

struct BackupCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Make or update a copy of the vault on another disk.",
        discussion: """
            Needs no passphrase: what is sealed is copied sealed, and each pack is checked after \
            writing. The copy is a vault of its own; to restore, open it:
              lighttight --vault /media/disk/Vault list
            Interrupted, it goes on where it was. What was purged here is purged there with the \
            next backup.
            """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "The copy's folder; made when missing.")
    var folder: FolderArgument

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        let vault = try common.open(console)
        Signals.beginWork()
        let meter = ProgressMeter(console, "copying")
        defer { meter.finish() }
        let report = try vault.backup(
            to: folder.bytes, stop: Signals.stop, progress: { meter.update($0) })
        meter.finish()
        var parts = [
            "copied " + Wording.count(report.copiedPacks, "pack")
                + " (\(Wording.size(report.bytes)))"
        ]
        if report.presentPacks > 0 {
            parts.append(Wording.count(report.presentPacks) + " already there")
        }
        if report.removedPacks > 0 {
            parts.append(Wording.count(report.removedPacks) + " no longer needed removed")
        }
        console.summary(
            "backup",
            [
                ("copy", .text(report.copy.hex)), JSON.path("path", folder.bytes),
                ("copied_packs", .count(report.copiedPacks)),
                ("present_packs", .count(report.presentPacks)),
                ("removed_packs", .count(report.removedPacks)), ("bytes", .unsigned(report.bytes)),
                ("revision", .unsigned(report.revision)), ("seconds", .number(meter.seconds)),
            ], parts.joined(separator: ", ") + ", in " + Wording.duration(meter.seconds))
        return .done
    }
}

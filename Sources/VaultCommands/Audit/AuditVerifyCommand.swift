import ArgumentParser
import VaultFormat
import VaultKit

struct AuditVerifyCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Verify the whole log, without a passphrase.",
        discussion: """
            Checks that no entry was changed, taken out, added or moved, who signed them, and that \
            the records are what the log says: a picture's record that is missing, that nobody \
            wrote, or that is older than it should be is named.

              lighttight audit verify
              lighttight audit verify --against checkpoint.txt

            Each signature vouches for everything before it, so the newest of each slot is enough; \
            --every-signature checks all of them.
            """)

    @OptionGroup var common: CommonOptions

    @Option(
        help: ArgumentHelp(
            "A checkpoint that was kept elsewhere; the log must agree with it. May be repeated.",
            valueName: "file"))
    var against: [PathArgument] = []

    @Flag(help: "Checks every signature.")
    var everySignature = false

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        let vault = try common.open(console)
        var checkpoints: [[UInt8]] = []
        for path in against { checkpoints.append(try CheckpointFile.read(path.bytes)) }
        Signals.beginWork()
        let meter = ProgressMeter(console, "verifying")
        defer { meter.finish() }
        let log = try vault.verifyLog(
            every: everySignature, against: checkpoints, stop: Signals.stop,
            progress: { meter.update($0) })
        meter.finish()
        for finding in log.findings { FindingReport.tell(finding, console) }
        for jump in log.clockJumps where !console.json {
            console.note(
                "at entry \(jump.sequence) the clock went back, from \(Wording.local(jump.from)) to "
                    + Wording.local(jump.to))
        }
        report(log, meter.seconds, console)
        guard log.findingCount > 0 else { return .done }
        throw VaultError(
            .damaged, Wording.count(log.findingCount, "fault") + " found",
            hint:
                "compare with a copy made by backup, and with a checkpoint that was kept elsewhere")
    }

    private func report(_ log: LogVerification, _ seconds: Double, _ console: Console) {
        let checked =
            "verified " + Wording.count(log.entries, "entry", "entries") + " in "
            + Wording.duration(seconds)
        console.summary(
            "audit verify",
            [
                ("entries", .count(log.entries)), ("root", .text(log.root.hex)),
                ("signatures", .count(log.signatures)), ("every_signature", .flag(everySignature)),
                (
                    "checkpoints",
                    .list(
                        log.checkpoints.map {
                            .object([("entries", .unsigned($0.size)), ("signer", .text($0.signer))])
                        })
                ),
                ("clock_jumps", .count(log.clockJumps.count)),
                ("findings", .count(log.findingCount)),
                ("seconds", .number(seconds)),
            ],
            log.findingCount == 0
                ? checked + ": all is well"
                : checked + ": " + Wording.count(log.findingCount, "fault"))
        for checkpoint in log.checkpoints where !console.json {
            console.note(
                "it agrees with the checkpoint of \(Wording.count(Int(checkpoint.size), "entry", "entries")), signed by "
                    + checkpoint.signer)
        }
        if log.checkpoints.isEmpty, log.findingCount == 0 {
            console.note(
                "No checkpoint from elsewhere was compared: a history that was rewritten as a whole would "
                    + "not be noticed. lighttight audit checkpoint makes one to keep.")
        }
    }
}

/// Files of checkpoints.
enum CheckpointFile {
    static func read(_ path: [UInt8]) throws(VaultError) -> [UInt8] {
        // A note is small; a larger file is another one.
        try SmallFile.read(path, limit: 64 << 10, what: "a checkpoint")
    }
}

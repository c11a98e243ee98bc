import ArgumentParser
import VaultFormat
import VaultKit

struct VerifyCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check that everything is there and as it was.",
        discussion: """
            Opens every picture and checks every seal, goes on past damage, and tells missing, \
            damaged and left-over things apart. Exit code 13 when something is missing or damaged; \
            left-overs of an interrupted import are told, but are no damage.

              lighttight verify
              lighttight verify --sample 5%      a twentieth of the pictures, chosen anew each time
              lighttight verify --no-key         only the packs' hashes, without a passphrase
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions

    @Option(help: ArgumentHelp("Opens only a share of the pictures.", valueName: "share"))
    var sample: ShareArgument?

    @Flag(help: "Needs no passphrase: compares each pack with the hash that is its name.")
    var noKey = false

    func validate() throws {
        if noKey, sample != nil {
            throw ValidationError("--sample and --no-key contradict each other")
        }
    }

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        let closed = try common.open(console)
        let meter: ProgressMeter
        let report: VerifyReport
        let found: @Sendable (Finding) -> Void = { FindingReport.tell($0, console) }
        if noKey {
            Signals.beginWork()
            meter = ProgressMeter(console, "verifying")
            defer { meter.finish() }
            report = try closed.verifyPacks(
                stop: Signals.stop, progress: { meter.update($0) }, found: found)
        } else {
            let vault = try secrets.unlock(closed, console)
            var request = VerifyRequest()
            request.sample = sample?.share ?? 1
            meter = ProgressMeter(console, "verifying")
            defer { meter.finish() }
            report = try vault.verify(
                request, stop: Signals.stop, progress: { meter.update($0) }, found: found)
        }
        return try conclude(report, meter.seconds, console)
    }

    private func conclude(
        _ report: VerifyReport, _ seconds: Double, _ console: Console
    ) throws(VaultError) -> ExitCode {
        let damage = report.findings.count(where: \.isDamage)
        let untidy = report.findings.count - damage
        let what =
            noKey
            ? Wording.count(report.packs, "pack")
            : Wording.count(report.pictures, "picture") + " in "
                + Wording.count(report.packs, "pack")
        var sentence =
            "verified \(what) (\(Wording.size(report.bytes))) in " + Wording.duration(seconds)
        if report.bytes > 0 { sentence += ", " + Wording.rate(report.bytes, seconds: seconds) }
        sentence += damage == 0 ? ": all is well" : ": " + Wording.count(damage, "fault")
        if untidy > 0 { sentence += ", " + Wording.count(untidy, "left-over") }
        console.summary(
            "verify",
            [
                ("pictures", .count(report.pictures)), ("packs", .count(report.packs)),
                ("bytes", .unsigned(report.bytes)), ("damage", .count(damage)),
                ("untidy", .count(untidy)), ("no_key", .flag(noKey)),
                ("sample", .number(sample?.share ?? 1)), ("seconds", .number(seconds)),
            ], sentence)
        guard damage > 0 else { return .done }
        throw VaultError(
            .damaged, Wording.count(damage, "fault") + " found",
            hint: "export what still opens; a copy made by backup may hold the rest")
    }
}

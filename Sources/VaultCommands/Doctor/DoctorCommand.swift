import ArgumentParser
import Glibc
import VaultFormat
import VaultKit

struct DoctorCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Say what is wrong with the vault, its copies and this machine, and mend it.",
        discussion: """
            Needs no passphrase to look. What is found is told in order of danger: what is wrong, \
            what it means, and what to do. Exit code 13 when there is danger that was not mended.

              lighttight doctor                      look
              lighttight doctor --deep               also read every pack
              lighttight doctor --repair             mend what can be mended, asking each time
              lighttight doctor --repair file-modes  mend this and nothing else

            With an open slot that may read the log (lighttight unlock, or a passphrase option) \
            it also looks into the log for refused passphrases.

            --accept-restore is for an older copy of the records that was put in place on purpose: \
            what was destroyed since is destroyed again, and then the vault goes on from there.
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions

    @Flag(
        help: "Reads every pack; with an open slot, also looks through the bin and for lost room.")
    var deep = false

    @Flag(help: "Mends what can be mended: the codes that are named, or all, asking each time.")
    var repair = false

    @Flag(help: "Accepts an older or another state of the vault as the newest, as an owner.")
    var acceptRestore = false

    @Flag(name: .shortAndLong, help: "Does not ask.")
    var yes = false

    @Argument(help: "Codes of what is to be mended, as doctor prints them.")
    var codes: [String] = []

    func validate() throws {
        if acceptRestore, repair || deep {
            throw ValidationError("--accept-restore is done alone")
        }
        if !codes.isEmpty, !repair {
            throw ValidationError("codes are for --repair")
        }
        if let unknown = codes.first(where: { DoctorFinding.Code(rawValue: $0) == nil }) {
            throw ValidationError("doctor knows no \"\(Printable.text(Array(unknown.utf8)))\"")
        }
    }

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        if (repair || acceptRestore) && !yes && !Terminal.isAttended {
            throw VaultError(
                .usage, "this changes the vault and nobody is here to be asked", hint: "give --yes")
        }
        return acceptRestore ? try accept(console) : try look(console)
    }

    // MARK: - Looking

    private func look(_ console: Console) throws(VaultError) -> ExitCode {
        var request = DoctorRequest(now: Int64(time(nil)))
        request.isDeep = deep
        request.secretFiles = ["LIGHTTIGHT_PASSPHRASE_FILE", "LIGHTTIGHT_KEY_FILE"]
            .compactMap { Environment.bytes($0) }
        let report = DoctorReport(console, vaultOption: common.vault?.bytes)
        let vault = try open(request, report, console)
        Signals.beginWork()
        let meter = ProgressMeter(console, "looking")
        defer { meter.finish() }
        let findings = try vault.examine(
            request, with: try secrets.openIfGiven(vault, console), stop: Signals.stop,
            progress: { meter.update($0) })
        meter.finish()
        for finding in findings { report.tell(finding) }
        var outcome = DoctorOutcome(findings)
        if repair {
            var repairs = DoctorRepairs(self, request, vault, report, console)
            outcome.mended = repairs.run(findings)
            outcome.failed = repairs.failed
        }
        return try report.conclude(outcome)
    }

    /// Opens the vault as it is. When it does not open because of its files' permissions, those are told, and
    /// mended if that is wanted.
    private func open(
        _ request: DoctorRequest, _ report: DoctorReport, _ console: Console
    ) throws(VaultError) -> Vault {
        let place = try common.place()
        do throws(VaultError) {
            return try open(place, console)
        } catch {
            guard error.code != .vaultNotFound, error.code != .interrupted else { throw error }
            let findings = try Vault.examineFiles(at: place, request)
            for finding in findings { report.tell(finding) }
            guard repair, isWanted(.fileModes), findings.contains(where: { $0.code == .fileModes }),
                yes || DoctorRepairs.ask(.fileModes)
            else { throw error }
            _ = try Vault.repairModes(at: place)
            report.mended(.fileModes)
            return try open(place, console)
        }
    }

    func open(_ place: [UInt8], _ console: Console) throws(VaultError) -> Vault {
        let vault = try Vault.open(at: place, context: CommonOptions.context(), mending: false)
        for note in vault.notes { console.warning(note) }
        return vault
    }

    /// Whether a repair was named, or all are meant.
    func isWanted(_ code: DoctorFinding.Code) -> Bool {
        codes.isEmpty || codes.contains(code.rawValue)
    }

    // MARK: - Accepting

    private func accept(_ console: Console) throws(VaultError) -> ExitCode {
        let vault = try open(common.place(), console)
        guard let warning = vault.standing.warning else {
            console.summary(
                "doctor",
                [
                    ("accepted", .flag(false)), ("entries", .null), ("seen", .null),
                    ("destroyed", .count(0)),
                ],
                "This machine has seen no newer state of the vault, so there is nothing to accept.")
            return .done
        }
        console.note(warning)
        if !yes {
            let answer = Terminal()?.askLine(
                "What came after this state is given up, and what was destroyed since is destroyed again. "
                    + "Type yes: ")
            guard answer == Array("yes".utf8) else {
                throw VaultError(.interrupted, "nothing was changed")
            }
        }
        let accepted = try secrets.open(vault, console).acceptRestore()
        let again =
            accepted.destroyedAgain == 0
            ? ""
            : " " + Wording.count(accepted.destroyedAgain, "picture")
                + " that had been destroyed "
                + (accepted.destroyedAgain == 1 ? "was" : "were") + " destroyed again."
        console.summary(
            "doctor",
            [
                ("accepted", .flag(true)), ("entries", .integer(accepted.entries)),
                ("seen", accepted.seen.map { .integer($0) } ?? .null),
                ("destroyed", .count(accepted.destroyedAgain)),
            ],
            "This state is the newest from now on, and the log says so.\(again)")
        console.note(
            "Other machines that know the vault will ask the same of you. See that all is there: "
                + "lighttight doctor")
        return .done
    }
}

/// What was found, and what became of it.
struct DoctorOutcome {
    var findings: [DoctorFinding]
    var mended: Set<DoctorFinding.Code> = []
    var failed = 0

    init(_ findings: [DoctorFinding]) { self.findings = findings }

    func count(_ severity: DoctorFinding.Severity) -> Int {
        findings.count { $0.severity == severity && !mended.contains($0.code) }
    }

    var repairable: Int {
        Set(findings.filter { $0.isRepairable && !mended.contains($0.code) }.map(\.code)).count
    }
}

import ArgumentParser
import VaultFormat
import VaultKit

struct IndexCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "index",
        abstract: "Look at pictures that were not looked at yet.",
        discussion: """
            What import does when it has stored everything. index goes on where that was interrupted, \
            or was told not to look. A picture is decoded by a program that is shut in: it has no key, no \
            file and no network. What it tells (when and where the picture was taken, a thumbnail, a \
            fingerprint) is sealed in the vault.

              lighttight index
              lighttight index --again
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions

    @Flag(
        help: ArgumentHelp(
            "Also looks again at what could not be read, what an older version looked at, and what has "
                + "a damaged thumbnail."))
    var again = false

    @Option(
        help: ArgumentHelp(
            "So many pictures at the same time. Else one for each core.", valueName: "n"))
    var workers: Int?

    func validate() throws {
        if let workers, !(1...256).contains(workers) {
            throw ValidationError("--workers must be 1 to 256")
        }
    }

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        let imager = try ImagerPlace.require()
        let vault = try secrets.unlock(common.open(console), console)
        var request = LookRequest(imager: imager)
        request.again = again
        if let workers { request.workers = workers }
        let looking = Looking(console)
        let trouble = looking.run(vault, request)
        let report = looking.report
        console.summary(
            "index", Looking.members(report) + [("seconds", .number(looking.seconds))],
            looking.sentence)
        if let trouble { throw trouble }
        guard report.damaged > 0 else { return .done }
        throw VaultError(
            .damaged, Wording.count(report.damaged, "picture") + " could not be opened",
            hint: "lighttight verify tells more of them")
    }
}

/// A run of looks with its progress and its warnings, for `index` and `import`.
final class Looking {
    private let console: Console
    private let meter: ProgressMeter
    private(set) var report = LookReport()
    private(set) var seconds = 0.0

    init(_ console: Console) {
        self.console = console
        meter = ProgressMeter(console, "looking")
    }

    /// Returns what ended it early.
    func run(_ vault: UnlockedVault, _ request: LookRequest) -> VaultError? {
        let (console, meter) = (console, meter)
        defer {
            meter.finish()
            seconds = meter.seconds
        }
        do throws(VaultError) {
            try vault.look(
                request, stop: Signals.stop, progress: { meter.update($0) },
                outcome: { Self.tell($0, console) }, report: { report = $0 })
            return nil
        } catch {
            return error
        }
    }

    /// Looks at what is new, once everything is stored, which it stays whatever comes of this: only a stop
    /// is an error.
    ///
    /// - Parameter imported: how many pictures came in.
    static func afterStoring(
        _ imported: Int, _ vault: UnlockedVault, _ console: Console
    ) -> (Looking?, VaultError?) {
        let looking = Looking(console)
        do throws(VaultError) {
            var request = LookRequest(imager: try ImagerPlace.require())
            request.onlyNew = true
            guard let trouble = looking.run(vault, request) else { return (looking, nil) }
            if trouble.code == .interrupted {
                let stopped = VaultError(
                    .interrupted, "interrupted; the pictures are stored",
                    hint: "lighttight index goes on looking at them")
                return (looking, stopped)
            }
            throw trouble
        } catch {
            if imported > 0 || looking.report.looked > 0 {
                console.warning(
                    "the pictures are stored, but were not all looked at: " + error.message,
                    hint: error.hint)
            }
            return (looking, nil)
        }
    }

    static func members(_ report: LookReport) -> [(String, JSON)] {
        [
            ("looked", .count(report.looked)), ("unreadable", .count(report.unreadable)),
            ("damaged", .count(report.damaged)),
        ]
    }

    var sentence: String {
        guard report.looked > 0 else { return "nothing new to look at" }
        let unreadable =
            report.unreadable == 0
            ? "" : " (\(Wording.count(report.unreadable)) could not be read)"
        return "looked at \(Wording.count(report.looked, "picture"))\(unreadable), in "
            + Wording.duration(seconds)
    }

    private static func tell(_ outcome: LookOutcome, _ console: Console) {
        if console.json {
            console.message(
                "unreadable",
                [
                    ("id", .text(outcome.id.hex)), JSON.path("path", outcome.path),
                    ("reason", .text(outcome.reason)),
                ])
        } else {
            console.warning(
                "\"\(Printable.text(outcome.path))\" is stored as it is, but \(outcome.reason)")
        }
    }
}

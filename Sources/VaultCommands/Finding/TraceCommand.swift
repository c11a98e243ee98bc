import ArgumentParser
import VaultFormat
import VaultKit

struct TraceCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace",
        abstract: "Tell which picture a found file is, and who had it.",
        discussion: """
            For a picture of yours that turned up where it should not be. The file is compared here and stays as it \
            is: by its bytes, then by its fingerprint (PDQ), also turned and mirrored, with every picture \
            of the vault, those in the bin included. Then the log tells who saw that picture or was given it, for an owner.

              certain    the very bytes
              high       at most \(TraceConfidence.closeDistance) of 256 bits differ
              likely     at most \(PictureHash.matchingDistance), what PDQ's authors take for the same picture
              doubtful   more than that
              weak       one of the two holds too little to be told by (quality 49 and below)

              lighttight trace found.jpg
              lighttight trace ~/Downloads/*.jpg --limit 3 --json

            A copy that was cropped, or drawn upon, may not be found. Pictures that were not looked at (import --no-look) \
            are found by their bytes only: lighttight index looks at them.
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions
    @OptionGroup var reading: ReadingOptions

    @Argument(help: "Files that were found.")
    var files: [PathArgument]

    @Option(help: ArgumentHelp("No more than so many pictures for a file.", valueName: "n"))
    var limit = 10

    @Option(
        help: ArgumentHelp(
            "In how many of the fingerprint's 256 bits two may differ, 0 to "
                + "\(TraceConfidence.largestDistance); less is stricter.", valueName: "bits"))
    var maxDistance = PictureHash.matchingDistance

    func validate() throws {
        if limit < 1 { throw ValidationError("--limit must be 1 or more") }
        guard (0...TraceConfidence.largestDistance).contains(maxDistance) else {
            throw ValidationError("--max-distance must be 0 to \(TraceConfidence.largestDistance)")
        }
    }

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        let vault = try secrets.unlock(common.open(console, unlogged: reading.unlogged), console)
        let fingerprinter = try Fingerprinter(imager: ImagerPlace.require())
        var found: [(path: [UInt8], print: Fingerprint)] = []
        for file in files {
            try Signals.check()
            do throws(VaultError) {
                found.append(
                    (file.bytes, try fingerprinter.fingerprint(file.bytes, turns: true)))
            } catch {
                console.failure(error)
            }
        }
        let meter = ProgressMeter(console, "indexing")
        defer { meter.finish() }
        let matches = try vault.trace(
            found.map(\.print), within: maxDistance, limit: limit,
            progress: { meter.update($0) })
        meter.finish()
        let log = TracedLog(vault, matches)
        for (file, matches) in zip(found, matches) {
            TraceReport(path: file.path, found: file.print, matches: matches, log: log)
                .tell(console)
        }
        try conclude(matches.count { !$0.isEmpty }, files.count - found.count, log, console)
        return .done
    }

    private func conclude(
        _ matched: Int, _ failed: Int, _ log: TracedLog, _ console: Console
    ) throws(VaultError) {
        console.summary(
            "trace",
            [
                ("files", .count(files.count)), ("matched", .count(matched)),
                ("failed", .count(failed)), ("log_read", .flag(log.isRead)),
            ],
            "\(Wording.count(matched)) of \(Wording.count(files.count, "file")) may come from here")
        if let trouble = log.trouble { throw trouble }
        guard failed > 0 else { return }
        throw VaultError(
            .someFailed, Wording.count(failed, "file") + " could not be read",
            hint: "the reasons are above")
    }
}

/// What the log knows of the pictures that were matched.
struct TracedLog {
    /// `nil` when this slot may not read it, or it could not be read.
    private var entries: [OpenSlot.ToldEntry]?
    private(set) var trouble: VaultError?

    var isRead: Bool { entries != nil }

    /// Asks the log only where there is something to ask.
    init(_ vault: UnlockedVault, _ matches: [[TraceMatch]]) {
        let ids = Set(matches.joined().map(\.picture.id))
        do throws(VaultError) {
            entries = ids.isEmpty ? [] : try vault.slot.readings(of: ids, stop: Signals.stop)
        } catch {
            // What was found is told first.
            trouble = error
        }
    }

    /// The oldest first.
    func entries(of picture: RecordID) -> [OpenSlot.ToldEntry]? {
        entries?.filter { $0.entry.pictures.contains(picture) }
    }
}

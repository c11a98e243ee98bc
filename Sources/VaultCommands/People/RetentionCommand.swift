import ArgumentParser
import Glibc
import VaultFormat
import VaultKit

struct RetentionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retention",
        abstract: "Destroy pictures whose time is over.",
        discussion: """
            How long a picture is to be kept (retain-until) is told at import, by a manifest, or by a rule of \
            its album (album create --retain).

              lighttight retention due
              lighttight retention run --yes --receipt "receipt-$(date +%F).txt"
            """,
        subcommands: [Due.self, Run.self])

    struct Due: VaultCommand {
        static let configuration = CommandConfiguration(
            abstract: "List pictures whose time is over.",
            discussion: """
                On a terminal a table, elsewhere a line for each place a picture came from, with \
                fields divided by tabs: ID, until when it was to be kept, subject, album, name. The \
                earliest come first.
                """)

        @OptionGroup var common: CommonOptions
        @OptionGroup(title: "Which pictures") var choice: FilterOptions
        @OptionGroup(title: "Passphrase") var secrets: SecretOptions
        @OptionGroup var reading: ReadingOptions

        @Option(
            help: ArgumentHelp(
                "Whose time is over before this day or moment, which may lie in the future; else now.",
                valueName: "date"))
        var before: DateArgument?

        func perform(_ console: Console) throws(VaultError) -> ExitCode {
            let filter = try choice.filter([], bin: .both)
            let moment = before.map { $0.start - 1 } ?? Int64(time(nil))
            let vault = try secrets.unlock(
                common.open(console, unlogged: reading.unlogged), console)
            show(try vault.due(at: moment, filter), console)
            return .done
        }

        private func show(_ due: [Picture], _ console: Console) {
            let subjects = Set(
                due.flatMap(\.occurrences).compactMap { $0.subject?.utf8.map { $0 } })
            if console.json {
                for picture in due { console.message("picture", picture.members) }
                console.summary(
                    "retention due",
                    [("pictures", .count(due.count)), ("subjects", .count(subjects.count))], "")
                return
            }
            let rows = due.flatMap { picture in
                picture.occurrences.map { Self.row(picture, $0, console.outputIsTerminal) }
            }
            if console.outputIsTerminal {
                if !rows.isEmpty {
                    let head = ["ID", "KEEP UNTIL", "SUBJECT", "ALBUM", "NAME"]
                    for line in Wording.table([head] + rows) { console.result(line) }
                }
                console.note(
                    Wording.count(due.count, "picture") + " of "
                        + Wording.count(subjects.count, "subject"))
            } else {
                for row in rows { console.result(row.joined(separator: "\t")) }
            }
        }

        private static func row(
            _ picture: Picture, _ occurrence: OccurrenceValue, _ isShort: Bool
        ) -> [String] {
            func plain(_ text: String?) -> String { Printable.text(Array((text ?? "").utf8)) }
            let until = occurrence.retainUntil ?? 0
            return [
                isShort ? String(picture.id.hex.prefix(12)) : picture.id.hex,
                isShort ? Wording.local(until) : Wording.utc(until), plain(occurrence.subject),
                plain(occurrence.album), Printable.text(occurrence.path),
            ]
        }
    }

    struct Run: VaultCommand {
        static let configuration = CommandConfiguration(
            abstract: "Destroy pictures whose time is over, with a signed receipt.",
            discussion: """
                At once and for good, whether they are in the bin or not: a duty to delete is not done \
                with a bin. A picture that is also somebody else's, or came from another place whose \
                time is not over, is kept for that. For every night:

                  lighttight retention run --yes --quiet --receipt "receipt-$(date +%F).txt"

                Where nothing is due, nothing is destroyed and there is no receipt.
                """)

        @OptionGroup var common: CommonOptions
        @OptionGroup(title: "Which pictures") var choice: FilterOptions
        @OptionGroup(title: "Passphrase") var secrets: SecretOptions
        @OptionGroup var options: ErasureOptions

        @Option(
            help: ArgumentHelp(
                "Only those whose time was over before this day or moment: 30d gives a month's grace.",
                valueName: "date"))
        var before: DateArgument?

        func perform(_ console: Console) throws(VaultError) -> ExitCode {
            let now = Int64(time(nil))
            let moment = before.map { $0.start - 1 } ?? now
            guard moment <= now else {
                throw VaultError(
                    .usage, "what is to be kept until later cannot be destroyed by this",
                    hint: "lighttight retention due --before shows it")
            }
            try options.check("retention run")
            let filter = try choice.filter([], bin: .both)
            let vault = try secrets.unlock(common.open(console), console)
            var request = ErasureRequest.due(at: moment, filter)
            request.forget = options.forget
            request.reference = options.reference
            return try options.carryOut(request, "retention run", vault, console) {
                (console) throws(VaultError) in
                console.summary(
                    "retention run", ErasureOptions.nothing(dryRun: options.dryRun),
                    "nothing is due")
                return .done
            }
        }
    }
}

extension ErasureOptions {
    static func nothing(dryRun: Bool) -> [(String, JSON)] {
        members(0, 0, dryRun: dryRun, copies: [], receipt: nil)
    }
}

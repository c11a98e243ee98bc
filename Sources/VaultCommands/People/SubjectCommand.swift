import ArgumentParser
import VaultFormat
import VaultKit

struct SubjectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "subject",
        abstract: "See, hand over and erase what there is of one person.",
        discussion: """
            A subject is whose picture it is, as import was told: a member number, better than a name.

              lighttight subject list
              lighttight subject export 4711 --to request-2026-014
              lighttight subject erase 4711 --receipt receipt-2026-014.txt
            """,
        subcommands: [
            List.self, Show.self, SubjectExportCommand.self, SubjectEraseCommand.self,
            ReceiptCommand.self,
        ])

    struct List: VaultCommand {
        static let configuration = CommandConfiguration(
            abstract: "List everybody of whom there are pictures.",
            discussion: """
                On a terminal a table, elsewhere a line for each with fields divided by tabs: subject, \
                pictures, when the first and the last came in. What is in the bin counts too.
                """)

        @OptionGroup var common: CommonOptions
        @OptionGroup(title: "Of which pictures") var choice: FilterOptions
        @OptionGroup(title: "Passphrase") var secrets: SecretOptions
        @OptionGroup var reading: ReadingOptions

        func perform(_ console: Console) throws(VaultError) -> ExitCode {
            let filter = try choice.filter([], bin: .both)
            let vault = try secrets.unlock(
                common.open(console, unlogged: reading.unlogged), console)
            let subjects = try vault.subjects(filter)
            if console.json {
                for subject in subjects { console.message("subject", subject.members) }
                console.summary("subject list", [("subjects", .count(subjects.count))], "")
            } else if console.outputIsTerminal {
                for line in Self.table(subjects) { console.result(line) }
                console.note(Wording.count(subjects.count, "subject"))
            } else {
                for subject in subjects { console.result(subject.line) }
            }
            return .done
        }

        private static func table(_ subjects: [SubjectSummary]) -> [String] {
            guard !subjects.isEmpty else { return [] }
            let rows = subjects.map { subject in
                [
                    Printable.text(Array(subject.name.utf8)), Wording.count(subject.pictures),
                    Wording.local(subject.first), Wording.local(subject.last),
                    subject.retainUntil.map { Wording.local($0.lowerBound) } ?? "",
                ]
            }
            return Wording.table([["SUBJECT", "PICTURES", "FIRST", "LAST", "KEEP UNTIL"]] + rows)
        }
    }

    struct Show: VaultCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what there is of one person.",
            discussion: "All of it, also what is in the bin; the pictures are listed as list does.")

        @OptionGroup var common: CommonOptions
        @OptionGroup(title: "Passphrase") var secrets: SecretOptions
        @OptionGroup var reading: ReadingOptions

        @Argument(help: "Whose pictures, exactly as at import.") var subject: String

        func perform(_ console: Console) throws(VaultError) -> ExitCode {
            let closed = try common.open(console, unlogged: reading.unlogged)
            let vault = try secrets.unlock(closed, console)
            let pictures = try vault.pictures(ofSubject: subject)
            var summary = SubjectSummary(name: subject)
            for picture in pictures { summary.add(picture) }
            if console.json {
                console.message("subject", summary.members)
            } else {
                for line in summary.lines { console.result(line) }
                console.result("")
            }
            let listing = PictureListing(console)
            listing.begin(records: try closed.status().records)
            for picture in pictures { listing.show(picture) }
            listing.finish("subject show")
            return .done
        }
    }
}

extension SubjectSummary {
    var members: [(String, JSON)] {
        [
            ("subject", .text(name)), ("pictures", .count(pictures)),
            ("bytes", .unsigned(byteCount)), ("in_bin", .count(inBin)),
            ("first_imported", .text(Wording.utc(first))),
            ("last_imported", .text(Wording.utc(last))),
            ("retain_until_first", .optional(retainUntil.map { Wording.utc($0.lowerBound) })),
            ("retain_until_last", .optional(retainUntil.map { Wording.utc($0.upperBound) })),
        ]
    }

    fileprivate var line: String {
        [
            Printable.text(Array(name.utf8)), String(pictures), Wording.utc(first),
            Wording.utc(last),
        ].joined(separator: "\t")
    }

    fileprivate var lines: [String] {
        let bin = inBin > 0 ? ", \(Wording.count(inBin)) in the bin" : ""
        var lines = [
            "subject   " + Printable.text(Array(name.utf8)),
            "pictures  \(Wording.count(pictures)) (\(Wording.size(byteCount)))" + bin,
            "came in   " + Self.range(first, last),
        ]
        if let retainUntil {
            lines.append(
                "keep      until " + Self.range(retainUntil.lowerBound, retainUntil.upperBound))
        }
        return lines
    }

    private static func range(_ first: Int64, _ last: Int64) -> String {
        let (first, last) = (Wording.local(first), Wording.local(last))
        return first == last ? first : first + " to " + last
    }
}

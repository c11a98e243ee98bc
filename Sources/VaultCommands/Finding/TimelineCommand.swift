import ArgumentParser
import Glibc
import VaultKit

struct TimelineCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "timeline",
        abstract: "Plot how many pictures there are of each month.",
        discussion: """
            By when they were taken; where nothing tells that, by when they came in.

              lighttight timeline
              lighttight timeline --album Holiday --since 2024-01-01
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Which pictures") var choice: SearchOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions
    @OptionGroup var reading: ReadingOptions

    @Argument(help: "Words, as for search.")
    var words: [String] = []

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        let vault = try secrets.unlock(common.open(console, unlogged: reading.unlogged), console)
        let meter = ProgressMeter(console, "indexing")
        defer { meter.finish() }
        let months = try vault.timeline(choice.search(words), progress: { meter.update($0) })
        meter.finish()
        let most = months.map(\.count).max() ?? 1
        // Month, number and two spaces each take twenty columns.
        let room = max(10, min(60, Console.width(of: STDOUT_FILENO) - 20))
        for month in months {
            if console.json {
                console.message(
                    "month", [("month", .text(month.name)), ("pictures", .count(month.count))])
            } else if console.outputIsTerminal {
                let number = Wording.count(month.count)
                let space = String(repeating: " ", count: max(0, 9 - number.count))
                console.result("\(month.name)  \(space)\(number)  \(month.bar(room, most: most))")
            } else {
                console.result("\(month.name)\t\(month.count)")
            }
        }
        let total = months.reduce(0) { $0 + $1.count }
        if console.json {
            console.summary("timeline", [("pictures", .count(total))], "")
        } else if console.outputIsTerminal {
            console.note(Wording.count(total, "picture"))
        }
        return .done
    }
}

extension MonthCount {
    /// As in 2026-11.
    var name: String {
        let digits = String(month)
        return "\(year)-" + (digits.count < 2 ? "0" : "") + digits
    }

    /// In eighths of a column; never nothing.
    func bar(_ room: Int, most: Int) -> String {
        let eighths = max(1, count * room * 8 / max(1, most))
        let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
        return String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
    }
}

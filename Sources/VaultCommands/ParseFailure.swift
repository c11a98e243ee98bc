import ArgumentParser
import VaultKit

/// What the argument parser threw: a wish for help, the version or a script, or a mistake.
struct ParseFailure {
    private let error: any Error
    private let arguments: [String]

    init(_ error: any Error, _ arguments: [String]) {
        self.error = error
        self.arguments = arguments
    }

    /// Prints it where it belongs: help to stdout, a mistake to stderr in our own form.
    func report(_ console: Console) -> ExitCode {
        guard !Lighttight.exitCode(for: error).isSuccess else {
            let text = Lighttight.fullMessage(for: error)
            console.result(
                String(
                    text.prefix(
                        upTo: text.lastIndex { !$0.isNewline }.map {
                            text.index(after: $0)
                        } ?? text.startIndex)))
            console.flush()
            return .done
        }
        console.failure(mistake)
        return .usage
    }

    private var mistake: VaultError {
        let names = Lighttight.configuration.subcommands.compactMap { $0.configuration.commandName }
        guard let word = arguments.first, !word.hasPrefix("-"), !names.contains(word) else {
            let command = arguments.first.flatMap { names.contains($0) ? $0 + " " : nil } ?? ""
            let message = lowered(Printable.text(Array(Lighttight.message(for: error).utf8)))
            let help = "see lighttight \(command)--help"
            let form = Self.forms.first { message.contains($0.name) }
            return VaultError(.usage, message, hint: (form.map { $0.words + "; " } ?? "") + help)
        }
        return VaultError(
            .usage, "there is no command \"\(Printable.text(ArgumentBytes.bytes(of: word)))\"",
            hint: "the commands are " + names.sorted().joined(separator: ", "))
    }

    /// How values are written that have a form of their own, by their name in the help.
    private static let forms = [
        (
            name: "<date>",
            words:
                "a date is written 2026-11-21 or 2026-11-21T10:00, or 7d, 2w, 6m, 1y for so long ago"
        ),
        (name: "<days>", words: "days are written 90d, or 12w for twelve weeks"),
    ]

    /// Our errors begin small and end without a full stop.
    private func lowered(_ message: String) -> String {
        var text = message
        if text.hasSuffix(".") { text.removeLast() }
        return text.prefix(1).lowercased() + text.dropFirst()
    }
}

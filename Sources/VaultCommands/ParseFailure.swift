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
            console.result(Lighttight.fullMessage(for: error))
            console.flush()
            return .done
        }
        let message = Printable.text(Array(Lighttight.message(for: error).utf8))
        console.failure(
            VaultError(
                .usage, lowered(message), hint: "see lighttight \(helpPath)--help"))
        return .usage
    }

    /// The command that was meant, when it is one.
    private var helpPath: String {
        let names = Lighttight.configuration.subcommands.compactMap { $0.configuration.commandName }
        let word = arguments.first { !$0.hasPrefix("-") }
        return word.flatMap { names.contains($0) ? $0 + " " : nil } ?? ""
    }

    /// Our errors begin small and end without a full stop.
    private func lowered(_ message: String) -> String {
        var text = message
        if text.hasSuffix(".") { text.removeLast() }
        return text.prefix(1).lowercased() + text.dropFirst()
    }
}

import ArgumentParser
import VaultKit

/// One verb of the command line. `run` is not used: `Program` calls `perform` and turns what it
/// throws into a sentence and an exit code.
protocol VaultCommand: ParsableCommand {
    var common: CommonOptions { get }

    /// Does the work. Says everything but the error it throws.
    func perform(_ console: Console) throws(VaultError) -> ExitCode
}

import ArgumentParser
import Glibc
import VaultKit

/// The whole command line: from the process's arguments to its exit code.
package enum Program {
    /// Runs the process's own command line; returns, so that every secret is wiped before the
    /// process ends.
    package static func main() -> Int32 {
        // Before anything else: no core, no reading of our memory by others, private files.
        fillStandardStreams()
        Signals.install()
        let arguments = ArgumentBytes.ofProcess()
        do throws(VaultError) {
            // No core, no reading of our memory by others, private files.
            try Hardening.apply()
            try Hardening.requireRoom()
            try installFaults()
        } catch {
            Console(json: arguments.contains("--json"), quiet: false).failure(error)
            return ExitCode(error.code).rawValue
        }
        let code = run(arguments)
        tellFaults()
        return code.rawValue
    }

    /// Lets the tests break writes and kill the process at a chosen point; debug builds only.
    private static func installFaults() throws(VaultError) {
        #if DEBUG
            guard let spec = Environment.bytes("LIGHTTIGHT_FAULT") else { return }
            guard Faults.install(String(decoding: spec, as: UTF8.self)) else {
                throw VaultError(.usage, "LIGHTTIGHT_FAULT is not understood")
            }
        #endif
    }

    /// With the plan "count": which points were passed, a line each on stderr.
    private static func tellFaults() {
        #if DEBUG
            guard Environment.bytes("LIGHTTIGHT_FAULT") == Array("count".utf8) else { return }
            let console = Console(json: false, quiet: false)
            for (index, name) in Faults.passed.enumerated() {
                console.note("fault point \(index + 1): \(name)")
            }
        #endif
    }

    static func run(_ arguments: [String]) -> ExitCode {
        // Parsing may fail before it knows of --json; errors are JSON all the same.
        let early = Console(json: arguments.contains("--json"), quiet: false)
        do throws(VaultError) {
            try LeakedSecret.refuse(arguments)
        } catch {
            early.failure(error)
            return ExitCode(error.code)
        }
        do {
            let parsed = try Lighttight.parseAsRoot(arguments)
            guard let command = parsed as? any VaultCommand else {
                // The root alone, or `help`: prints the help text by throwing it.
                var other = parsed
                try other.run()
                return .done
            }
            return perform(command)
        } catch {
            return ParseFailure(error, arguments).report(early)
        }
    }

    /// Takes the place of standard streams that the process was started without, so that no file of
    /// the vault is ever opened as one of them; the wrong way round, so that their use fails.
    private static func fillStandardStreams() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
            // The lowest free number is the one wanted, as all below it are taken by now.
            _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }

    private static func perform(_ command: any VaultCommand) -> ExitCode {
        let console = Console(json: command.common.json, quiet: command.common.quiet)
        let code: ExitCode
        do throws(VaultError) {
            code = try command.perform(console)
        } catch {
            console.flush()
            guard !console.readerIsGone || error.code == .interrupted else { return .done }
            console.failure(error)
            return ExitCode(error.code)
        }
        console.flush()
        if let error = console.outputError {
            console.failure(error)
            return ExitCode(error.code)
        }
        return code
    }
}

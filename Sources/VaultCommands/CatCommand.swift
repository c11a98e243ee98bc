import ArgumentParser
import Glibc
import VaultFormat
import VaultKit

struct CatCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "cat",
        abstract: "Write one picture to standard output.",
        discussion: """
            Only bytes whose seal was checked are written; when a later part of the picture turns \
            out damaged, writing ends there and the command fails.

              lighttight cat 3f9a > picture.jpg
              lighttight cat 3f9a | exiftool -
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions
    @OptionGroup var reading: ReadingOptions

    @Argument(help: "The beginning of an ID.")
    var prefix: String

    @Flag(help: "Writes to a terminal, too.")
    var force = false

    func validate() throws {
        if common.json { throw ValidationError("cat writes pictures, not JSON; see show --json") }
    }

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        guard force || !console.outputIsTerminal else {
            throw VaultError(
                .usage, "a picture is not for a terminal",
                hint:
                    "send it to a file or a program: lighttight cat \(Printable.text(Array(prefix.utf8))) > FILE, or insist with --force"
            )
        }
        let prefix = try IDPrefix.checked([prefix])[0]
        let vault = try secrets.unlock(common.open(console, unlogged: reading.unlogged), console)
        try vault.write(prefix, descriptor: STDOUT_FILENO)
        return .done
    }
}

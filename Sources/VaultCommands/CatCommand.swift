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
              lighttight cat 3f9a --rendition > small.jpg
              lighttight cat 3f9a | exiftool -
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions
    @OptionGroup var reading: ReadingOptions

    @Argument(help: "The beginning of an ID.")
    var prefix: String

    @Flag(help: "Writes the thumbnail, a JPEG of at most 320 pixels.")
    var thumbnail = false

    @Flag(help: "Writes a copy made now, a JPEG of at most 2048 pixels, without any metadata.")
    var rendition = false

    @Option(
        help: ArgumentHelp(
            "The longest side of the rendition, 64 to 8192 pixels.", valueName: "pixels"))
    var side: UInt16?

    @Flag(help: "Writes to a terminal, too.")
    var force = false

    func validate() throws {
        if thumbnail, rendition {
            throw ValidationError("--thumbnail and --rendition contradict each other")
        }
        if let side {
            guard rendition else { throw ValidationError("--side belongs to --rendition") }
            guard (64...8192).contains(side) else {
                throw ValidationError("--side must be 64 to 8192")
            }
        }
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
        if thumbnail || rendition {
            try write(preview(prefix, vault))
        } else {
            try vault.write(prefix, descriptor: STDOUT_FILENO)
        }
        return .done
    }

    private func preview(_ prefix: String, _ vault: UnlockedVault) throws(VaultError) -> [UInt8] {
        if rendition {
            return try vault.rendition(
                of: vault.resolved(prefix), side: side ?? 2048, imager: ImagerPlace.require())
        }
        if let jpeg = try vault.thumbnail(of: vault.resolved(prefix)) { return jpeg }
        throw VaultError(
            .noSuchPicture, "this picture has no thumbnail",
            hint: "lighttight index makes thumbnails; lighttight show tells why there is none")
    }

    private func write(_ jpeg: [UInt8]) throws(VaultError) {
        let failed = jpeg.withUnsafeBytes { RawOutput.write($0, to: STDOUT_FILENO) }
        if let failed, failed != EPIPE {
            throw VaultError(
                failed == ENOSPC || failed == EDQUOT ? .full : .failed,
                "cannot write to standard output: " + String(cString: strerror(failed)))
        }
    }
}

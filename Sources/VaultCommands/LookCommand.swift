import ArgumentParser
import Glibc
import VaultFormat
import VaultKit

struct LookCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "look", abstract: "Look one person's pictures up, by their exact subject.",
        discussion: """
            What a desk can do: it finds the pictures of a subject that it can name, newest first, \
            and no others. Each look is in the audit log.

              lighttight look 4711
              lighttight look 4711 --to picture.jpg
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions
    @OptionGroup var reading: ReadingOptions

    @Argument(help: "The subject, as it was given at import.")
    var subject: String

    @Option(
        help: ArgumentHelp(
            "Writes the picture to this new file; - is standard output.", valueName: "file"))
    var to: PathArgument?

    @Option(help: ArgumentHelp("Which one, from the newest.", valueName: "n"))
    var number = 1

    func validate() throws {
        if number < 1 { throw ValidationError("--number counts from 1") }
    }

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        let vault = try common.open(console, unlogged: reading.unlogged)
        let slot = try secrets.open(vault, console)
        guard let to else { return try show(slot, console) }
        try slot.write(
            number: number, of: subject,
            to: { (write) throws(VaultError) in
                try OutputFile.write(to.bytes, write)
            })
        return .done
    }

    private func show(_ slot: OpenSlot, _ console: Console) throws(VaultError) -> ExitCode {
        let pictures = try slot.look(subject)
        if console.json {
            for picture in pictures { console.message("picture", picture.members) }
            console.summary("look", [("pictures", .count(pictures.count))], "")
        } else {
            for (index, picture) in pictures.enumerated() {
                let occurrence = picture.occurrences[0]
                console.result(
                    "\(index + 1)  \(picture.id.hex.prefix(8))  "
                        + Wording.local(Wording.seconds(occurrence.modified).0) + "  "
                        + Wording.size(picture.value.byteCount) + "  "
                        + Printable.text(occurrence.path))
            }
        }
        guard !pictures.isEmpty else {
            throw VaultError(
                .noSuchPicture, "there is no picture of this subject",
                hint: "the subject must be given exactly as it was at import")
        }
        return .done
    }
}

/// A file that one picture is written to.
enum OutputFile {
    /// Makes it (mode 0600, never overwriting), or takes standard output for `-`; after a failure no file is
    /// left.
    static func write(
        _ path: [UInt8], _ body: (Int32) throws(VaultError) -> Void
    ) throws(VaultError) {
        if path == [UInt8(ascii: "-")] { return try body(STDOUT_FILENO) }
        let file = try SecretFile(making: path, for: "file")
        do throws(VaultError) {
            try body(file.descriptor)
        } catch {
            _ = CString.with(path) { unlink($0) }
            throw error
        }
    }
}

import ArgumentParser
import Glibc
import VaultFormat
import VaultKit

struct ShowCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show what is known of a picture.",
        discussion: """
            Also of one in the bin. On a terminal the picture is shown, too, as well as the terminal can: in \
            colours, or as graphics (kitty, iTerm, sixel). What was on the screen may stay in the terminal's memory. \
            The file itself comes with cat or export.

              lighttight show 3f9a
              lighttight show 3f9a --picture never
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions
    @OptionGroup var reading: ReadingOptions

    @Argument(help: "Beginnings of IDs.")
    var prefixes: [String]

    enum PictureChoice: String, ExpressibleByArgument, CaseIterable { case auto, always, never }

    @Option(
        help: ArgumentHelp(
            "Whether the picture is shown, too: auto (on a terminal), always or never.",
            valueName: "when"))
    var picture = PictureChoice.auto

    func validate() throws {
        if picture == .always, common.json {
            throw ValidationError("--picture always and --json contradict each other")
        }
    }

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        var filter = PictureFilter()
        filter.prefixes = try IDPrefix.checked(prefixes)
        filter.bin = .both
        let imager = try picturesImager(console)
        let vault = try secrets.unlock(common.open(console, unlogged: reading.unlogged), console)
        var count = 0
        try vault.pictures(filter) { (picture) throws(VaultError) in
            try Signals.check()
            if console.json {
                console.message("picture", picture.members)
            } else {
                if count > 0 { console.result("") }
                if let imager { try show(picture, vault, imager, console) }
                for line in Self.lines(picture) { console.result(line) }
            }
            count += 1
        }
        if console.json { console.summary("show", [("pictures", .count(count))], "") }
        return .done
    }

    /// What decodes pictures, where they are to be shown.
    private func picturesImager(_ console: Console) throws(VaultError) -> [UInt8]? {
        switch picture {
        case .never: nil
        case .always: try ImagerPlace.require()
        case .auto: console.outputIsTerminal && !console.json ? ImagerPlace.find() : nil
        }
    }

    /// What has no picture to be shown says so among its facts; who insists on one is told here.
    private func show(
        _ picture: Picture, _ vault: UnlockedVault, _ imager: [UInt8], _ console: Console
    ) throws(VaultError) {
        if self.picture == .auto, picture.value.look?.thumbnail == nil { return }
        let pixels: PicturePixels
        do throws(VaultError) {
            pixels = try vault.pixels(of: picture.id, imager: imager)
        } catch {
            guard self.picture == .auto, error.code == .failed || error.code == .damaged else {
                throw error
            }
            return console.warning(error.message, hint: error.hint)
        }
        guard
            let shown = TerminalPicture(
                pixels, isTerminal: console.outputIsTerminal, in: TerminalSize(of: STDOUT_FILENO))
        else { return }
        console.result(bytes: shown.text)
    }

    private static func lines(_ picture: Picture) -> [String] {
        let value = picture.value
        var lines = [
            "picture   " + picture.id.hex, "type      " + plain(value.type.name),
            "size      \(Wording.size(value.byteCount)) (\(value.byteCount) bytes)",
            "sha256    " + value.digest.hex, "imported  " + Wording.local(value.imported),
        ]
        lines += picture.facts.lines(value.look)
        if !value.albums.isEmpty {
            lines.append("albums    " + value.albums.map(plain).joined(separator: ", "))
        }
        if !value.tags.isEmpty {
            lines.append("tags      " + value.tags.map(plain).joined(separator: ", "))
        }
        for occurrence in picture.occurrences {
            lines.append("name      " + Printable.text(occurrence.path))
            lines.append("  from    " + Printable.text(occurrence.root))
            lines.append("  changed " + Wording.local(Wording.seconds(occurrence.modified).0))
            if let removed = occurrence.removed {
                lines.append("  in bin  since " + Wording.local(removed))
            }
            if let album = occurrence.album { lines.append("  album   " + plain(album)) }
            if let until = occurrence.retainUntil {
                lines.append("  keep    until " + Wording.local(until))
            }
            if let subject = occurrence.subject { lines.append("  subject " + plain(subject)) }
        }
        return lines
    }

    private static func plain(_ text: String) -> String { Printable.text(Array(text.utf8)) }
}

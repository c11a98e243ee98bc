import ArgumentParser
import VaultFormat
import VaultKit

struct ShowCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show what is known of a picture.",
        discussion: "Also of one in the bin. The picture itself comes with cat or export.")

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions
    @OptionGroup var reading: ReadingOptions

    @Argument(help: "Beginnings of IDs.")
    var prefixes: [String]

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        var filter = PictureFilter()
        filter.prefixes = try IDPrefix.checked(prefixes)
        filter.bin = .both
        let vault = try secrets.unlock(common.open(console, unlogged: reading.unlogged), console)
        var count = 0
        try vault.pictures(filter) { (picture) throws(VaultError) in
            try Signals.check()
            if console.json {
                console.message("picture", picture.members)
            } else {
                if count > 0 { console.result("") }
                for line in Self.lines(picture) { console.result(line) }
            }
            count += 1
        }
        if console.json { console.summary("show", [("pictures", .count(count))], "") }
        return .done
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

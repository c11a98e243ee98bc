import VaultFormat
import VaultKit

/// The page that a person is handed with their pictures. It stands alone, runs nothing and fetches nothing; whatever
/// a name, caption or label holds is shown as text.
struct SubjectPage {
    private let account: SubjectAccount
    private let clock: LocalClock

    init(_ account: SubjectAccount, clock: LocalClock = .system) {
        self.account = account
        self.clock = clock
    }

    /// The whole page.
    var html: String {
        let title = "Pictures of " + HTMLText.escaped(account.subject)
        let note = account.note.map { "<p>\(HTMLText.escaped($0))</p>" } ?? ""
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
            style-src 'unsafe-inline'">
            <meta name="referrer" content="no-referrer">
            <meta name="robots" content="noindex">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(title)</title>
            <style>
            \(AuditReportPage.style)
            </style>
            </head>
            <body>
            <main>
            <header>
            <p class="kind"><b>\(HTMLText.escaped(account.title))</b><span>What is held about you</span></p>
            <h1><bdi>\(title)</bdi></h1>
            <p class="period">\(clock.day(of: account.made).text)</p>
            \(note)
            </header>
            \(facts)
            \(section("Pictures", pictures.rows.count, pictures, Self.picturesNote))
            \(handlings)
            \(copies)
            <footer>Made with Lighttight from vault \(account.vault.hex). The same for programs is in \
            summary.json.</footer>
            </main>
            </body>
            </html>

            """
    }

    private static let picturesNote = """
        The files are the originals, bit by bit, in the folder beside this page. All that follows is what the \
        vault knows of each: some of it stood in the file itself, some was said by people.
        """
    private static let handlingsNote = """
        From the vault's log, which is signed and cannot be changed unnoticed: everything that was done with \
        these pictures by name. Somebody who listed all pictures of the vault saw that they are there; such \
        lists are in the log without naming each picture.
        """

    private var facts: String {
        var summary = SubjectSummary(name: account.subject)
        for picture in account.export.pictures { summary.add(picture) }
        var rows = [
            ("Pictures", "\(Wording.count(summary.pictures)), \(Wording.size(summary.byteCount))"),
            ("Held since", time(summary.first)), ("The last one came in", time(summary.last)),
        ]
        if let retainUntil = summary.retainUntil {
            rows.append(
                (
                    "To be kept until",
                    time(retainUntil.lowerBound)
                        + (retainUntil.lowerBound == retainUntil.upperBound
                            ? "" : " to " + time(retainUntil.upperBound))
                ))
        }
        if summary.inBin > 0 { rows.append(("In the bin", Wording.count(summary.inBin))) }
        rows.append(("This page was made", time(account.made)))
        let list = rows.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" }
        return
            "<section class=\"facts\">\n<h2>In short</h2>\n<dl>\n\(list.joined(separator: "\n"))\n"
            + "</dl>\n</section>"
    }

    // MARK: - Pictures

    private var pictures: HTMLTable {
        var table = HTMLTable([
            .init("File"), .init("Taken"), .init("Came in"), .init("To be kept until"),
            .init("What is known of it"),
        ])
        for picture in account.export.pictures {
            let files = account.files(of: picture).map(Self.link)
            let until = picture.occurrences.compactMap(\.retainUntil).max()
            table.add([
                files.isEmpty
                    ? "<em>could not be written out</em>" : files.joined(separator: "<br>"),
                picture.facts.taken.map {
                    HTMLText.escaped(FactWords.clock($0.local).replacing("T", with: " "))
                } ?? "", time(picture.value.imported), until.map(time) ?? "", known(picture),
            ])
        }
        return table
    }

    private func known(_ picture: Picture) -> String {
        let value = picture.value
        var lines = [
            value.type.name + ", " + Wording.size(value.byteCount), "SHA-256 " + value.digest.hex,
        ]
        lines += picture.facts.lines(value.look).filter { !$0.hasPrefix("taken ") }
        if !picture.albums.isEmpty {
            lines.append("albums " + picture.albums.joined(separator: ", "))
        }
        if !value.tags.isEmpty { lines.append("tags " + value.tags.joined(separator: ", ")) }
        for occurrence in picture.occurrences {
            let path = occurrence.root + [UInt8(ascii: "/")] + occurrence.path
            lines.append("came from " + String(decoding: path, as: UTF8.self))
            if let removed = occurrence.removed {
                lines.append("in the bin since " + Wording.local(removed))
            }
        }
        return lines.map { "<bdi>\(HTMLText.escaped($0))</bdi>" }.joined(separator: "<br>")
    }

    /// Relative, so that the folder may be moved; each byte of a name that is not plain stands as `%NN`.
    private static func link(_ path: [UInt8]) -> String {
        var address = ""
        for byte in path {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "-"),
                UInt8(ascii: "_"), UInt8(ascii: "."):
                address.unicodeScalars.append(Unicode.Scalar(byte))
            default: address += "%" + Hex.encode([byte]).uppercased()
            }
        }
        let name = path.split(separator: UInt8(ascii: "/")).last.map { Array($0) } ?? path
        return "<a href=\"\(address)\"><bdi>\(HTMLText.escaped(name))</bdi></a>"
    }

    // MARK: - Who did what, and where else it lies

    private var handlings: String {
        guard let handlings = account.handlings else {
            return
                "<section>\n<h2>Who saw them</h2>\n<p class=\"none\">The log was not read for this "
                + "page.</p>\n</section>"
        }
        var table = HTMLTable([
            .init("Time"), .init("Who"), .init("What"), .init("Pictures", isNumber: true),
        ])
        for handling in handlings {
            let who =
                [handling.who.map { "<bdi>\(HTMLText.escaped($0))</bdi>" }]
                + [handling.role.map { "<small>\(HTMLText.escaped($0))</small>" }]
            table.add([
                time(handling.time), who.compactMap(\.self).joined(separator: " "),
                HTMLText.escaped(handling.action), Wording.count(handling.pictures),
            ])
        }
        return section(
            "Who saw them, and what was done", handlings.count, table, Self.handlingsNote)
    }

    private var copies: String {
        guard !account.copies.isEmpty else {
            return
                "<section>\n<h2>Copies</h2>\n<p class=\"none\">No copy of the vault is known.</p>\n"
                + "</section>"
        }
        var table = HTMLTable([.init("Copy"), .init("Brought up to date")])
        for copy in account.copies {
            table.add(["<span class=\"mono\">\(copy.id.hex)</span>", time(copy.time)])
        }
        return section(
            "Copies", account.copies.count, table,
            "Sealed copies of the whole vault, against fire and theft. What is destroyed in the vault is "
                + "destroyed in a copy when it is brought up to date.")
    }

    private func section(_ title: String, _ count: Int, _ table: HTMLTable, _ note: String)
        -> String
    {
        """
        <section>
        <h2>\(title) <span>\(Wording.count(count))</span></h2>
        <p class="note">\(note)</p>
        \(table.html)
        </section>
        """
    }

    private func time(_ moment: Int64) -> String {
        "<time datetime=\"\(clock.iso(moment))\">\(clock.text(moment))</time>"
    }
}

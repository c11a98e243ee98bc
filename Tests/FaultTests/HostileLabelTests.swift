import Foundation
import Glibc
import TestProcesses
import Testing

/// What an attacker calls things.
enum HostileText {
    static let label = "=cmd|'/c calc'!A1,\"<script>alert(1)</script>\u{202E}\u{9B}2J\u{2028}"
    static let subject =
        "+1\n{\"message_type\":\"entry\"}\r\u{1B}]52;c;AAAA\u{7},\"</td><img src=x onerror=alert(1)>&amp;"
    static let name = "@SUM(A1)\n<script src=//x>\u{1B}[2J\".jpg"
}

@Suite("Labels, subjects and names that break out of their field")
struct HostileLabelTests {
    private func stage() async throws -> Stage {
        try Stage(like: try await Fixtures.shared.stage(.hostile))
    }

    /// Whether a terminal shows it as it is: no control characters but line ends, no turning of the line.
    private func isTame(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            scalar == "\n"
                || scalar.properties.generalCategory != .control
                    && scalar.properties.generalCategory != .format
                    && scalar.properties.generalCategory != .lineSeparator
        }
    }

    @Test("ATTACK 43: each entry of the log stays one line of text, and moves no cursor")
    func text() async throws {
        let stage = try await stage()
        let log = try await stage.lighttight(["audit", "log"])
        #expect(log.status == 0 && isTame(log.outputText), "\(log.told)")
        let lines = log.outputText.split(separator: "\n")
        // Made, a slot added, imported, looked up, and this reading.
        #expect(lines.count == 5, "\(log.told)")
        for (number, line) in lines.enumerated() {
            #expect(line.hasPrefix("     \(number)  2"), "\(line)")
        }
        #expect(lines[3].contains("onerror") && lines[3].contains("looked up"), "\(lines[3])")
        for words in [
            ["key", "list"], ["status"], ["audit", "log", "--subject", HostileText.subject],
        ] {
            let ended = try await stage.lighttight(words)
            #expect(ended.status == 0 && isTame(ended.told), "\(words): \(ended.told)")
        }
    }

    @Test("ATTACK 43: each entry is one object of JSON, and says the same to the letter")
    func json() async throws {
        let stage = try await stage()
        let log = try await stage.lighttight(["audit", "log", "--json"])
        #expect(log.status == 0 && isTame(log.outputText), "\(log.told)")
        let entries = try JSONLine.all(in: log.outputText).filter { $0.type == "entry" }
        #expect(entries.count == 5)
        #expect(entries[3].object["subjects"] as? [String] == [HostileText.subject])
        #expect(entries[3].object["actor_label"] as? String == HostileText.label)
        #expect(entries[1].object["slot_label"] as? String == HostileText.label)
        // The same lines as in an export.
        let export = try await stage.lighttight(["audit", "export", "-q", "--to", "log"])
        #expect(export.status == 0, "\(export.told)")
        let opened = try String(contentsOfFile: "\(stage.work)/log/opened.jsonl", encoding: .utf8)
        #expect(opened.split(separator: "\n")[..<5] == log.outputText.split(separator: "\n")[..<5])
    }

    @Test("ATTACK 43: each entry is one row of CSV, and no cell is a formula")
    func csv() async throws {
        let stage = try await stage()
        try stage.put(
            "read.py",
            """
            import csv, json, sys
            print(json.dumps(list(csv.reader(open(sys.argv[1], newline="")))))
            """)
        let read = try await stage.shell(
            "lighttight audit log --csv > log.csv && python3 read.py log.csv")
        #expect(read.status == 0, "\(read.told)")
        let raw = try String(contentsOfFile: stage.work + "/log.csv", encoding: .utf8)
        #expect(isTame(raw), "\(raw)")
        let rows = try #require(
            try JSONSerialization.jsonObject(with: Data(read.output)) as? [[String]])
        #expect(rows.count == 1 + 5)
        for row in rows {
            #expect(row.count == rows[0].count, "\(row)")
            for cell in row {
                #expect(cell.first.map { !"=+-@\t\r".contains($0) } ?? true, "\(cell)")
            }
        }
        #expect(rows[4][2].hasPrefix("'=cmd|"), "\(rows[4])")
        #expect(rows[4][6].hasPrefix("'+1"), "\(rows[4])")
    }

    @Test("ATTACK 43: the report's page has the elements of its own, and no other")
    func report() async throws {
        let stage = try await stage()
        try stage.put(
            "tags.py",
            """
            import html.parser, sys
            class Page(html.parser.HTMLParser):
                tags, text = set(), ""
                def handle_starttag(self, tag, attributes):
                    self.tags |= {tag} | {f"{tag} {name}" for name, _ in attributes if name.startswith("on")}
                    for name, value in attributes:
                        if name in ("href", "src", "action") and not value.startswith("#"): self.tags.add(f"{name}={value}")
                def handle_data(self, data): self.text += data
            page = Page(convert_charrefs=True)
            page.feed(open(sys.argv[1]).read())
            for word in ("<script>alert(1)</script>", "<img src=x onerror=alert(1)>&amp;"):
                print(word in page.text)
            print(*sorted(page.tags & {"script", "img", "iframe", "form", "object", "embed", "base", "link"}))
            print(*sorted(tag for tag in page.tags if " on" in tag or "=" in tag))
            """)
        let told = try await stage.shell(
            "lighttight audit report -q --since 1d --to report.html --title \"$TITLE\" && "
                + "python3 tags.py report.html", ["TITLE": "</title><script>alert(1)</script>"])
        #expect(told.outputText == "True\nTrue\n\n\n", "\(told.told)")
        let page = try String(contentsOfFile: stage.work + "/report.html", encoding: .utf8)
        #expect(isTame(page))
    }

    @Test("ATTACK 43: a label that is more than a line, or none, or another's, is refused")
    func labels() async throws {
        let stage = try await stage()
        for label in [
            "two\nlines", "\u{1B}[2J", "", String(repeating: "x", count: 101), HostileText.label,
        ] {
            for words in [
                ["key", "add", "--label", label, "--recovery", "--recovery-code-out", "code-x"],
                ["key", "change", "owner", "--label", label],
            ] {
                let marks = try stage.marks()
                let ended = try await stage.lighttight(words)
                #expect(ended.status == 2 && isTame(ended.errorText), "\(words): \(ended.told)")
                #expect(try stage.marks() == marks)
                #expect(!FileManager.default.fileExists(atPath: stage.work + "/code-x"))
            }
        }
    }
}

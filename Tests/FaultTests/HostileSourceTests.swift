import Foundation
import Glibc
import TestProcesses
import Testing

@Suite("Sources that are not what they seem")
struct HostileSourceTests {
    private func take(_ stage: Stage, _ words: [String]) async throws -> (Ended, [JSONLine]) {
        let ended = try await stage.lighttight(["import", "--json", "--verbose"] + words)
        return (ended, try JSONLine.all(in: ended.outputText).filter { $0.type == "file" })
    }

    @Test("ATTACK 70: links, FIFOs, sockets and devices are skipped with a reason, named or found")
    func notFiles() async throws {
        let stage = try Stage(like: try await Fixtures.shared.stage(.two))
        try stage.put("secret/\(Stage.canary)-secret", "\(Stage.canary) not to be taken")
        try stage.put("in/\(Stage.canary)-good.jpg", Stage.jpeg("good"))
        let made = try await stage.shell(
            """
            cd in; ln -s ../secret/$CANARY-secret link; ln -s ../secret folder; ln -s loop loop
            mkfifo fifo; ln -s nowhere dangling
            python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("socket")'
            mknod zero c 1 5 || true
            """)
        #expect(made.status == 0, "\(made.told)")
        let state = try await stage.state()
        let (found, lines) = try await take(stage, ["in"])
        #expect(found.status == 0, "\(found.told)")
        let skipped = lines.filter { $0.object["action"] as? String == "skipped" }
        let count = FileManager.default.fileExists(atPath: stage.work + "/in" + "/zero") ? 7 : 6
        #expect(skipped.count == count, "\(found.told)")
        #expect(skipped.allSatisfy { ($0.object["reason"] as? String)?.hasPrefix("is a ") == true })
        // Named one by one, with devices and files of the kernel that never end or have no size.
        let names = ["in/link", "in/fifo", "in/socket", "in/loop", "/dev/zero", "/dev/stdin"]
        let (named, each) = try await take(stage, names)
        #expect(named.status == 0, "\(named.told)")
        #expect(each.allSatisfy { $0.object["action"] as? String == "skipped" }, "\(named.told)")
        #expect(each.count == names.count)
        let (kernel, _) = try await take(stage, ["/proc/self/environ"])
        #expect(kernel.status == 3, "\(kernel.told)")
        #expect(try await stage.state().lines.subtracting(state.lines).count == 1)
        try await stage.requireSound(when: "after hostile sources")
        try stage.requireNoCanary()
    }

    @Test(
        "ATTACK 71: a file that changes while it is read is not stored half",
        arguments: [
            "printf x >> $f", "printf y | dd of=$f bs=1 seek=99 conv=notrunc status=none",
            "truncate -s 17000000 $f; truncate -s 18000000 $f",
        ])
    func changing(_ change: String) async throws {
        let stage = try Stage(like: try await Fixtures.shared.stage(.two))
        try stage.put("in/\(Stage.canary)-changing", Stage.jpeg("changing"))
        truncate(stage.work + "/in/\(Stage.canary)-changing", 18_000_000)
        let state = try await stage.state()
        let writer = try stage.start(
            ["/bin/sh", "-c", "f=in/$CANARY-changing; while :; do \(change); done"]
                .map { Array($0.utf8) })
        let (ended, lines) = try await take(stage, ["in"])
        kill(-writer.process, SIGKILL)
        _ = try writer.wait()
        #expect(ended.status == 3, "\(ended.told)")
        #expect(lines.map { $0.object["action"] as? String } == ["failed"], "\(ended.told)")
        #expect((lines.first?.object["reason"] as? String)?.contains("chang") == true)
        #expect(try await stage.state() == state)
        // Left alone, it comes in as it is by then.
        let (again, _) = try await take(stage, ["in"])
        #expect(again.status == 0, "\(again.told)")
        let same = try await stage.shell(
            "lighttight export --quiet --name '*changing' --to out && diff -r in out/in")
        #expect(same.status == 0, "\(same.told)")
        try await stage.requireSound(when: "after a changing source")
        try stage.requireNoCanary()
    }

    /// A name a kind of mischief, all carrying the canary.
    static let names: [[UInt8]] = [
        Array("\u{1B}[2J\u{1B}]0;gone\u{7}".utf8),
        Array("\u{1B}]52;c;Y2FuYXJ5\u{7}".utf8), [0xC2, 0x9B] + Array("31m".utf8), [0x9B],
        Array("\u{202E}gpj.exe".utf8), Array("\u{2066}isolate\u{200F}".utf8),
        Array("two\nlines\r\ttab".utf8), Array("\\\"'`$(touch owned)".utf8),
        Array("\u{2028}separator".utf8), [0xFF, 0xFE, 0xC3, 0x28], [0x7F, 0x08, 0x08],
    ]

    @Test("ATTACK 72, 74: no name moves a cursor or turns text about, and each comes back as bytes")
    func terminalNames() async throws {
        let stage = try Stage(like: try await Fixtures.shared.stage(.two))
        let mark = Array(Stage.canary.utf8)
        try FileManager.default.createDirectory(
            atPath: stage.work + "/in", withIntermediateDirectories: true)
        for (index, name) in Self.names.enumerated() {
            let path = Array((stage.work + "/in/").utf8) + name + mark + [0]
            let file = path.withUnsafeBytes {
                open($0.baseAddress!.assumingMemoryBound(to: CChar.self), O_CREAT | O_WRONLY, 0o600)
            }
            try #require(file >= 0)
            let bytes = Stage.jpeg("name \(index)")
            #expect(write(file, bytes, bytes.count) == bytes.count)
            close(file)
        }
        let lines = [
            "import --verbose in", "list", "list --json",
            "show --json $(lighttight list | cut -c 1-32)",
            "show $(lighttight list | cut -c 1-32)", "export --verbose --all --to out",
            "export --all --to out --overwrite", "export --json --verbose --all --to other",
            "verify", "import --verbose in/*", "remove --name '*'", "list --bin",
        ]
        for line in lines {
            let ended = try await stage.shell("lighttight \(line)")
            #expect(ended.status == 0, "\(line): \(ended.told)")
            for scalar in (ended.outputText + ended.errorText).unicodeScalars {
                let isHarmless =
                    scalar == "\n" || scalar == "\t"
                    || ![.control, .format, .lineSeparator].contains(
                        scalar.properties.generalCategory)
                #expect(isHarmless, "\(line) prints U+\(String(scalar.value, radix: 16))")
            }
        }
        let same = try await stage.shell(
            "diff -r in out/in && diff -r in other/in && ! test -e owned")
        #expect(same.status == 0, "\(same.told)")
        try stage.requireNoCanary()
    }

    @Test("ATTACK 69, 75: names that look like options, formulas, files of arguments or ways out")
    func lookalikes() async throws {
        let stage = try Stage(like: try await Fixtures.shared.stage(.two))
        let names = [
            "-rf", "--all", "--passphrase", "=1+1", "@pass", "+x", "...", "..x", "x..", "trailing.",
            " ", "~", "a\\..\\b", "%2e%2e%2f", String(repeating: "l", count: 255),
        ]
        for name in names { try stage.put("in/\(name)", Stage.jpeg(name)) }
        let found = try await stage.lighttight(["import", "in"])
        #expect(found.status == 0, "\(found.told)")
        // The same as arguments: behind "--" nothing is an option.
        let named = try await stage.shell(
            "cd in && lighttight import --json --verbose -- * ... ..x")
        #expect(named.status == 0, "\(named.told)")
        let actions = try JSONLine.all(in: named.outputText).filter { $0.type == "file" }
        #expect(actions.count == names.count, "\(named.told)")
        for layout in ["original", "flat", "date"] {
            let ended = try await stage.lighttight(
                ["export", "--quiet", "--all", "--to", layout, "--layout", layout])
            #expect(ended.status == 0, "\(ended.told)")
        }
        let same = try await stage.shell("diff -r in original/in && ls -A | sort | tr '\\n' ' '")
        #expect(same.status == 0, "\(same.told)")
        #expect(same.outputText == "date flat in original pass ", "\(same.told)")
        let chosen = try await stage.lighttight(["list", "--name=*/-rf"])
        #expect(chosen.outputText.split(separator: "\n").count == 1, "\(chosen.told)")
    }

    @Test("ATTACK 73: names that differ by case, by form, or only by their folder all survive")
    func collisions() async throws {
        let stage = try Stage(like: try await Fixtures.shared.stage(.two))
        let names = ["caf\u{E9}", "cafe\u{301}", "CAF\u{C9}", "Cafe", "cafe"]
        for folder in ["a", "b"] {
            for name in names {
                try stage.put("in/\(folder)/\(name).jpg", Stage.jpeg(folder + name))
            }
        }
        let ended = try await stage.shell(
            """
            lighttight import --quiet in && lighttight export --quiet --all --to out &&
            diff -r in out/in && lighttight export --quiet --name 'in/*/*' --to flat --layout flat &&
            find flat -type f | wc -l &&
            find in flat -type f -exec sha256sum {} + | cut -c 1-64 | sort | uniq -c | grep -c ' 2 '
            """)
        #expect(ended.outputText == "10\n10\n", "\(ended.told)")
    }
}

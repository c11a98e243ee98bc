import Foundation
import TestProcesses
import Testing

@Suite("Doctor, killed at its steps")
struct DoctorKillTests {
    /// A vault in whose place its own older records were put after a purge.
    private struct PutBack {
        let stage: Stage
        /// Wrapped keys that were destroyed, and are back.
        let doomed: [[UInt8]]
        let points: [String]

        init() async throws {
            stage = try Stage(like: try await Fixtures.shared.stage(.binned), onDisk: true)
            let keys = try stage.wrappedKeys()
            let line = """
                set -e; mkdir old; cp -p "$LIGHTTIGHT_VAULT"/records.* old
                lighttight purge -q --all --yes
                """
            let purged = try await stage.shell(line)
            try #require(purged.status == 0, "\(purged.told)")
            let left = try stage.wrappedKeys()
            doomed = keys.filter { !left.contains($0) }
            try #require(!doomed.isEmpty)
            let back = try await stage.shell("cp -p old/* \"$LIGHTTIGHT_VAULT\"")
            try #require(back.status == 0)
            let trial = try Stage(like: stage, onDisk: true)
            points = Course.points(in: try await PutBack.accept(trial, fault: "count"))
            try #require(!points.isEmpty)
            try trial.requireNowhere(doomed, "undisturbed")
        }

        static func accept(_ stage: Stage, fault: String? = nil) async throws -> Ended {
            try await stage.lighttight(["doctor", "--accept-restore", "--yes"], fault: fault)
        }
    }

    @Test(
        "ATTACK 5, 27, 47: killed while an older state is accepted: as before, or done; then done")
    func accept() async throws {
        let scene = try await PutBack()
        try await atATime(3, Course.sample(14, of: scene.points)) { number in
            let stage = try Stage(like: scene.stage, onDisk: true)
            let when: Comment = "killed at \(number), \(scene.points[number - 1])"
            let killed = try await PutBack.accept(stage, fault: "kill@\(number)")
            #expect(killed.isKilled, "\(when): \(killed.told)")
            // Whatever was done by then, what was destroyed is not shown.
            let list = try await stage.lighttight(["list", "--all", "--json"])
            #expect(
                list.status == 19
                    || list.status == 0 && !list.outputText.contains("\(Stage.canary) album"),
                "\(when): \(list.told)")
            let again = try await PutBack.accept(stage)
            #expect(again.status == 0, "\(when): again: \(again.told)")
            try stage.requireNowhere(scene.doomed, when)
            try await stage.requireSound(when: when)
            let look = try await stage.lighttight(["doctor"])
            #expect(look.status == 0, "\(when): \(look.told)")
            try stage.requireNoCanary()
        }
    }

    /// What is done to a vault, and what mends it.
    private static let injuries: [(name: String, lines: String)] = [
        ("records-damaged", "rm \"$LIGHTTIGHT_VAULT/records.db\""),
        ("records-copy", "echo x > \"$LIGHTTIGHT_VAULT/records.bak\""),
        ("header-copy", ": > \"$LIGHTTIGHT_VAULT/vault.json\""),
        ("file-modes", "chmod -R o+rw \"$LIGHTTIGHT_VAULT\""),
        (
            "foreign-journal",
            "f=\"$LIGHTTIGHT_VAULT/records.db-wal.foreign\"; head -c 9999 /dev/zero > \"$f\"; chmod 600 \"$f\""
        ),
        ("missing-pack", "rm \"$(find \"$LIGHTTIGHT_VAULT/packs\" -type f | head -n 1)\""),
        (
            "orphan-pack",
            """
            f="$LIGHTTIGHT_VAULT/packs/00/$(printf '%064d' 0)"; echo x > "$f"; chmod 600 "$f"
            """
        ),
    ]

    @Test(
        "ATTACK 47: killed while it mends: the same call mends it", arguments: injuries.map(\.name))
    func repairs(_ code: String) async throws {
        let injury = try #require(Self.injuries.first { $0.name == code })
        let hurt = try Stage(like: try await Fixtures.shared.stage(.full), onDisk: true)
        let copied = try await hurt.lighttight(["backup", "-q", hurt.copy])
        try #require(copied.status == 0, "\(copied.told)")
        let state = try await hurt.state()
        let done = try await hurt.shell(injury.lines)
        try #require(done.status == 0, "\(done.told)")
        let words = ["doctor", "--repair", "--yes", code]
        let counted = try await Stage(like: hurt, onDisk: true).lighttight(words, fault: "count")
        #expect(counted.outputText.contains("mended: \(code)"), "\(counted.told)")
        let points = Course.points(in: counted)
        try await atATime(3, Course.sample(6, of: points)) { number in
            let stage = try Stage(like: hurt, onDisk: true)
            let when: Comment = "\(code), killed at \(number), \(points[number - 1])"
            let killed = try await stage.lighttight(words, fault: "kill@\(number)")
            #expect(killed.isKilled, "\(when): \(killed.told)")
            let again = try await stage.lighttight(words)
            #expect(again.status == 0, "\(when): again: \(again.told)")
            #expect(try await stage.state() == state, "\(when)")
            try await stage.requireSound(when: when)
            let look = try await stage.lighttight(["doctor"])
            #expect(
                look.status == 0 && !look.outputText.contains("(\(code))"), "\(when): \(look.told)")
        }
    }
}

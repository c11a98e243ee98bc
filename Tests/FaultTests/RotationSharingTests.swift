import Foundation
import Glibc
import TestProcesses
import Testing

@Suite("New keys while other commands work")
struct RotationSharingTests {
    /// Starts a command, makes new keys meanwhile, and gives how both ended.
    private func beside(
        _ stage: Stage, _ words: [String], after milliseconds: UInt32
    ) async throws -> (other: Ended, rotation: Ended) {
        let other = try stage.startLighttight(words)
        usleep(milliseconds * 1_000)
        let rotation = try await stage.lighttight(["key", "rotate"])
        return (try other.wait(), rotation)
    }

    /// Stops a command in the middle, at the first fault point of a name, makes new keys, and lets it go on.
    ///
    /// - Parameter make: a stage in which it has not run yet.
    private func within(
        _ words: [String], at point: String, _ make: () async throws -> Stage
    ) async throws -> (stage: Stage, old: [[UInt8]], other: Ended, rotation: Ended) {
        let counted = try await make().lighttight(words, fault: "count")
        let points = Course.points(in: counted)
        let number = try #require(points.firstIndex(of: point), "\(counted.told)") + 1
        let stage = try await make()
        let old = try stage.wrappedKeys()
        let other = try stage.startLighttight(words, ["LIGHTTIGHT_FAULT": "stop@\(number)"])
        try other.waitUntilStopped()
        let rotation = try await stage.lighttight(["key", "rotate"])
        kill(other.process, SIGCONT)
        return (stage, old, try other.wait(), rotation)
    }

    /// What was wrapped before is nowhere any more; all is authentic, and the log says so.
    private func requireRotated(
        _ stage: Stage, _ old: [[UInt8]], _ when: Comment
    ) async throws {
        try await stage.requireSound(when: when)
        try await stage.requireLogSound(when: when)
        try stage.requireNowhere(old, when)
        try stage.requireNoCanary()
    }

    @Test(
        "ATTACK 58: an import in the middle of which a rotation comes loses nothing, and wraps nothing with a dead key",
        arguments: ["create", "fsync"])
    func importing(_ point: String) async throws {
        let words = ["import", "in", "--subject", "4711"]
        let (stage, old, imported, rotation) = try await within(words, at: point) {
            let stage = try Stage(like: try await Fixtures.shared.stage(.two))
            for number in 0..<30 {
                try stage.put("in/\(Stage.canary)-\(number)", Stage.jpeg("picture \(number)"))
            }
            return stage
        }
        #expect(rotation.status == 0, "\(rotation.told)")
        // It says that the keys were changed, and goes on when it is run again.
        #expect(imported.status == 11, "\(imported.told)")
        try DiskErrorTests.requireOneSentence(imported, "import beside a rotation")
        #expect(imported.errorText.contains("rotated meanwhile"), "\(imported.told)")
        let again = try await stage.lighttight(words)
        #expect(again.status == 0, "\(again.told)")
        let same = try await stage.shell(
            "lighttight export -q --name 'in/*' --to out && diff -r in out/in")
        #expect(same.status == 0, "\(same.told)")
        // A desk's keys are of the new root, too.
        let look = try await stage.lighttight(["look", "4711"])
        #expect(look.outputText.split(separator: "\n").count == 30, "\(look.told)")
        try await requireRotated(stage, old, "after an import beside a rotation")
    }

    @Test(
        "ATTACK 58: a purge or a compaction beside a rotation: both are done",
        arguments: [["purge", "--all", "--yes"], ["compact", "--all"]])
    func maintenance(_ words: [String]) async throws {
        let stage = try Stage(
            like: try await Fixtures.shared.stage(words[0] == "purge" ? .binned : .holes))
        let old = try stage.wrappedKeys()
        let before = try await stage.state()
        let (other, rotation) = try await beside(stage, words, after: 60)
        #expect(rotation.status == 0, "\(rotation.told)")
        #expect([0, 11].contains(other.status), "\(other.told)")
        if other.status != 0 {
            let again = try await stage.lighttight(words)
            #expect(again.status == 0, "\(again.told)")
        }
        let after = try await stage.state()
        let kept = before.lines.filter { words[0] == "compact" || !$0.contains("] in the bin") }
        #expect(after.lines == kept)
        try await requireRotated(stage, old, "after \(words) beside a rotation")
    }

    @Test(
        "a rotation between the opening of a vault and the reading of its records is no damage",
        arguments: [
            ["verify"], ["list"], ["compact"], ["export", "--all", "--to", "out"],
            ["look", "\(Stage.canary) subject"], ["remove", "--name", "*hill*"],
        ])
    func opened(_ words: [String]) async throws {
        // The first that a command writes is the copy of the header, when that is not what it was.
        let (stage, old, other, rotation) = try await within(words, at: "create") {
            let stage = try Stage(like: try await Fixtures.shared.stage(.full))
            truncate(stage.vault + "/vault.json", 9)
            return stage
        }
        #expect(rotation.status == 0, "\(rotation.told)")
        #expect(other.status == 11 && other.output.isEmpty, "\(other.told)")
        #expect(other.errorText.contains("rotated meanwhile"), "\(other.told)")
        let again = try await stage.lighttight(words)
        #expect(again.status == 0, "\(again.told)")
        try await requireRotated(stage, old, "after \(words) with old keys")
    }

    @Test(
        "ATTACK 59: an export in the middle of which a rotation comes gives every picture as it was"
    )
    func exporting() async throws {
        let words = ["export", "--all", "--to", "out"]
        let (stage, old, exported, rotation) = try await within(words, at: "link") {
            try Stage(like: try await Fixtures.shared.stage(.full))
        }
        #expect(rotation.status == 0, "\(rotation.told)")
        #expect([0, 11].contains(exported.status), "\(exported.told)")
        // Whatever was written is whole; the rest comes when it is run again.
        let again = try await stage.lighttight(["export", "-q", "--all", "--to", "out"])
        #expect(again.status == 0, "\(again.told)")
        let sources = try Fixtures.sources.get().work
        let same = try await stage.shell(
            "for name in base a b; do diff -r '\(sources)'/$name out/$name || exit; done")
        #expect(same.status == 0, "\(same.told)")
        try await requireRotated(stage, old, "after an export beside a rotation")
    }
}

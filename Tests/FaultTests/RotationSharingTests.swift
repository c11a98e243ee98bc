import Foundation
import Glibc
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
        "ATTACK 58: an import beside a rotation loses nothing, and wraps nothing with a dead key",
        arguments: [60, 200] as [UInt32])
    func importing(_ milliseconds: UInt32) async throws {
        let stage = try Stage(like: try await Fixtures.shared.stage(.two))
        for number in 0..<60 {
            try stage.put("in/\(Stage.canary)-\(number)", Stage.jpeg("picture \(number)"))
        }
        let old = try stage.wrappedKeys()
        let (imported, rotation) = try await beside(
            stage, ["import", "in", "--subject", "4711"], after: milliseconds)
        #expect(rotation.status == 0, "\(rotation.told)")
        // 11: it says that the keys were changed, and goes on when it is run again.
        #expect([0, 11].contains(imported.status), "\(imported.told)")
        if imported.status != 0 {
            try DiskErrorTests.requireOneSentence(imported, "import beside a rotation")
        }
        let again = try await stage.lighttight(["import", "in", "--subject", "4711"])
        #expect(again.status == 0, "\(again.told)")
        let same = try await stage.shell(
            "lighttight export -q --name 'in/*' --to out && diff -r in out/in")
        #expect(same.status == 0, "\(same.told)")
        // A desk's keys are of the new root, too.
        let look = try await stage.lighttight(["look", "4711"])
        #expect(look.outputText.split(separator: "\n").count == 60, "\(look.told)")
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
        let kept = before.lines.filter { words[0] == "compact" || !$0.hasSuffix("in the bin") }
        #expect(after.lines == kept)
        try await requireRotated(stage, old, "after \(words) beside a rotation")
    }

    @Test("ATTACK 59: an export beside a rotation gives every picture as it was")
    func exporting() async throws {
        let stage = try Stage(like: try await Fixtures.shared.stage(.full))
        for number in 0..<60 {
            try stage.put("many/\(Stage.canary)-\(number)", Stage.jpeg("picture \(number)"))
        }
        #expect(try await stage.lighttight(["import", "-q", "many"]).status == 0)
        let old = try stage.wrappedKeys()
        let (exported, rotation) = try await beside(
            stage, ["export", "--all", "--to", "out"], after: 90)
        #expect(rotation.status == 0, "\(rotation.told)")
        #expect([0, 11].contains(exported.status), "\(exported.told)")
        // Whatever was written is whole; the rest comes when it is run again.
        let again = try await stage.lighttight(["export", "-q", "--all", "--to", "out"])
        #expect(again.status == 0, "\(again.told)")
        let same = try await stage.shell("diff -r many out/many")
        #expect(same.status == 0, "\(same.told)")
        try await requireRotated(stage, old, "after an export beside a rotation")
    }
}

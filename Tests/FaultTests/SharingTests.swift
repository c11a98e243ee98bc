import Foundation
import Glibc
import TestProcesses
import Testing

@Suite("Commands at the same time")
struct SharingTests {
    @Test("ATTACK 57: two importers of one folder keep one object of each picture")
    func twoImporters() async throws {
        for _ in 0..<2 {
            let stage = try Stage(like: try await Fixtures.shared.stage(.two))
            for number in 0..<150 {
                try stage.put("in/\(Stage.canary)-\(number)", Stage.jpeg("picture \(number)"))
            }
            let first = try stage.startLighttight(["import", "in"])
            let second = try stage.startLighttight(["import", "in"])
            for ended in [try first.wait(), try second.wait()] {
                #expect(ended.status == 0, "\(ended.told)")
            }
            let state = try await stage.state()
            #expect(state.lines.count == 152)
            let list = try await stage.lighttight(["list", "--all"])
            #expect(list.outputText.split(separator: "\n").count == 152)
            try await stage.requireSound(when: "after two importers")
            let compact = try await stage.lighttight(["compact", "--all"])
            #expect(compact.status == 0, "\(compact.told)")
            #expect(try await stage.state() == state)
            try await stage.requireSound(when: "after two importers and compact")
            try stage.requireNoCanary()
        }
    }

    @Test(
        "ATTACK 58: an import beside a purge or a compaction loses nothing",
        arguments: [["purge", "--all", "--yes"], ["compact", "--all"]], [0, 40, 90])
    func importBeside(_ other: [String], _ milliseconds: Int) async throws {
        let stage = try Stage(like: try await Fixtures.shared.stage(.binned))
        for number in 0..<60 {
            try stage.put("in/\(Stage.canary)-\(number)", Stage.jpeg("picture \(number)"))
        }
        // One content that is in the bin, and so about to be destroyed, comes in again meanwhile.
        try stage.put("in/\(Stage.canary)-hill", Stage.jpeg("hill"))
        let importing = try stage.startLighttight(["import", "in"])
        usleep(UInt32(milliseconds) * 1000)
        let beside = try await stage.lighttight(other)
        let imported = try importing.wait()
        #expect(beside.status == 0, "\(beside.told)")
        #expect(imported.status == 0 || imported.status == 3, "\(imported.told)")
        try await stage.requireSound(when: "after an import beside \(other)")
        // What was skipped because it had just been purged comes in when that is wanted.
        let again = try await stage.lighttight(["import", "--again", "in"])
        #expect(again.status == 0, "\(again.told)")
        let same = try await stage.shell(
            "lighttight export --quiet --name 'in/*' --to out && diff -r in out/in")
        #expect(same.status == 0, "\(same.told)")
        try await stage.requireSound(when: "after importing again")
        try stage.requireNoCanary()
    }

    @Test("ATTACK 59: an export while packs are compacted gives every picture", arguments: [0, 30])
    func exportBeside(_ milliseconds: Int) async throws {
        let stage = try Stage(like: try await Fixtures.shared.stage(.holes))
        for number in 0..<100 {
            try stage.put("many/\(Stage.canary)-\(number)", Stage.jpeg("picture \(number)"))
        }
        #expect(try await stage.lighttight(["import", "--quiet", "many"]).status == 0)
        let exporting = try stage.startLighttight(["export", "--all", "--to", "out"])
        usleep(UInt32(milliseconds) * 1000)
        let compact = try await stage.lighttight(["compact", "--all"])
        let exported = try exporting.wait()
        #expect(compact.status == 0, "\(compact.told)")
        #expect(exported.status == 0, "\(exported.told)")
        let same = try await stage.shell("diff -r many out/many")
        #expect(same.status == 0, "\(same.told)")
        try await stage.requireSound(when: "after an export beside a compaction")
        try stage.requireNoCanary()
    }

    @Test("ATTACK 60: a stopped holder of the lock is waited for; killed, it holds nothing")
    func killedHolder() async throws {
        let stage = try Stage(like: try await Fixtures.shared.stage(.full))
        let holder = try stage.start(
            ["/usr/bin/flock", stage.vault + "/locks" + "/write", "/bin/sleep", "60"]
                .map { Array($0.utf8) })
        usleep(100_000)
        let during = try stage.startLighttight(["remove", "--name", "*hill*"])
        usleep(300_000)
        #expect(kill(during.process, 0) == 0)
        kill(-holder.process, SIGKILL)
        _ = try holder.wait()
        let ended = try during.wait()
        #expect(ended.status == 0, "\(ended.told)")
        try await stage.requireSound(when: "after a killed holder")
    }
}

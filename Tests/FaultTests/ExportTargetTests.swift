import Foundation
import Glibc
import TestProcesses
import Testing

@Suite("Targets of an export that lead elsewhere")
struct ExportTargetTests {
    @Test("ATTACK 77: a target that is a link is refused")
    func linkedTarget() async throws {
        let stage = try Stage(like: try await Fixtures.shared.stage(.full))
        _ = try await stage.shell("mkdir elsewhere; ln -s elsewhere out")
        for words in [[], ["--overwrite"]] {
            let ended = try await stage.lighttight(["export", "--all", "--to", "out"] + words)
            #expect(ended.status == 1, "\(ended.told)")
        }
        #expect(try await stage.shell("find elsewhere | wc -l").outputText == "1\n")
    }

    @Test(
        "ATTACK 77: links inside the target are not followed, whatever may be overwritten",
        arguments: ["", "--overwrite"])
    func linksInside(_ option: String) async throws {
        let stage = try Stage(like: try await Fixtures.shared.stage(.full))
        let made = try await stage.shell(
            """
            mkdir -p elsewhere out/b; echo mine > elsewhere/file; ln -s ../elsewhere out/a
            ln -s ../../elsewhere/file "out/b/$CANARY-empty.jpg"
            ln -s ../../elsewhere/new "out/b/$CANARY-sea again.jpg"
            """)
        try #require(made.status == 0)
        let ended = try await stage.shell("lighttight export --json --all --to out \(option)")
        #expect(ended.status == 3, "\(ended.told)")
        let kinds = try JSONLine.all(in: ended.outputText).filter { $0.type == "file" }
            .map { $0.object["action"] as? String ?? "" }.sorted()
        let expected =
            option.isEmpty ? ["failed", "failed", "kept", "kept"] : ["failed", "failed"]
        #expect(kinds == expected, "\(ended.told)")
        let left = try await stage.shell("ls -A elsewhere; cat elsewhere/file; readlink out/a")
        #expect(left.outputText == "file\nmine\n../elsewhere\n", "\(left.told)")
        // What could be put out is whole.
        let sources = try Fixtures.sources.get().work
        let same = try await stage.shell("diff -r '\(sources)/base' out/base")
        #expect(same.status == 0, "\(same.told)")
        try stage.requireNoCanary()
    }
}

import Foundation
import PictureSamples
import TestProcesses
import Testing

@Suite("Looking at pictures, as the program does it")
struct LookTests {
    @Test(
        "ATTACKS 64 to 68, 75, 76: bombs and disguises cost themselves a thumbnail, and are stored bit-exact"
    )
    func bombs() async throws {
        let stage = try Stage(like: try await Fixtures.shared.stage(.two))
        try FileManager.default.createDirectory(
            atPath: stage.work + "/in", withIntermediateDirectories: true)
        let made = try await stage.shell("python3 -c \"$MAKER\" in", ["MAKER": Bombs.maker])
        try #require(made.status == 0, "\(made.told)")
        // Names that a program could take for options or formulas; a JPEG whose facts run in a circle.
        let circle: [UInt8] =
            Array("II*\0".utf8) + little(8, 4) + little(1, 2) + little(0x8769, 2) + little(4, 2)
            + little(1, 4) + little(8, 4) + little(8, 4)
        for name in ["-rf.jpg", "=1+1.jpg", "@x.jpg"] {
            try stage.put("in/" + name, [0xFF, 0xD8] + exifSegment(circle) + [0xFF, 0xD9])
        }
        let samples = try await stage.shell("lighttight-samples members in/honest --count 1")
        try #require(samples.status == 0, "\(samples.told)")
        let ended = try await stage.shell("lighttight import --json in")
        #expect(ended.status == 0, "\(ended.told)")
        let lines = try JSONLine.all(in: ended.outputText)
        let summary = try #require(lines.last?.object)
        let names = try FileManager.default.subpathsOfDirectory(atPath: stage.work + "/in")
            .filter { !FileManager.default.isFolder(stage.work + "/in/" + $0) }
        #expect(summary["looked"] as? Int == names.count - 2 + 2, "\(ended.told)")
        let marked = lines.filter { $0.type == "unreadable" }
        #expect(!marked.isEmpty && marked.count == summary["unreadable"] as? Int)
        // Whatever was marked, every byte is there, and the honest one has its thumbnail.
        let exported = try await stage.shell(
            "lighttight export --quiet --all --to out; diff -r in out/in")
        #expect(exported.status == 0, "\(exported.told)")
        let shown = try await stage.shell("lighttight list --json --name 'in/honest/*/*'")
        let honest = try JSONLine.all(in: shown.outputText).first?.object["facts"] as? [String: Any]
        #expect(honest?["thumbnail_bytes"] is Int, "\(shown.told)")
        try await stage.requireSound(when: "after bombs")
    }

    @Test(
        "without an imager pictures are stored all the same, and one sentence says what is missing")
    func withoutImager() async throws {
        let stage = try Stage(like: try await Fixtures.shared.stage(.two))
        try stage.put("in/\(Stage.canary)-new.jpg", Stage.jpeg("new"))
        let alone = try await stage.shell(
            "mkdir bin; cp \"$(command -v lighttight)\" bin/lighttight; bin/lighttight import in")
        #expect(alone.status == 0, "\(alone.told)")
        #expect(
            alone.errorText.contains("the pictures are stored, but were not all looked at")
                && alone.errorText.contains("lighttight-imager, is missing"), "\(alone.told)")
        let index = try await stage.shell("bin/lighttight index")
        #expect(index.status == 1 && index.errorText.contains("is missing"), "\(index.told)")
        let later = try await stage.lighttight(["index", "--json"])
        let summary = try JSONLine.all(in: later.outputText).last?.object
        #expect(later.status == 0 && summary?["looked"] as? Int == 3, "\(later.told)")
        try stage.requireNoCanary()
    }
}

extension FileManager {
    fileprivate func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }
}

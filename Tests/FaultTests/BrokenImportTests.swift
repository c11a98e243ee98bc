import Foundation
import PictureSamples
import TestProcesses
import Testing

@Suite("Broken pictures of every format, through the program")
struct BrokenImportTests {
    /// Makes a small one of each format from one picture of the samples.
    private static let maker = """
        lighttight-samples members made --count 1 > made.txt && one=$(find made -name '*.jpg') &&
        mkdir honest in && for kind in jpg png gif webp tiff heic avif; do
            vips thumbnail "$one" "honest/a.$kind" 96 || exit 1
        done
        """

    @Test(
        "ATTACKS 63, 68: flips, cuts, lies and mixtures cost a thumbnail at most; every byte comes back"
    )
    func broken() async throws {
        let stage = try Stage(like: try await Fixtures.shared.stage(.two))
        let made = try await stage.shell(Self.maker)
        try #require(made.status == 0, "\(made.told)")
        var honest: [(end: String, bytes: [UInt8])] = [
            ("mov", Film().encoded),
            (
                "zip",
                ZipSample([.init("a", [1]), .init("b", [UInt8](repeating: 2, count: 99))]).bytes
            ),
        ]
        for end in ["jpg", "png", "gif", "webp", "tiff", "heic", "avif"] {
            let path = (stage.work as NSString).appendingPathComponent("honest/a." + end)
            honest.append((end, [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))))
        }
        let count = Course.isLong ? 5_000 : 225
        var mutator = Mutator(seed: 68)
        var different: Set<[UInt8]> = []
        for number in 0..<count {
            let (end, bytes) = honest[number % honest.count]
            let other = honest[mutator.below(honest.count)].bytes
            let broken = mutator.broken(bytes, other: other)
            different.insert(broken)
            try stage.put("in/\(number).\(end)", broken)
        }
        #expect(different.count > count * 9 / 10)
        let ended = try await stage.shell("lighttight import --json in")
        #expect(ended.status == 0, "\(ended.told)")
        let lines = try JSONLine.all(in: ended.outputText)
        let summary = try #require(lines.last?.object)
        // All of them were looked at, and the imager told of each that it could not read.
        let looked = try #require(summary["looked"] as? Int)
        #expect(looked >= different.count && summary["failed"] as? Int == 0, "\(ended.told)")
        let marked = lines.filter { $0.type == "unreadable" }
        #expect(marked.count == summary["unreadable"] as? Int)
        #expect(marked.count > count / 10 && marked.count < looked, "\(marked.count)")
        let exported = try await stage.shell(
            "lighttight export --quiet --all --to out; diff -r in out/in")
        #expect(exported.status == 0, "\(exported.told)")
        try await stage.requireSound(when: "after broken pictures")
    }
}

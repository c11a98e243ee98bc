import Foundation
import Testing
import VaultKit

@testable import VaultCommands

@Suite("Small parts of the command line")
struct SmallPartsTests {
    @Test(
        "an argument comes back byte for byte, whatever it holds",
        arguments: [
            Array("plain".utf8), Array("Ærø ü 写真".utf8), [0xFF], [0xC3], [0xE2, 0x82],
            [0x61, 0xF0, 0x9F, 0x62], [0xED, 0xA0, 0x80], Array("\u{10FE41}".utf8),
            Array("\u{10FE41}".utf8) + [0xFF], Array("a\u{10FEFF}ü".utf8), [0xC0, 0xAF],
            Array("e\u{301}".utf8) + [0x80],
        ] as [[UInt8]])
    func argumentBytes(_ bytes: [UInt8]) {
        let text = ArgumentBytes.text(of: bytes)
        #expect(ArgumentBytes.bytes(of: text) == bytes)
    }

    @Test("text without private code points is carried as it is")
    func argumentText() {
        #expect(ArgumentBytes.text(of: Array("--name=Ærø".utf8)) == "--name=Ærø")
    }

    @Test(
        "sizes are told in three digits at most",
        arguments: [
            (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (1049, "1.0 kB"), (9949, "9.9 kB"),
            (9951, "10 kB"), (999_499, "999 kB"), (999_500, "1.0 MB"), (1_400_000_000, "1.4 GB"),
            (UInt64.max, "18 EB"),
        ] as [(UInt64, String)])
    func sizes(_ byteCount: UInt64, _ text: String) {
        #expect(Wording.size(byteCount) == text)
    }

    @Test(
        "durations are told in the unit that fits",
        arguments: [
            (0, "0.0 s"), (9.94, "9.9 s"), (9.96, "10 s"), (59.4, "59 s"), (59.6, "1:00 min"),
            (3599, "59:59 min"), (7260, "2:01 h"), (1e18, "833333:20 h"),
        ] as [(Double, String)])
    func durations(_ seconds: Double, _ text: String) {
        #expect(Wording.duration(seconds) == text)
    }

    @Test("counts are grouped by thousands")
    func counts() {
        #expect(Wording.count(0) == "0")
        #expect(Wording.count(999) == "999")
        #expect(Wording.count(474_651) == "474,651")
        #expect(Wording.count(-1_000) == "-1,000")
        #expect(Wording.count(1, "copy", "copies") == "1 copy")
        #expect(Wording.count(2, "copy", "copies") == "2 copies")
    }

    @Test(
        "times are RFC 3339, also before 1970",
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (1, "1970-01-01T00:00:00.000000001Z"),
            (-1, "1969-12-31T23:59:59.999999999Z"),
            (1_795_000_000_500_000_000, "2026-11-18T11:06:40.500000000Z"),
        ] as [(Int64, String)])
    func times(_ nanoseconds: Int64, _ text: String) {
        #expect(Wording.utc(nanoseconds: nanoseconds) == text)
    }

    @Test("JSON escapes what is not JSON, and what moves a cursor or turns a line")
    func json() throws {
        let nasty = "a\"b\\c\nd\te\u{0}f\u{1B}[2Jg\u{202E}h\u{9B}i\u{2028}jü写"
        let line = JSON.object([("x", .text(nasty)), ("n", .number(-1.5)), ("u", .null)]).line
        let value = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        #expect(value?["x"] as? String == nasty)
        #expect(value?["n"] as? Double == -1.5)
        #expect(
            !line.unicodeScalars.contains {
                $0.value < 32 || $0.value == 0x202E || $0.value == 0x9B
            })
    }

    @Test("base64 is what Foundation says it is")
    func base64() {
        for count in 0..<40 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 37 + 200) }
            #expect(JSON.base64(bytes) == Data(bytes).base64EncodedString())
        }
    }

    @Test("a path is text when it can be, and base64 when not")
    func paths() {
        #expect(JSON.path("path", Array("ü".utf8)).0 == "path")
        #expect(JSON.path("path", [0xFF]).0 == "path_base64")
    }

    @Test(
        "dates that are no dates are refused",
        arguments: [
            "", "2026", "2026-13-01", "2026-02-30", "2026-11-21T24:00", "2026-11-21T10:60", "7x",
            "-7d",
            "d", "2026-11-21T", "21.11.2026", "2026-1-2", "２０２６-11-21",
        ])
    func noDates(_ text: String) {
        #expect(DateArgument(text, now: 0) == nil)
    }

    @Test("a day lasts until the next midnight, a moment no time at all")
    func days() throws {
        let day = try #require(DateArgument("2026-11-21", now: 0))
        #expect(day.end - day.start == 86_400)
        let moment = try #require(DateArgument("2026-11-21T10:00", now: 0))
        #expect(moment.start == moment.end)
        #expect(moment.start - day.start == 36_000)
        #expect(DateArgument("2026-11-21 10:00:30", now: 0)?.start == moment.start + 30)
    }

    @Test("so long ago counts back from now")
    func ago() {
        let now: Int64 = 1_795_000_000
        #expect(DateArgument("3h", now: now)?.start == now - 3 * 3600)
        #expect(DateArgument("7d", now: now)?.start == DateArgument("1w", now: now)?.start)
        #expect(DateArgument("12m", now: now)?.start == DateArgument("1y", now: now)?.start)
    }

    @Test("a share is more than nothing and at most everything")
    func shares() {
        #expect(ShareArgument(argument: "5%")?.share == 0.05)
        #expect(ShareArgument(argument: "1")?.share == 1)
        for text in ["0", "0%", "101%", "1.5", "nan", "-1", "", "%", "inf"] {
            #expect(ShareArgument(argument: text) == nil, "\(text)")
        }
    }

    @Test("short IDs grow with the number of records")
    func shortIDs() {
        #expect(PictureTable.shortIDLength(records: 0) == 8)
        #expect(PictureTable.shortIDLength(records: 1000) == 8)
        #expect(PictureTable.shortIDLength(records: 474_651) == 12)
        #expect(PictureTable.shortIDLength(records: .max) <= 32)
    }

    @Test("names are cut in the middle to the columns there are")
    func fit() {
        #expect(DisplayWidth.fit("short.jpg", 20) == "short.jpg")
        let cut = DisplayWidth.fit("a-very-long-name-indeed.jpg", 12)
        #expect(DisplayWidth.of(cut) <= 12)
        #expect(cut.hasPrefix("a-") && cut.hasSuffix("jpg") && cut.contains("…"))
        #expect(DisplayWidth.of(DisplayWidth.fit("写真写真写真写真写真", 9)) <= 9)
        #expect(DisplayWidth.of("写真") == 4)
        #expect(DisplayWidth.of("e\u{301}") == 1)
    }

    @Test(
        "paths in suggested commands are one word for a shell",
        arguments: [
            ("/a/b", "/a/b"), ("a b", "'a b'"), ("it's", "'it'\\''s'"), ("", "''"), ("~x", "'~x'"),
        ])
    func words(_ path: String, _ word: String) {
        #expect(ShellWord.quote(Array(path.utf8)) == word)
    }

    @Test("the progress line tells files, bytes, rate and time left")
    func progressLine() {
        var progress = Progress(totalFiles: 400, totalBytes: 2_000_000_000)
        progress.files = 100
        progress.bytes = 500_000_000
        let line = ProgressMeter.line("importing", progress, seconds: 5)
        #expect(
            line == "████░░░░░░░░░░░░ importing 100 of 400 files · 500 MB of 2.0 GB · 100 MB/s · "
                + "15 s left")
        let bare = ProgressMeter.line("importing", Progress(), seconds: 2)
        #expect(bare == "importing 0 files · 0 B · 0 B/s")
    }
}

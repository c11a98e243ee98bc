import Foundation
import Testing
import VaultFormat

@testable import VaultKit

@Suite("Sidecars of other programs, Spec 06 §4")
struct ForeignSidecarTests {
    let test: TestVault
    var vault: UnlockedVault { test.vault }
    var scratch: Scratch { test.scratch }

    init() throws { test = try TestVault() }

    private static func found(_ names: [String]) -> [String: String] {
        let sidecars = ForeignSidecars(names.map { Array($0.utf8) })
        var found: [String: String] = [:]
        for (name, all) in sidecars.ofFile {
            found[String(decoding: name, as: UTF8.self)] = String(decoding: all[0], as: UTF8.self)
        }
        return found
    }

    @Test(
        "names of Takeout's sidecars, cut, numbered and of edited pictures, find their picture",
        arguments: [
            ("a.jpg", "a.jpg.json"), ("a.jpg", "a.jpg.supplemental-metadata.json"),
            ("a.jpg", "a.jpg.supplemental-me.json"), ("a.jpg", "a.jpg.s.json"),
            ("a(1).jpg", "a.jpg(1).json"), ("a(12).jpg", "a.jpg.supplemental-metadata(12).json"),
            ("a-edited.jpg", "a.jpg.json"), ("a-bearbeitet(2).jpg", "a-bearbeitet.jpg(2).json"),
            (
                "a very long name of a picture that somebody gave.jpg",
                "a very long name of a picture that somebody ga.json"
            ),
            ("b.jpg", "b.jpg.xmp"), ("b.jpg", "b.xmp"), ("b.nef", "b.XMP"),
        ])
    func names(_ pair: (String, String)) {
        #expect(Self.found([pair.0, pair.1]) == [pair.0: pair.1])
    }

    @Test("a sidecar goes to its own picture and to no other, and stands alone when there is none")
    func apart() {
        #expect(
            Self.found(["a.jpg", "a(1).jpg", "a.jpg.json", "a.jpg(1).json"])
                == ["a.jpg": "a.jpg.json", "a(1).jpg": "a.jpg(1).json"])
        // A Live Photo's film goes with its picture; of a pair only the raw picture has the XMP file.
        #expect(
            Self.found(["l.heic", "l.mp4", "l.heic.json"])
                == ["l.heic": "l.heic.json", "l.mp4": "l.heic.json"])
        #expect(Self.found(["r.cr2", "r.jpg", "r.xmp"]) == ["r.cr2": "r.xmp"])
        #expect(Self.found(["b.jpg", "a.jpg.json", "c.json", "d.xmp"]).isEmpty)
        #expect(Self.found(["a.jpg", "a.jpg.lighttight.json"]).isEmpty)
    }

    @Test("ATTACK 67: no sidecar, however broken or deep, costs more than itself")
    func hostile() throws {
        let broken: [[UInt8]] = [
            [], [0xFF], Array("{}".utf8), Array("[1]".utf8), Array("{\"title\":".utf8),
            Array(String(repeating: "[", count: 200_000).utf8),
            Array(
                (#"{"photoTakenTime":{"timestamp":"9"# + String(repeating: "9", count: 99) + "\"}}")
                    .utf8),
            Array(#"{"geoData":{"latitude":1e308,"longitude":1},"description":7}"#.utf8),
            Array("<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>".utf8),
            Array(repeating: UInt8(ascii: " "), count: TakeoutFile.maximumByteCount + 1),
        ]
        for (number, bytes) in broken.enumerated() {
            try scratch.put("in/\(number).jpg", picture(number))
            try scratch.put("in/\(number).jpg.\(number % 2 == 0 ? "json" : "xmp")", bytes)
        }
        let taken = try vault.take([scratch["in"]])
        #expect(taken.report.imported == broken.count && taken.report.failed == 0)
        #expect(taken.report.skipped == broken.count)
        #expect(try vault.list().allSatisfy { $0.value.sidecar == nil })
    }

    @Test("what Takeout says of time, place, caption, people and album comes in with the picture")
    func takeout() throws {
        try scratch.put("T/Lake/a.jpg", picture(1))
        try scratch.put("T/Lake/a.jpg.supplemental-metadata.json", Self.takeout)
        try scratch.put("T/Lake/metadata.json", #"{"title":"By the lake","description":""}"#)
        try scratch.put("T/Lake/alone.json", "{}")
        let taken = try vault.take([scratch["T"]])
        #expect(taken.report.imported == 2 && taken.report.skipped == 2)
        let seen = try #require(try vault.list().first { $0.value.sidecar != nil })
        #expect(seen.albums == ["By the lake"])
        #expect(seen.facts.taken?.local == 1_600_000_000 && seen.facts.taken?.minutesEast == 0)
        #expect(
            seen.facts.place
                == Place(latitude: 475_301_230, longitude: -136_500_000, altitude: 50_825))
        #expect(seen.facts.caption == "Sunset \u{1F305}" && seen.facts.keywords == ["Ada", "Ben"])
        // The same again is known; a sidecar that changed is taken over.
        #expect(try vault.take([scratch["T"]]).report.unchanged == 2)
        try scratch.put("T/Lake/a.jpg.supplemental-metadata.json", #"{"description":"Other"}"#)
        #expect(try vault.take([scratch["T"]]).report.duplicates == 1)
        #expect(try vault.list().contains { $0.facts.caption == "Other" })
        #expect(try vault.findings().isEmpty)
    }

    @Test("what an XMP file beside it says comes in with the picture")
    func xmp() throws {
        try scratch.put("in/a.jpg", picture(1))
        try scratch.put("in/a.jpg.xmp", Self.xmp)
        try vault.take([scratch["in"]])
        let facts = try #require(try vault.list().first?.facts)
        #expect(facts.rating == 4 && facts.keywords == ["sea", "Été"] && facts.caption == "A & B")
        #expect(facts.taken?.local == 1_600_000_000 && facts.taken?.minutesEast == 120)
        #expect(facts.place == Place(latitude: 475_300_000, longitude: -136_500_000))
    }

    @Test("a manifest says until when pictures are to be kept")
    func retention() throws {
        try scratch.put("in/a.jpg", picture(1))
        try scratch.put("list.csv", "path,retain-until\nin/a.jpg,2030-12-31\n")
        try vault.take([scratch["in"]]) { $0.manifest = Array(scratch["list.csv"].utf8) }
        #expect(try vault.list().first?.occurrences[0].retainUntil == 1_924_992_000)
        try scratch.put("bad.csv", "path,retain-until\nin/a.jpg,soon\n")
        #expect(
            code {
                try vault.take([scratch["in"]]) { $0.manifest = Array(scratch["bad.csv"].utf8) }
            } == .usage)
    }

    private static let takeout = #"""
        {"title":"a.jpg","description":"Sunset 🌅","photoTakenTime":{"timestamp":"1600000000",
        "formatted":"x"},"geoData":{"latitude":47.530123,"longitude":-13.65,"altitude":508.25},
        "people":[{"name":"Ada"},{"name":"Ben"}],"url":"https://example.org/"}
        """#

    private static let xmp = #"""
        <?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'>
        <rdf:RDF><rdf:Description xmp:Rating='4' exif:GPSLatitude='47,31.8N' exif:GPSLongitude='13,39,0W'
        exif:DateTimeOriginal='2020-09-13T12:26:40+02:00'><dc:subject><rdf:Bag><rdf:li>sea</rdf:li>
        <rdf:li>Été</rdf:li></rdf:Bag></dc:subject><dc:description><rdf:Alt><rdf:li>A &amp; B</rdf:li>
        </rdf:Alt></dc:description></rdf:Description></rdf:RDF></x:xmpmeta>
        """#

    @Test("beside files that are named one by one they are joined too, and not taken in")
    func named() throws {
        try scratch.put("in/a.jpg", picture(1))
        try scratch.put("in/a.jpg.json", #"{"title":"a.jpg","description":"by the sea"}"#)
        try scratch.put("in/metadata.json", #"{"title":"Summer"}"#)
        let names = ["a.jpg", "a.jpg.json", "metadata.json"]
        let report = try vault.take(names.map { scratch["in/\($0)"] }).report
        #expect(report.imported == 1 && report.skipped == 2)
        let taken = try #require(try vault.list().first)
        #expect(taken.facts.caption == "by the sea" && taken.albums == ["Summer"])
        #expect(try vault.take([scratch["in/a.jpg"]]).report.unchanged == 1)
    }

    @Test(
        "what was set right, said elsewhere, filed and to be kept goes with an export into another vault"
    )
    func roundTrip() throws {
        try scratch.put("in/a.jpg", picture(1))
        try scratch.put(
            "in/a.jpg.json",
            #"{"title":"a.jpg","description":"by the sea","people":[{"name":"Ada"}]}"#)
        try scratch.put("m.csv", "path,retain-until\nin/a.jpg,2190-01-01\n")
        try vault.take([scratch["in"]]) { $0.manifest = Array(scratch["m.csv"].utf8) }
        var request = EditRequest()
        request.taken = .set(SaidTime(local: 553_252_260, minutesEast: 120))
        request.place = .set(Place(latitude: 475_300_000, longitude: -136_500_000))
        _ = try vault.edit(.everything, request)
        for album in ["x", "y"] { _ = try vault.addToAlbum(album, .everything) }
        try vault.put(to: scratch["out"]) { $0.sidecar = true }
        let other = try TestVault()
        try other.vault.take([scratch["out"]])
        let (old, new) = (
            try #require(try vault.list().first), try #require(try other.vault.list().first)
        )
        #expect(new.value.edit == old.value.edit && new.value.edit?.taken?.minutesEast == 120)
        #expect(new.value.sidecar == old.value.sidecar && new.facts.keywords == ["Ada"])
        #expect(new.value.albums == ["x", "y"])
        #expect(new.occurrences[0].retainUntil == old.occurrences[0].retainUntil)
        // What is set right there holds, and the same file again changes nothing.
        request.taken = .set(SaidTime(local: 0))
        _ = try other.vault.edit(.everything, request)
        #expect(try other.vault.take([scratch["out"]]) { $0.rescan = true }.report.duplicates == 1)
        #expect(try other.vault.list().first?.value.edit?.taken?.local == 0)
    }

    @Test(
        "a sidecar that says what no record can hold says nothing of that",
        arguments: [
            #""latitude":2000000000,"longitude":0"#, #""latitude":1"#, #""taken":9000000000000000"#,
            #""caption":"""#, #""milliseconds":1"#, #""rating":5"#,
        ])
    func unsound(_ members: String) throws {
        let picture = picture(1)
        try scratch.put("in/a.jpg", picture)
        let digest = ContentDigest(words: .zero).hex
        try scratch.put(
            "in/a.jpg.lighttight.json",
            """
            {"format":"lighttight-sidecar/1","id":"","bytes":0,"sha256":"\(digest)","type":"",
            "pathBytes":"","modified":1,"imported":1,"tags":["t"],"edit":{\(members)}}
            """)
        try vault.take([scratch["in"]])
        let taken = try #require(try vault.list().first)
        #expect(taken.value.tags == ["t"] && taken.value.edit == nil)
        #expect(try vault.findings().isEmpty)
    }
}

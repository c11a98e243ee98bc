import Foundation
import Testing
import VaultFormat

@testable import VaultKit

@Suite("What is said of pictures: sidecar, manifest, pattern")
struct FactTests {
    let test: TestVault
    var vault: UnlockedVault { test.vault }
    var scratch: Scratch { test.scratch }

    init() throws { test = try TestVault() }

    @Test("a sidecar carries album, subject, tags and time into another vault")
    func sidecar() throws {
        try scratch.put("in/a.jpg", picture(1), modified: 1e9)
        try vault.take([scratch["in"]]) {
            $0.album = "Summer"
            $0.subject = "Ann"
            $0.tags = ["sea", "blue"]
        }
        try vault.put(to: scratch["out"]) { $0.sidecar = true }
        #expect(scratch.files(below: "out") == ["in/a.jpg", "in/a.jpg.lighttight.json"])
        // A copy that lost the time of the file.
        try scratch.put("out/in/a.jpg", picture(1))
        let other = try TestVault()
        let taken = try other.vault.take([scratch["out"]])
        #expect(taken.report.imported == 1)
        #expect(taken["a.jpg.lighttight.json"]?.kind == .skipped)
        let there = try #require(try other.vault.list().first)
        #expect(there.value.tags == ["blue", "sea"])
        #expect(there.occurrences[0].album == "Summer")
        #expect(there.occurrences[0].subject == "Ann")
        #expect(there.occurrences[0].modified == 1_000_000_000_000_000_000)
        #expect(try other.vault.take([scratch["out"]]).report.unchanged == 1)
        // The file alone, named on the command line, has its sidecar too.
        let third = try TestVault()
        try third.vault.take([scratch["out/in/a.jpg"]])
        #expect(try third.vault.list().first?.occurrences[0].album == "Summer")
    }

    @Test("sidecars are written also beside pictures that are there already")
    func sidecarLater() throws {
        try scratch.put("in/a.jpg", picture(1))
        try vault.take([scratch["in"]])
        try vault.put(to: scratch["out"])
        #expect(try vault.put(to: scratch["out"]) { $0.sidecar = true }.report.present == 1)
        #expect(scratch.has("out/in/a.jpg.lighttight.json"))
    }

    @Test("a name that leaves no room for a sidecar goes out without one")
    func longName() throws {
        let name = String(repeating: "n", count: 250)
        try scratch.put("in/\(name)", picture(1))
        try vault.take([scratch["in"]])
        let out = try vault.put(to: scratch["out"]) { $0.sidecar = true }
        #expect(out.report.exported == 1)
        #expect(out.report.failed == 0)
        #expect(scratch.files(below: "out") == ["in/\(name)"])
    }

    @Test(
        "a hostile sidecar says nothing, and the picture comes in",
        arguments: [
            ("", 1), ("{", 1), ("null", 1), ("[]", 1),
            ("{\"format\":\"lighttight-sidecar/2\"}", 1),
            ("{\"format\":\"lighttight-sidecar/1\",\"modified\":\"yes\"}", 1), ("[", 60_000),
            (" ", 70_000), ("{\"format\":\"lighttight-sidecar/1\",\"modified\":1e400}", 1),
        ])
    func hostileSidecar(_ piece: String, _ times: Int) throws {
        let text = String(repeating: piece, count: times)
        try scratch.put("in/a.jpg", picture(1), modified: 1e9)
        try scratch.put("in/a.jpg.lighttight.json", text)
        #expect(try vault.take([scratch["in"]]).report.imported == 1)
        let there = try #require(try vault.list().first)
        #expect(there.occurrences[0].album == nil)
        #expect(there.occurrences[0].modified == 1_000_000_000_000_000_000)
    }

    @Test("extreme times and empty names in a sidecar are taken for what they are")
    func extremeSidecar() throws {
        try scratch.put("in/a.jpg", picture(1))
        try vault.take([scratch["in"]]) { $0.album = "x" }
        try vault.put(to: scratch["out"]) { $0.sidecar = true }
        let name = "out/in/a.jpg.lighttight.json"
        let text = String(decoding: try #require(scratch.bytes(name)), as: UTF8.self)
        let forged = text.replacing(
            "\"album\" : \"x\"", with: "\"album\" : \"\", \"subject\" : \"\""
        )
        .replacing(/"modified" : [0-9]+/, with: "\"modified\" : -9223372036854775808")
        .replacing(/"pathBytes" : "[^"]*"/, with: "\"pathBytes\" : \"Li4vLi4vZXRj\"")
        try scratch.put(name, forged)
        let other = try TestVault()
        #expect(try other.vault.take([scratch["out"]]).report.imported == 1)
        let there = try #require(try other.vault.list().first)
        #expect(there.occurrences[0].album == nil)
        #expect(there.occurrences[0].subject == nil)
        #expect(there.occurrences[0].modified == .min)
        #expect(there.occurrences[0].path == Array("out/in/a.jpg".utf8))
        for layout in ExportRequest.Layout.allCases {
            let put = try other.vault.put(to: scratch["\(layout)"]) { $0.layout = layout }
            #expect(put.report.exported + put.report.failed == 1)
        }
    }

    @Test("a manifest says whose pictures they are, with quotes, CRLF and a byte order mark")
    func manifest() throws {
        for name in ["a.jpg", "b, c.jpg", "d\"e.jpg", "f.jpg"] {
            try scratch.put("in/\(name)", picture(name.hashValue))
        }
        try scratch.put(
            "in/list.csv",
            "\u{FEFF}Path,subject,tags,album\r\n"
                + "a.jpg,Ann,sea; blue,\r\n"
                + "\"b, c.jpg\",\"Bob \"\"the\"\" B\",,\"Two\r\nlines\"\r\n"
                + "\r\n"
                + "\"d\"\"e.jpg\",,,x")
        try vault.take([scratch["in"]]) { $0.manifest = Array(scratch["in/list.csv"].utf8) }
        let said = try Dictionary(
            uniqueKeysWithValues: vault.list().map {
                (String(decoding: $0.occurrences[0].path, as: UTF8.self), $0)
            })
        #expect(said["in/a.jpg"]?.occurrences[0].subject == "Ann")
        #expect(said["in/a.jpg"]?.occurrences[0].album == nil)
        #expect(said["in/a.jpg"]?.value.tags == ["blue", "sea"])
        #expect(said["in/b, c.jpg"]?.occurrences[0].subject == "Bob \"the\" B")
        #expect(said["in/b, c.jpg"]?.occurrences[0].album == "Two\r\nlines")
        #expect(said["in/d\"e.jpg"]?.occurrences[0].album == "x")
        #expect(said["in/f.jpg"]?.occurrences[0].subject == nil)
    }

    @Test(
        "a manifest that is wrong is refused before anything comes in",
        arguments: [
            "", "subject\nx", "path,who\na,b", "path,subject\na", "path,subject\na,b,c",
            "path,subject\n\"a,b", "path,subject\n,b", "path,path\na,b",
            "path,subject\na.jpg,Ann\n./a.jpg,Bob",
        ])
    func wrongManifest(_ text: String) throws {
        try scratch.put("in/a.jpg", picture(1))
        let path = try scratch.put("list.csv", text)
        #expect(
            code { try vault.take([scratch["in"]]) { $0.manifest = Array(path.utf8) } } == .usage)
        #expect(try vault.list().isEmpty)
        let none = Array(scratch["none"].utf8)
        #expect(code { try vault.take([scratch["in"]]) { $0.manifest = none } } == .usage)
    }

    @Test("a row of the manifest below what is imported that meets no file is told")
    func strayRows() throws {
        try scratch.put("in/a.jpg", picture(1))
        try scratch.put(
            "in/list.csv", "path,subject\na.jpg,Ann\ntypo.jpg,Bob\n../other/x.jpg,Eve\n")
        let taken = try vault.take([scratch["in"]]) {
            $0.manifest = Array(scratch["in/list.csv"].utf8)
        }
        #expect(taken["typo.jpg"]?.kind == .skipped)
        #expect(taken["typo.jpg"]?.reason?.contains("manifest") == true)
        #expect(taken["x.jpg"] == nil)
        // Again, when nothing is read.
        let again = try vault.take([scratch["in"]]) {
            $0.manifest = Array(scratch["in/list.csv"].utf8)
        }
        #expect(again.report.skipped == 1)
        #expect(again.report.unchanged == 2)
    }

    @Test("the name says whose picture it is: the first group, else the whole match")
    func pattern() throws {
        for name in ["004711_a.jpg", "Ann/x.jpg", "none.jpg"] {
            try scratch.put("in/\(name)", picture(name.hashValue))
        }
        try vault.take([scratch["in"]]) { $0.subjectPattern = "/([0-9]+)_" }
        #expect(try vault.names { $0.subjects = ["004711"] } == ["004711_a.jpg"])
        try vault.take([scratch["in"]]) { $0.subjectPattern = "Ann" }
        #expect(try vault.names { $0.subjects = ["Ann"] } == ["x.jpg"])
        #expect(code { try vault.take([scratch["in"]]) { $0.subjectPattern = "(" } } == .usage)
    }

    @Test("the manifest wins over the pattern, that over the command, that over the sidecar")
    func precedence() throws {
        for name in ["1_a.jpg", "1_b.jpg", "c.jpg"] {
            try scratch.put("in/\(name)", picture(name.hashValue))
        }
        try scratch.put("in/list.csv", "path,subject\n1_a.jpg,Manifest\n")
        let request = { (request: inout ImportRequest) in
            request.subject = "Command"
            request.subjectPattern = "/([0-9])_"
            request.manifest = Array(scratch["in/list.csv"].utf8)
        }
        try vault.take([scratch["in"]], request)
        #expect(try vault.names { $0.subjects = ["Manifest"] } == ["1_a.jpg"])
        #expect(try vault.names { $0.subjects = ["1"] } == ["1_b.jpg"])
        #expect(try vault.names { $0.subjects = ["Command"] } == ["c.jpg", "list.csv"])
    }
}

import Foundation
import Glibc
import Testing
import VaultFiles
import VaultFormat

@testable import VaultKit

@Suite("Pictures go out")
struct ExportTests {
    let test: TestVault
    var vault: UnlockedVault { test.vault }
    var scratch: Scratch { test.scratch }

    init() throws { test = try TestVault() }

    @Test("73: names that differ only in case or in how an accent is written both survive")
    func looksAlike() throws {
        let names = ["A.jpg", "a.jpg", "\u{E9}.jpg", "e\u{301}.jpg"]
        for (index, name) in names.enumerated() { try scratch.put("in/\(name)", picture(index)) }
        try vault.take([scratch["in"]])
        for layout in ExportRequest.Layout.allCases {
            let out = try vault.put(to: scratch["\(layout)"]) { $0.layout = layout }
            #expect(out.report.exported == 4)
            let contents = scratch.files(below: "\(layout)").compactMap {
                scratch.bytes("\(layout)/\($0)")
            }
            #expect(Set(contents) == Set((0..<4).map { picture($0) }))
        }
    }

    @Test("73: where a file system takes two names for one, the second gets a name of its own")
    func alike() throws {
        let target = try ExportTarget(Array(scratch["out"].utf8))
        let job = ExportJob(target, ExportRequest(), progress: { _ in }, outcome: { _ in })
        func path(_ name: String) throws -> [FileName] { [try FileName(name)] }
        #expect(try job.take(path("IMG.jpg")) == .free)
        #expect(try job.take(path("img.JPG")) == .alike)
        #expect(try job.take(path("IMG.jpg")) == .taken)
        #expect(try job.take(path("\u{E9}")) == .free)
        #expect(try job.take(path("e\u{301}")) == .alike)
    }

    @Test("two pictures of one path both survive, and a second export finds both")
    func onePath() throws {
        for (index, root) in ["one", "two", "three"].enumerated() {
            try scratch.put("\(root)/in/a.jpg", picture(index))
            try vault.take([scratch["\(root)/in"]])
        }
        let first = try vault.put(to: scratch["out"])
        #expect(first.report.exported == 3)
        #expect(scratch.files(below: "out").count == 3)
        let before = scratch.snapshot("out")
        let second = try vault.put(to: scratch["out"])
        #expect(second.report.present == 3)
        #expect(second.report.kept == 0)
        #expect(scratch.snapshot("out") == before)
    }

    @Test("a file of other content is kept and told, and replaced when told to")
    func kept() throws {
        try scratch.put("in/a.jpg", picture(1))
        try vault.take([scratch["in"]])
        try scratch.put("out/in/a.jpg", "mine")
        let kept = try vault.put(to: scratch["out"])
        #expect(kept.paths(.kept) == ["in/a.jpg"])
        #expect(scratch.bytes("out/in/a.jpg") == Array("mine".utf8))
        let replaced = try vault.put(to: scratch["out"]) { $0.overwrite = true }
        #expect(replaced.report.exported == 1)
        #expect(scratch.bytes("out/in/a.jpg") == picture(1))
        #expect(try vault.put(to: scratch["out"]).paths(.present) == ["in/a.jpg"])
        #expect(scratch.files(below: "out") == ["in/a.jpg"])
    }

    @Test("a folder in the way stays, and no half-named file is left beside it")
    func folderInTheWay() throws {
        try scratch.put("in/a.jpg", picture(1))
        try scratch.put("in/b.jpg", picture(2))
        try vault.take([scratch["in"]])
        try scratch.put("out/in/a.jpg/mine", "mine")
        let out = try vault.put(to: scratch["out"]) { $0.overwrite = true }
        #expect(out.report.failed == 1)
        #expect(out.report.exported == 1)
        #expect(scratch.files(below: "out") == ["in/a.jpg/mine", "in/b.jpg"])
    }

    @Test("77: a link as the target, in it, or in place of a file leads nowhere")
    func links() throws {
        try scratch.put("in/sub/a.jpg", picture(1))
        try scratch.put("in/b.jpg", picture(2))
        try vault.take([scratch["in"]])
        try scratch.makeFolder("trap")
        try scratch.put("precious", "precious")
        scratch.link("target", to: scratch["trap"])
        #expect(code { try vault.put(to: scratch["target"]) } != nil)
        try scratch.makeFolder("out/in")
        scratch.link("out/in/sub", to: scratch["trap"])
        scratch.link("out/in/b.jpg", to: scratch["precious"])
        let first = try vault.put(to: scratch["out"])
        #expect(first.paths(.failed) == ["in/sub/a.jpg"])
        #expect(first.paths(.kept) == ["in/b.jpg"])
        let second = try vault.put(to: scratch["out"]) { $0.overwrite = true }
        #expect(second.paths(.exported) == ["in/b.jpg"])
        #expect(scratch.files(below: "trap").isEmpty)
        #expect(scratch.bytes("precious") == Array("precious".utf8))
        #expect(scratch.bytes("out/in/b.jpg") == picture(2))
    }

    @Test("links above the target are the user's own, also when folders have to be made")
    func linksAbove() throws {
        try scratch.put("in/a.jpg", picture(1))
        try vault.take([scratch["in"]])
        try scratch.makeFolder("disk")
        scratch.link("home", to: scratch["disk"])
        #expect(try vault.put(to: scratch["home/new/deep"]).report.exported == 1)
        #expect(scratch.bytes("disk/new/deep/in/a.jpg") == picture(1))
    }

    @Test("69: a path that a forged record holds never leads out of the target")
    func forgedPaths() throws {
        let naming = ExportNaming(layout: .original)
        try scratch.put("in/a.jpg", picture(1))
        try vault.take([scratch["in"]])
        var value = try vault.list()[0]
        let paths: [[UInt8]] = [
            Array("../../etc/passwd".utf8), Array("/etc/passwd".utf8), Array("a/../../b".utf8),
            Array("a\0b/c".utf8), [], Array("..".utf8), Array("//".utf8),
            Array(repeating: UInt8(ascii: "x"), count: 4000),
        ]
        for path in paths {
            value.occurrences[0].path = path
            let place = try #require(naming.places(for: value).first).path
            #expect(!place.isEmpty)
            for name in place {
                #expect(!name.bytes.isEmpty && name.bytes.count <= 255)
                #expect(name.bytes != Array("..".utf8) && name.bytes != Array(".".utf8))
                #expect(!name.bytes.contains(0) && !name.bytes.contains(UInt8(ascii: "/")))
            }
        }
    }

    @Test(
        "by date: a folder a year and a day, in local time, before 1970 too",
        arguments: [1_785_578_400, -150_000_000])
    func dateLayout(_ time: Double) throws {
        try scratch.put("in/a.jpg", picture(1), modified: time)
        try vault.take([scratch["in"]])
        try vault.put(to: scratch["out"]) { $0.layout = .date }
        var seconds = time_t(time.rounded(.down))
        var parts = tm()
        localtime_r(&seconds, &parts)
        var day = [CChar](repeating: 0, count: 32)
        strftime(&day, 32, "%Y/%Y-%m-%d", &parts)
        let folder = String(decoding: day.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
        #expect(scratch.files(below: "out") == ["\(folder)/a.jpg"])
    }

    @Test("23: one damaged object or record does not keep the others from going out")
    func damage() throws {
        for index in 0..<5 { try scratch.put("in/\(index).jpg", picture(index)) }
        try vault.take([scratch["in"]])
        let all = try vault.list()
        func named(_ name: String) throws -> Picture {
            try #require(all.first { $0.occurrences[0].path == Array("in/\(name)".utf8) })
        }
        try vault.rot(named("1.jpg"))
        try vault.spoil(named("3.jpg").id)
        let out = try vault.put(to: scratch["out"])
        #expect(out.report.exported == 3)
        #expect(out.report.failed == 2)
        #expect(out.outcomes.filter { $0.kind == .failed }.allSatisfy { $0.reason != nil })
        #expect(scratch.files(below: "out") == ["in/0.jpg", "in/2.jpg", "in/4.jpg"])
        let kinds = try vault.findings().map(\.kind.rawValue).sorted()
        #expect(kinds == ["damaged-picture", "damaged-record"])
        // What can be listed is listed before the damage is told.
        var listed = 0
        #expect(code { try vault.pictures(.everything) { _ in listed += 1 } } == .damaged)
        #expect(listed == 4)
    }

    @Test("21: a picture that turns out to be damaged at its end leaves no file behind")
    func damagedEnd() throws {
        try scratch.put("in/a.jpg", picture(1, 300_000))
        try vault.take([scratch["in"]])
        try vault.rot(try vault.list()[0], at: 299_000)
        try scratch.put("out/in/a.jpg", "mine")
        let out = try vault.put(to: scratch["out"]) { $0.overwrite = true }
        #expect(out.report.failed == 1)
        #expect(scratch.bytes("out/in/a.jpg") == Array("mine".utf8))
        #expect(scratch.files(below: "out") == ["in/a.jpg"])
    }

    @Test("what is in the bin does not go out with everything")
    func bin() throws {
        try scratch.put("in/a.jpg", picture(1))
        try scratch.put("in/b.jpg", picture(2))
        try vault.take([scratch["in"]])
        _ = try vault.remove(PictureFilter { $0.names = [Array("a.jpg".utf8)] })
        try vault.put(to: scratch["out"])
        #expect(scratch.files(below: "out") == ["in/b.jpg"])
    }
}

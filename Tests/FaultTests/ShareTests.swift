import Foundation
import TestProcesses
import Testing

@Suite("Shares, when the command that makes or ends them stops")
struct ShareTests {
    private static let create = [
        "share", "create", "--json", "--original", "--album", "\(Stage.canary) album",
        "--to", "\(Stage.canary) one", "--to", "\(Stage.canary) two",
        "--base", "https://pictures.example", "--note", "\(Stage.canary) note",
    ]

    private func stage() async throws -> Stage {
        try Stage(like: try await Fixtures.shared.stage(.full))
    }

    private func points(_ words: [String], _ stage: Stage) async throws -> [String] {
        let counted = try await stage.lighttight(words, fault: "count")
        try #require(counted.status == 0, "\(counted.told)")
        return Course.points(in: counted)
    }

    /// What somebody with the link would be served: package and half are there.
    private func served(_ stage: Stage) -> Set<String> {
        let files = FileManager.default
        // Before the first share there is no such folder.
        let names = { (folder: String) in
            // An empty set is what is meant then.
            Set((try? files.contentsOfDirectory(atPath: "\(stage.vault)/shares/\(folder)")) ?? [])
        }
        return names("links").intersection(names("halves"))
    }

    private func open(_ stage: Stage) async throws -> Set<String> {
        let list = try await stage.lighttight(["share", "list", "--json"])
        try #require(list.status == 0, "\(list.told)")
        return Set(
            try JSONLine.all(in: list.outputText).filter { $0.type == "share" }
                .compactMap { $0.object["name"] as? String })
    }

    private func links(in ended: Ended) throws -> [(name: String, link: String)] {
        try JSONLine.all(in: ended.outputText).compactMap { line in
            guard line.type == "share", let link = line.object["link"] as? String,
                let name = line.object["name"] as? String
            else { return nil }
            return (name, link)
        }
    }

    /// Whatever is served is in the log, whatever was handed out is served, and the link is nowhere.
    private func check(_ stage: Stage, _ ended: Ended, _ when: Comment) async throws {
        let handedOut = try links(in: ended)
        let served = served(stage)
        #expect(served.isSuperset(of: handedOut.map(\.name)), when)
        #expect(try await open(stage) == served, "\(when): told is not what is served")
        for (_, link) in handedOut {
            let parts = link.split(separator: "/").last?.split(separator: "#").map(String.init)
            for text in try #require(parts) {
                let padded = text.replacing("-", with: "+").replacing("_", with: "/")
                let bytes = Data(
                    base64Encoded: padded
                        + String(repeating: "=", count: (4 - padded.count % 4) % 4))
                try stage.requireNowhere([Array(text.utf8), Array(try #require(bytes))], when)
            }
        }
        try await stage.requireSound(when: when)
        try await stage.requireLogSound(when: when)
        try stage.requireNoCanary()
    }

    @Test("ATTACK 47: killed while it is made, a share is served and in the log, or neither")
    func killed() async throws {
        let points = try await points(Self.create, try await stage())
        // After each of the last renames too: one of them is that by which a share is served.
        let renames = points.indices.filter { points[$0] == "rename" }.suffix(2).map { $0 + 2 }
        let numbers = Set(Course.sample(3, of: points) + renames).filter { $0 <= points.count }
        try await atATime(3, numbers.sorted()) { number in
            let stage = try await stage()
            let ended = try await stage.lighttight(Self.create, fault: "kill@\(number)")
            #expect(ended.isKilled || ended.status == 0, "\(ended.told)")
            let when: Comment = "killed at \(number), \(points[number - 1])"
            try await check(stage, ended, when)
            let again = try await stage.lighttight(Self.create)
            #expect(try again.status == 0 && links(in: again).count == 2, "\(again.told)")
        }
    }

    @Test(
        "ATTACK 93: on a disk that fails or fills up, no half-made share is left",
        arguments: [("enospc", 15), ("short", 15), ("eio", 1)] as [(String, Int32)])
    func failing(_ kind: String, _ code: Int32) async throws {
        let points = try await points(Self.create, try await stage())
        try await atATime(3, Course.sample(3, of: points)) { number in
            let stage = try await stage()
            let ended = try await stage.lighttight(Self.create, fault: "\(kind)@\(number)")
            let when = "\(kind) at \(number), \(points[number - 1])"
            #expect([0, code].contains(ended.status), "\(when): \(ended.told)")
            if ended.status != 0 { try DiskErrorTests.requireOneSentence(ended, when) }
            try await check(stage, ended, Comment(rawValue: when))
            #expect(try self.served(stage).count == links(in: ended).count, "\(when)")
        }
    }

    @Test("ATTACK 79: killed while it is ended, a share is over as soon as anything says so")
    func endingKilled() async throws {
        let made = try await stage()
        let first = try await made.lighttight(Self.create)
        let names = try links(in: first).map(\.name)
        try #require(names.count == 2)
        let revoke = ["share", "revoke", names[0], names[1], "--json"]
        let points = try await points(revoke, try Stage(like: made))
        try await atATime(3, Course.sample(4, of: points)) { number in
            let stage = try Stage(like: made)
            let ended = try await stage.lighttight(revoke, fault: "kill@\(number)")
            let when: Comment = "ending killed at \(number), \(points[number - 1])"
            let over = try JSONLine.all(in: ended.outputText).compactMap {
                $0.type == "ended" ? $0.object["share"] as? String : nil
            }
            #expect(served(stage).isDisjoint(with: over), when)
            #expect(try await open(stage) == served(stage), when)
            let again = try await stage.lighttight(revoke)
            #expect(again.status == 0, "\(when): \(again.told)")
            #expect(served(stage).isEmpty, when)
            let left = try FileManager.default.contentsOfDirectory(
                atPath: "\(stage.vault)/shares/links")
            #expect(left.isEmpty, "\(when): \(left)")
            try await stage.requireLogSound(when: when)
        }
        _ = try await made.lighttight(["backup", made.copy])
        #expect(!FileManager.default.fileExists(atPath: "\(made.copy)/shares"))
    }

    @Test("ATTACK 92: a copy that is shared has nothing of the file but its pixels")
    func metadata() async throws {
        let stage = try Stage(like: try await Fixtures.shared.stage(.pictured))
        let server =
            (#filePath as NSString).deletingLastPathComponent + "/../CommandTests/Links/server.py"
        let line = """
            python3 '\(server)' "$LIGHTTIGHT_VAULT/shares" none > port & server=$!
            while [ ! -s port ]; do sleep 0.1; done
            id=$(lighttight list | grep image/jpeg | grep -v "$CANARY" | head -n 1 | cut -c 1-32)
            lighttight share create -q --base "http://127.0.0.1:$(cat port)" "$id" > link &&
            lighttight open-link -q --to got < link
            status=$?
            kill -9 $server
            exit $status
            """
        let ended = try await stage.shell(line)
        try #require(ended.status == 0, "\(ended.told)")
        let picture = try Data(contentsOf: URL(fileURLWithPath: "\(stage.work)/got/picture-1.jpg"))
        // Every segment before the pixels: tables, sizes and JFIF's mark, nothing for anybody's words.
        var offset = 2
        while picture[offset + 1] != 0xDA {
            #expect(picture[offset] == 0xFF)
            let kind = picture[offset + 1]
            let isPlain = [0xC0, 0xC2, 0xC4, 0xDB, 0xDD].contains(kind)
            let isJFIF = kind == 0xE0 && picture[offset + 4..<offset + 8].elementsEqual("JFIF".utf8)
            #expect(isPlain || isJFIF, "segment \(String(kind, radix: 16))")
            offset += 2 + Int(picture[offset + 2]) << 8 + Int(picture[offset + 3])
        }
    }
}

import Foundation
import Glibc
import TestProcesses
import Testing

@Suite("Files of the vault that are not what they were")
struct DamageTests {
    @Test("ATTACK 12: a torn vault.json is written again, with a note", arguments: [0, 1, 300, -1])
    func tornHeaderCopy(_ size: Int) async throws {
        let stage = try Stage(like: try await Fixtures.shared.stage(.full))
        let path = stage.vault + "/vault.json"
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        let state = try await stage.state()
        // -1: not there at all.
        if size < 0 { unlink(path) } else { truncate(path, size) }
        let list = try await stage.lighttight(["list", "--all", "--json"])
        #expect(list.status == 0, "\(list.told)")
        #expect(list.errorText.contains("vault.json did not match"), "\(list.told)")
        #expect(try VaultState(list: list) == state)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == whole)
        let again = try await stage.lighttight(["list"])
        #expect(again.errors.isEmpty, "\(again.told)")
        try stage.requireNoCanary()
    }

    @Test(
        "ATTACK 12, 31: records.db torn or gone: the second copy opens the vault, and says so",
        arguments: [0, 100, 5000, -1])
    func tornRecords(_ size: Int) async throws {
        let stage = try Stage(like: try await Fixtures.shared.stage(.full))
        let state = try await stage.state()
        let path = stage.vault + "/records.db"
        if size < 0 { unlink(path) } else { truncate(path, size) }
        let list = try await stage.lighttight(["list", "--all", "--json"])
        #expect(list.status == 0, "\(list.told)")
        #expect(list.errorText.contains("records.bak"), "\(list.told)")
        #expect(try VaultState(list: list) == state)
        try await stage.requireSound(when: "after falling back")
        try stage.requireNoCanary()
    }

    @Test("ATTACK 31: both records gone: says that the packs cannot be opened, and touches none")
    func noRecords() async throws {
        let stage = try Stage(like: try await Fixtures.shared.stage(.full))
        for name in ["records.db", "records.bak"] { unlink(stage.vault + "/" + name) }
        let packs = try stage.packs()
        for command in [["list"], ["verify"], ["compact"], ["verify", "--no-key"]] {
            let ended = try await stage.lighttight(command)
            #expect(ended.status == 13, "\(command): \(ended.told)")
            #expect(ended.errorText.contains("packs cannot be opened"), "\(ended.told)")
        }
        #expect(try stage.packs() == packs)
    }

    @Test("ATTACK 23: one rotten bit: verify names the picture, and all others come out")
    func rottenBit() async throws {
        let stage = try Stage(like: try await Fixtures.shared.stage(.full))
        let pack = try #require(try stage.packs().min { $0.size < $1.size })
        try stage.flip(pack.path, at: 40)
        let verify = try await stage.lighttight(["verify", "--json"])
        #expect(verify.status == 13, "\(verify.told)")
        let named = try JSONLine.all(in: verify.outputText).filter {
            $0.object["kind"] as? String == "damaged-picture"
        }
        let id = try #require(named.first?.object["id"] as? String)
        #expect(named.count == 1, "\(verify.told)")
        try await checkExport(stage, without: id, lost: 1)
    }

    @Test("ATTACK 21: damage in the last bytes of a large picture leaves no file under its name")
    func rottenEnd() async throws {
        let stage = try Stage(like: try await Fixtures.shared.stage(.full))
        let pack = try #require(try stage.packs().max { $0.size < $1.size })
        let id = try await stage.id(of: "*large*")
        // Beyond the fifteenth megabyte: most of it is authentic and was written by then.
        try stage.flip(pack.path, at: 16 << 20)
        try await checkExport(stage, without: id, lost: 1)
        let cat = try await stage.lighttight(["cat", id])
        #expect(cat.status == 13, "\(cat.status ?? -1)")
        let source = try Fixtures.sources.get().work + "/b/\(Stage.canary)-large.mov"
        let bytes = try Data(contentsOf: URL(fileURLWithPath: source), options: .alwaysMapped)
        #expect(cat.output.count < bytes.count)
        #expect(bytes.starts(with: cat.output), "what cat gave is no beginning of the picture")
    }

    private func checkExport(_ stage: Stage, without id: String, lost: Int) async throws {
        let export = try await stage.lighttight(["export", "--json", "--all", "--to", "out"])
        #expect(export.status == 3, "\(export.told)")
        let failed = try JSONLine.all(in: export.outputText).filter {
            $0.object["action"] as? String == "failed"
        }
        #expect(!failed.isEmpty && failed.allSatisfy { $0.object["id"] as? String == id })
        let sources = try Fixtures.sources.get().work
        var missing = 0
        for folder in ["base", "a", "b"] {
            for name in try FileManager.default.contentsOfDirectory(atPath: sources + "/" + folder)
            {
                let path = "/" + folder + "/" + name
                let isThere = FileManager.default.fileExists(atPath: stage.work + "/out" + path)
                if !isThere { missing += 1 }
                #expect(
                    !isThere
                        || FileManager.default.contentsEqual(
                            atPath: sources + path, andPath: stage.work + "/out" + path),
                    "\(path)")
            }
        }
        #expect(missing == failed.count)
        let strange = try await stage.shell("find out -type f ! -name \"$CANARY-*\"")
        #expect(strange.output.isEmpty, "left in the target: \(strange.told)")
        try stage.requireNoCanary()
    }

    @Test(
        "ATTACK 24: missing and orphaned packs are told apart, and nothing deletes an orphan unasked"
    )
    func missingAndOrphan() async throws {
        let stage = try Stage(like: try await Fixtures.shared.stage(.full))
        let large = try #require(try stage.packs().max { $0.size < $1.size })
        let id = try await stage.id(of: "*large*")
        unlink(large.path)
        // A pack by every outward sign: it has the name of its hash.
        let made = try await stage.shell(
            """
            head -c 4096 /dev/zero > orphan; name=$(sha256sum orphan | cut -c 1-64)
            place="$LIGHTTIGHT_VAULT/packs/$(echo $name | cut -c 1-2)"
            mkdir -p "$place" && mv orphan "$place/$name" && echo $name
            """)
        let orphan = made.outputText.trimmingCharacters(in: .whitespacesAndNewlines)
        for words in [[], ["--no-key"]] {
            let verify = try await stage.lighttight(["verify", "--json"] + words)
            #expect(verify.status == 13, "\(verify.told)")
            let found = try JSONLine.all(in: verify.outputText).filter { $0.type == "finding" }
            func packs(_ kind: String) -> [String?] {
                found.filter { $0.object["kind"] as? String == kind }
                    .map { $0.object["pack"] as? String }
            }
            #expect(packs("orphan-pack") == [orphan], "\(verify.told)")
            #expect(packs("missing-pack").count == 1, "\(verify.told)")
            if words.isEmpty {
                let missing = found.filter { $0.object["kind"] as? String == "missing-picture" }
                #expect(missing.map { $0.object["id"] as? String } == [id], "\(verify.told)")
            }
        }
        for command in [["list"], ["remove", "--name", "*hill*"], ["purge", "--all", "--yes"]] {
            let ended = try await stage.lighttight(command)
            #expect(ended.status == 0, "\(command): \(ended.told)")
        }
        #expect(try stage.packs().contains { $0.path.hasSuffix(orphan) })
        try stage.requireNoCanary()
    }
}

extension Stage {
    struct Pack: Equatable {
        var path: String
        var size: Int
    }

    func packs() throws -> [Pack] {
        let folder = vault + "/packs"
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder)
        return try names.sorted().compactMap { name in
            let facts = try FileManager.default.attributesOfItem(atPath: folder + "/" + name)
            guard facts[.type] as? FileAttributeType == .typeRegular else { return nil }
            return Pack(path: folder + "/" + name, size: facts[.size] as? Int ?? 0)
        }
    }

    func flip(_ path: String, at offset: UInt64) throws {
        chmod(path, 0o600)
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try file.seek(toOffset: offset)
        let byte = try #require(try file.read(upToCount: 1)?.first)
        try file.seek(toOffset: offset)
        try file.write(contentsOf: Data([byte ^ 1]))
        try file.close()
    }

    func id(of pattern: String) async throws -> String {
        let list = try await lighttight(["list", "--all", "--json", "--name", pattern])
        let line = try #require(try JSONLine.all(in: list.outputText).first, "\(list.told)")
        return try #require(line.object["id"] as? String, "\(list.told)")
    }
}

import Glibc
import Testing

@testable import VaultFiles

@Suite struct DirectoryTests {
    @Test("names are made, found, renamed and removed")
    func life() throws {
        let scratch = try Scratch()
        let folder = try scratch.open()
        try folder.makeFolder("sub")
        #expect(throws: FileError.exists) { try folder.makeFolder("sub") }
        let sub = try folder.openFolder("sub")
        try folder.createExclusive("a").write([1])
        #expect(throws: FileError.exists) { try folder.createExclusive("a").close() }
        #expect(throws: FileError.notAFolder) { try folder.openFolder("a").sync() }
        try folder.rename("a", into: sub, as: "b")
        #expect(try !folder.contains("a"))
        #expect(try sub.contains("b"))
        #expect(throws: FileError.notEmpty) { try folder.removeFolder("sub") }
        try sub.link("b", into: folder, as: "c")
        #expect(try sub.status(of: "b").linkCount == 2)
        try sub.unlink("b")
        #expect(try !sub.unlinkIfPresent("b"))
        #expect(throws: FileError.notFound) { try sub.unlink("b") }
        try folder.removeFolder("sub")
        try folder.sync()
        try folder.syncFileSystem()
        #expect(try names(folder) == ["c"])
    }

    @Test("a listing of thousands of names is complete, with kinds")
    func listing() throws {
        let scratch = try Scratch()
        let folder = try scratch.open()
        let made = try (0..<3000).map { try FileName("a rather long name, number \($0)") }
        for name in made { _ = try folder.createExclusive(name) }
        try folder.makeFolder("zz")
        #expect(try names(folder) == made.sorted() + ["zz"])
        var entries = try folder.entries()
        while let entry = try entries.next() {
            #expect(entry.kind == (entry.name == "zz" ? .folder : .regular))
        }
    }

    @Test("a rename without replacing refuses a taken name and changes nothing")
    func noReplace() throws {
        let scratch = try Scratch()
        let folder = try scratch.open()
        try scratch.put("a", [1])
        try scratch.put("b", [2])
        try #require(symlink("/nowhere", scratch.inside("dangling")) == 0)
        for taken: FileName in ["b", "dangling"] {
            #expect(throws: FileError.exists) { try folder.renameNoReplace("a", as: taken) }
            #expect(throws: FileError.exists) {
                try folder.renameByLinking("a", into: folder, as: taken)
            }
        }
        #expect(try folder.openFile("b").readAll(limit: 9) == [2])
        try folder.renameByLinking("a", into: folder, as: "c")
        try folder.renameNoReplace("c", as: "d")
        #expect(try names(folder) == ["b", "d", "dangling"])
    }

    @Test("of many who rename to one name at once, exactly one wins")
    func race() async throws {
        let scratch = try Scratch()
        for round in 0..<20 {
            for who in 0..<8 { try scratch.put("r\(round)-\(who)", [UInt8(who)]) }
            let winners = await withTaskGroup(of: Int?.self) { group in
                for who in 0..<8 {
                    group.addTask {
                        Self.claim(scratch, from: "r\(round)-\(who)", "won\(round)") ? who : nil
                    }
                }
                return await group.reduce(into: [Int]()) { if let who = $1 { $0.append(who) } }
            }
            #expect(winners.count == 1)
            let content = try scratch.open().openFile(FileName("won\(round)")).readAll(limit: 9)
            #expect(content.map(Int.init) == winners)
        }
    }

    private static func claim(_ scratch: Scratch, from: String, _ name: String) -> Bool {
        do throws(FileError) {
            let folder = try scratch.open()
            if from.hasSuffix("0") || from.hasSuffix("3") {
                try folder.renameByLinking(FileName(from), into: folder, as: FileName(name))
            } else {
                try folder.renameNoReplace(FileName(from), as: FileName(name))
            }
            return true
        } catch {
            #expect(error == .exists)
            return false
        }
    }

    @Test("an unnamed file appears complete or not at all", arguments: [false, true])
    func unnamed(named: Bool) throws {
        let scratch = try Scratch()
        let folder = try scratch.open()
        do {
            let file = try folder.createUnnamed(mode: 0o600, named: named)
            #expect((file.standIn != nil) == named)
            try file.file.write([1])
            #expect(try names(folder).allSatisfy(\.isTemporary))
        }
        #expect(try names(folder).isEmpty)
        var file = try folder.createUnnamed(mode: 0o600, named: named)
        try file.file.write([7, 8])
        try scratch.put("taken", [1])
        #expect(throws: FileError.exists) { try file.link(into: folder, as: "taken") }
        try file.link(into: folder, as: "free")
        #expect(try folder.openFile("free").readAll(limit: 9) == [7, 8])
        #expect(try folder.openFile("taken").readAll(limit: 9) == [1])
        #expect(try folder.status(of: "free").mode == 0o600)
        #expect(try names(folder) == ["free", "taken"])
    }

    @Test("an atomic file is replaced as a whole, and nothing else is left")
    func atomic() throws {
        let scratch = try Scratch()
        let folder = try scratch.open()
        try AtomicFile.replace("h", in: folder, with: [1, 2])
        try AtomicFile.replace("h", in: folder, with: [3])
        #expect(try AtomicFile.read("h", in: folder, limit: 10) == [3])
        #expect(try names(folder) == ["h"])
        #expect(try folder.status(of: "h").mode == 0o600)
    }

    @Test("ATTACK 77: a link in the way is refused, in any component", arguments: [false, true])
    func links(byName: Bool) throws {
        let scratch = try Scratch()
        let outside = try Scratch()
        try outside.put("secret", [9])
        let folder = try scratch.open()
        try folder.makeFolder("a")
        try folder.openFolder("a").makeFolder("b")
        try folder.openFolder("a").openFolder("b").createExclusive("f").write([5])
        try #require(symlink(outside.inside("."), scratch.inside("a/out")) == 0)
        try #require(symlink("b", scratch.inside("a/in")) == 0)

        #expect(try folder.openFile(beneath: FilePath("a/b/f")).readAll(limit: 9) == [5])
        let good = try folder.openFolder(through: ["a", "b"], byName: byName)
        #expect(try names(good) == ["f"])
        for bad: [FileName] in [["a", "out"], ["a", "in"]] {
            #expect(throws: FileError.isSymbolicLink) {
                try folder.openFolder(through: bad[...], byName: byName).sync()
            }
        }
        #expect(throws: FileError.isSymbolicLink) {
            try folder.openFile(beneath: FilePath("a/out/secret")).close()
        }
        #expect(throws: FileError.isSymbolicLink) {
            try folder.openOrMakeFolders(beneath: FilePath("a/out/new")).sync()
        }
        #expect(throws: FileError.leavesFolder) {
            try folder.openFile(beneath: FilePath("a/../../x")).close()
        }
        #expect(throws: FileError.isSymbolicLink) {
            try Directory.open(FilePath(scratch.inside("a/in"))).sync()
        }
        try Directory.open(FilePath(scratch.inside("a/in")), followingLast: true).sync()
        #expect(try names(outside.open()) == ["secret"])
    }

    @Test("missing folders below are made, present ones are opened")
    func makeBelow() throws {
        let scratch = try Scratch()
        let folder = try scratch.open()
        for _ in 0..<2 { try folder.openOrMakeFolders(beneath: FilePath("x/y/z")).sync() }
        #expect(try folder.openFolder(beneath: FilePath("x/y")).status(of: "z").mode == 0o700)
    }
}

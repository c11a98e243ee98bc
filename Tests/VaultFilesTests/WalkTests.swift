import Glibc
import Testing

@testable import VaultFiles

@Suite struct WalkTests {
    private func lines(_ walk: TreeWalk) -> [String] {
        var lines: [String] = []
        while let entry = walk.next() {
            let word =
                switch entry.finding {
                case .file(let status): "file \(status.size)"
                case .folder: "folder"
                case .other(let status): status.kind.describe
                case .leftOut: "left out"
                case .failed(let error): error.describe
                }
            lines.append("\(entry.path.printable): \(word)")
        }
        return lines
    }

    @Test("a walk finds everything, in byte order, a folder before what it holds")
    func order() throws {
        let scratch = try Scratch()
        let folder = try scratch.open()
        for name in ["b", "a", "a.jpg", "B", "a-long-name-2", "a-long-name-1", "a-long-name-", "é"]
        {
            try scratch.put(name, [1])
        }
        try folder.makeFolder("a!")
        try folder.openFolder("a!").makeFolder("deep")
        try folder.openFolder("a!").openFolder("deep").createExclusive("x").write([1, 2, 3])
        try folder.openFolder("a!").createExclusive("z").close()
        _ = try folder.createExclusive(FileName(bytes: [0xFF]))
        #expect(
            try lines(TreeWalk(folder)) == [
                "B: file 1", "a: file 1", "a!: folder", "a!/deep: folder", "a!/deep/x: file 3",
                "a!/z: file 0", "a-long-name-: file 1", "a-long-name-1: file 1",
                "a-long-name-2: file 1", "a.jpg: file 1", "b: file 1", "é: file 1",
                "\\xff: file 0",
            ])
    }

    @Test("ATTACK 70: links, FIFOs and sockets are reported, not followed or opened")
    func oddThings() throws {
        let scratch = try Scratch()
        try makeOddThings(in: scratch)
        try #require(symlink(".", scratch.inside("loop")) == 0)
        #expect(
            try lines(TreeWalk(scratch.open())) == [
                "dangling: a symbolic link", "fifo: a named pipe", "link: a symbolic link",
                "loop: a symbolic link", "socket: a socket",
            ])
    }

    @Test("the folder to leave out is not entered")
    func leavingOut() throws {
        let scratch = try Scratch()
        let folder = try scratch.open()
        try folder.makeFolder("vault")
        try folder.openFolder("vault").createExclusive("records.db").close()
        try scratch.put("x")
        let vault = try folder.status(of: "vault").identity
        #expect(
            try lines(TreeWalk(folder, leavingOut: vault)) == ["vault: left out", "x: file 0"])
    }

    @Test("folders that lie too deep are reported, and the walk goes on")
    func depth() throws {
        let scratch = try Scratch()
        let folder = try scratch.open()
        let path = try FilePath(Array(repeating: "d", count: 12).joined(separator: "/"))
        try folder.openOrMakeFolders(beneath: path).sync()
        try scratch.put("e")
        let found = try lines(TreeWalk(folder, maximumDepth: 10))
        #expect(found.count == 11)
        #expect(found[8].hasSuffix("d: folder"))
        #expect(found[9].hasSuffix("d: folders lie too deep in each other"))
        #expect(found[10] == "e: file 0")
    }

    @Test("the file found last can be opened and removed through its folder")
    func current() throws {
        let scratch = try Scratch()
        try scratch.open().makeFolder("d")
        try scratch.open().openFolder("d").createExclusive("f").write([4, 2])
        let walk = try TreeWalk(scratch.open())
        #expect(walk.next()?.path == (try FilePath("d")))
        #expect(throws: FileError.notRegular(.folder)) { try walk.openFile().close() }
        let entry = try #require(walk.next())
        #expect(try walk.openFile().readAll(limit: 9) == [4, 2])
        guard case .file(let status) = entry.finding else { throw FileError.notFound }
        try scratch.open().openFolder("d").openForUpdate("f").write([1])
        #expect(throws: FileError.changedWhileRead) { try walk.unlinkFile(status) }
        try walk.unlinkFile(scratch.open().openFolder("d").status(of: "f"))
        #expect(walk.next() == nil)
        #expect(try !scratch.open().openFolder("d").contains("f"))
    }

    @Test("an unreadable folder is reported")
    func unreadable() throws {
        let scratch = try Scratch()
        try scratch.open().makeFolder("closed", mode: 0o000)
        chmod(scratch.inside("."), 0o755)
        // Root reads everything: for this thread and its file accesses we are nobody.
        let found = try asNobody { try lines(TreeWalk(scratch.open())) }
        #expect(found == ["closed: permission denied"])
    }

    /// `setfsuid` is the one identity that belongs to a thread; it is not in the Glibc module.
    private func asNobody<R>(_ body: () throws -> R) throws -> R {
        typealias SetID = @convention(c) (UInt32) -> Int32
        let symbol = try #require(dlsym(nil, "setfsuid"))
        let setFileUser = unsafeBitCast(symbol, to: SetID.self)
        let own = geteuid()
        _ = setFileUser(own == 0 ? 65_534 : own)
        defer { _ = setFileUser(own) }
        return try body()
    }
}

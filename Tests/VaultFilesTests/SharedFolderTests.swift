import Glibc
import Testing

@testable import VaultFiles

@Suite("Folders that a group works in")
struct SharedFolderTests {
    /// A folder of our own group's to work in, whatever the process's umask.
    private func shared(_ scratch: Scratch) throws -> Directory {
        try scratch.open().makeFolder("shared")
        let folder = try scratch.open().openFolder("shared")
        #expect(try folder.share(with: UserGroup(number: getegid())))
        return folder
    }

    private func mode(_ name: FileName, in folder: borrowing Directory) throws -> UInt32 {
        try folder.status(of: name).mode
    }

    @Test("what is made like its folder is the group's, at every depth, and nobody else's")
    func likeFolder() throws {
        let scratch = try Scratch()
        let folder = try shared(scratch)
        try folder.createExclusive("file", mode: .likeFolder).close()
        let inner = try folder.openOrMakeFolder("a", mode: .likeFolder)
            .openOrMakeFolder("b", mode: .likeFolder)
        #expect(try inner.status().mode == 0o2770)
        try inner.createExclusive("file", mode: .likeFolder).close()
        try AtomicFile.replace("small", in: inner, with: [1], mode: .likeFolder)
        _ = try FileLock.acquire("lock", in: inner, mode: .exclusive)
        for name: FileName in ["file", "small", "lock"] {
            #expect(try mode(name, in: inner) == 0o660)
        }
        #expect(try mode("file", in: folder) == 0o660)
        #expect(try names(inner) == ["file", "lock", "small"])
    }

    @Test("what does not ask for it stays its owner's, also in a group's folder")
    func privateByDefault() throws {
        let scratch = try Scratch()
        let folder = try shared(scratch)
        try folder.createExclusive("file").close()
        try folder.makeFolder("folder")
        try AtomicFile.replace("small", in: folder, with: [1])
        var unnamed = try folder.createUnnamed()
        try unnamed.link(into: folder, as: "unnamed")
        #expect(try mode("folder", in: folder) & 0o777 == 0o700)
        for name: FileName in ["file", "small", "unnamed"] {
            #expect(try mode(name, in: folder) == 0o600)
        }
    }

    @Test(
        "a folder with setgid or with rights for its group, but not both, is private",
        arguments: [0o700, 0o770, 0o2700, 0o2750, 0o777] as [UInt32])
    func notShared(_ bits: UInt32) throws {
        let scratch = try Scratch()
        try scratch.open().makeFolder("folder")
        chmod(scratch.inside("folder"), bits)
        let folder = try scratch.open().openFolder("folder")
        try folder.createExclusive("file", mode: .likeFolder).close()
        try folder.makeFolder("sub", mode: .likeFolder)
        _ = try FileLock.acquire("lock", in: folder, mode: .exclusive)
        #expect(try mode("file", in: folder) == 0o600)
        #expect(try mode("lock", in: folder) == 0o600)
        #expect(try mode("sub", in: folder) & 0o777 == 0o700)
    }

    @Test(
        "a file has the group's mode before it has a name, with and without a stand-in",
        arguments: [false, true])
    func modeBeforeName(_ named: Bool) throws {
        let scratch = try Scratch()
        let folder = try shared(scratch)
        var file = try folder.createUnnamed(mode: 0o660, named: named)
        #expect(try file.file.status().mode == 0o660)
        #expect(try file.file.status().group == folder.status().group)
        try file.link(into: folder, as: "file")
        #expect(try mode("file", in: folder) == 0o660)
    }

    @Test(
        "ATTACK 98: under any umask a group's files have their mode and no other",
        arguments: [0, 0o077, 0o777])
    func umask(_ mask: UInt32) async throws {
        await #expect(processExitsWith: .success) { [mask = mask as UInt32] in
            let scratch = try Scratch()
            try scratch.open().makeFolder("shared")
            let folder = try scratch.open().openFolder("shared")
            _ = try folder.share(with: UserGroup(number: getegid()))
            Glibc.umask(mask)
            try folder.createExclusive("file", mode: .likeFolder).close()
            try folder.makeFolder("folder", mode: .likeFolder)
            Glibc.umask(0o022)
            let modes = (
                try folder.status(of: "file").mode, try folder.status(of: "folder").mode
            )
            guard modes == (0o660, 0o2770) else { exit(1) }
        }
    }

    @Test("a taken name is refused, and nothing is left of the attempt")
    func taken() throws {
        let scratch = try Scratch()
        let folder = try shared(scratch)
        try #require(symlink("/nowhere", scratch.inside("shared/name")) == 0)
        #expect(throws: FileError.exists) {
            try folder.createExclusive("name", mode: .likeFolder).close()
        }
        #expect(try names(folder) == ["name"])
    }

    @Test("groups are found by name, and membership is known")
    func groups() throws {
        #expect(try UserGroup.named("root")?.number == 0)
        #expect(try UserGroup.named("no such group") == nil)
        #expect(try UserGroup.named("") == nil)
        #expect(try UserGroup(number: getegid()).includesThisProcess())
        // Root works with the rights of all groups.
        #expect(try UserGroup(number: 4_000_000_000).includesThisProcess() == (geteuid() == 0))
    }
}

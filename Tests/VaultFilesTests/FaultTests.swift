#if DEBUG
    import Glibc
    import Testing

    @testable import VaultFiles

    /// Fault plans belong to a whole process, so each test has one of its own.
    @Suite struct FaultTests {
        @Test("a plan that is not understood installs nothing")
        func badPlans() {
            for spec in ["", "kill", "kill@", "kill@0", "kill@-1", "kill@x", "boom@1", "eio@1@2"] {
                #expect(!FaultPlan.install(spec), "\(spec)")
            }
        }

        @Test("counting names every point and disturbs nothing")
        func count() async {
            await #expect(processExitsWith: .success) {
                let scratch = try Scratch()
                let folder = try scratch.open()
                #expect(FaultPlan.install("count"))
                try AtomicFile.replace("a", in: folder, with: [1])
                try FaultPoint.hit("records commit begin")
                var unnamed = try folder.createUnnamed()
                try unnamed.file.write([1], at: 0)
                try unnamed.file.syncData()
                try unnamed.file.reserve(from: 0, byteCount: 1)
                try unnamed.file.truncate(to: 0)
                try unnamed.link(into: folder, as: "u")
                try folder.makeFolder("d")
                try folder.renameNoReplace("u", as: "v")
                try folder.unlink("v")
                try folder.removeFolder("d")
                try folder.syncFileSystem()
                let expected = [
                    "create", "write", "fsync", "rename", "fsync", "records commit begin",
                    "create", "pwrite", "fdatasync", "reserve", "truncate", "link", "mkdir",
                    "rename", "unlink", "rmdir", "syncfs",
                ]
                #expect(FaultPlan.report == FaultReport(names: expected))
                #expect(FaultPlan.report.total == 17)
                FaultPlan.remove()
                #expect(FaultPlan.report.total == 0)
            }
        }

        @Test("an error comes at its point, once or from there on, and leaves the old file whole")
        func errors() async {
            await #expect(processExitsWith: .success) {
                let scratch = try Scratch()
                let folder = try scratch.open()
                for (word, persistent) in [
                    ("eio", false), ("eio", true), ("enospc", false), ("short", true),
                ] {
                    for point in 1...4 {
                        try AtomicFile.replace("a", in: folder, with: [1, 1])
                        #expect(FaultPlan.install("\(word)@\(point)\(persistent ? "+" : "")"))
                        #expect(throws: FileError.self) {
                            try AtomicFile.replace("a", in: folder, with: [2, 2])
                        }
                        if persistent {
                            #expect(throws: FileError.self) { try FaultPoint.hit("after") }
                        } else {
                            try FaultPoint.hit("after")
                        }
                        FaultPlan.remove()
                        #expect(try AtomicFile.read("a", in: folder, limit: 9) == [1, 1])
                        #expect(try names(folder) == ["a"])
                    }
                }
                #expect(FaultPlan.install("eio@1"))
                #expect(throws: FileError.system(call: "x", errno: EIO)) { try FaultPoint.hit("x") }
                #expect(FaultPlan.install("enospc@1"))
                #expect(throws: FileError.noSpace) { try FaultPoint.hit("x") }
            }
        }

        @Test("a short write leaves half and says that the disk is full")
        func short() async {
            await #expect(processExitsWith: .success) {
                let scratch = try Scratch()
                let file = try scratch.open().createExclusive("a")
                #expect(FaultPlan.install("short@1"))
                #expect(throws: FileError.noSpace) { try file.write([1, 2, 3, 4]) }
                #expect(try file.readAll(limit: 9) == [1, 2])
            }
        }

        @Test("a kill at any point leaves the old file or the new one", arguments: 1...5)
        func kill(point: Int) async throws {
            let scratch = try Scratch()
            let path = String(decoding: scratch.path.bytes, as: UTF8.self)
            let folder = try scratch.open()
            for word in ["kill", "torn"] {
                try AtomicFile.replace("a", in: folder, with: [1, 1])
                await #expect(processExitsWith: .signal(SIGKILL)) {
                    [path = path as String, word = word as String, point = point as Int] in
                    let folder = try Directory.open(FilePath(path))
                    #expect(FaultPlan.install("\(word)@\(point)"))
                    try AtomicFile.replace("a", in: folder, with: [2, 2])
                }
                let expected: [UInt8] = point == 5 ? [2, 2] : [1, 1]
                #expect(try AtomicFile.read("a", in: folder, limit: 9) == expected)
                for name in try names(folder) where name.isTemporary {
                    let torn = word == "torn" && point == 2
                    if torn { #expect(try folder.status(of: name).size == 1) }
                    try folder.unlink(name)
                }
                #expect(try names(folder) == ["a"])
            }
        }
    }
#endif

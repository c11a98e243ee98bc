import Glibc
import Testing

@testable import VaultFiles

@Suite struct DescriptorTests {
    @Test("what is written is read back, by position and by offset")
    func readAndWrite() throws {
        let scratch = try Scratch()
        let folder = try scratch.open()
        let file = try folder.createExclusive("a")
        let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try file.write(bytes)
        try file.write([1, 2, 3], at: 10)
        file.startWriteBack(from: 0, byteCount: 4096)
        try file.syncData()
        try file.sync()
        try file.syncFileSystem()
        try file.close()

        let back = try folder.openFile("a")
        back.expectSequentialReading()
        #expect(try back.status().size == 100_000)
        var expected = bytes
        expected.replaceSubrange(10..<13, with: [1, 2, 3])
        #expect(try back.readAll(limit: 100_000) == expected)
        #expect(throws: FileError.tooLarge) { try back.readAll(limit: 99_999) }
        try withUnsafeTemporaryAllocation(byteCount: 60_000, alignment: 8) { (buffer) throws in
            #expect(try back.read(into: buffer) == 60_000)
            #expect(try back.read(into: buffer) == 40_000)
            #expect(try back.read(into: buffer) == 0)
            #expect(try back.read(into: buffer, at: 99_990) == 10)
            #expect(Array(buffer.prefix(10)) == Array(bytes.suffix(10)))
            #expect(throws: FileError.endOfFile) { try back.readExactly(into: buffer, at: 40_001) }
        }
        back.dropCache()
    }

    @Test("a file is cut, extended, and given a time and a mode")
    func statusChanges() throws {
        let scratch = try Scratch()
        let folder = try scratch.open()
        let file = try folder.createExclusive("a")
        try file.write([1, 2, 3, 4])
        let before = try file.status()
        try file.requireUnchanged(since: before)
        try file.truncate(to: 2)
        #expect(try file.readAll(limit: 10) == [1, 2])
        #expect(throws: FileError.changedWhileRead) { try file.requireUnchanged(since: before) }
        try file.truncate(to: 3)
        #expect(try file.readAll(limit: 10) == [1, 2, 0])
        for time in [
            FileTime(seconds: 1, nanoseconds: 999_999_999),
            FileTime(seconds: -86_400, nanoseconds: 1),
            FileTime(seconds: 4_102_444_800, nanoseconds: 0),
        ] {
            try file.setModified(time)
            #expect(try file.status().modified == time)
        }
        try file.setMode(0o640)
        #expect(try file.status().mode == 0o640)
        #expect(try file.status().kind == .regular)
        #expect(try file.status().linkCount == 1)
    }

    @Test("room taken on the disk changes neither size nor bytes, and is given back")
    func reserved() throws {
        let scratch = try Scratch()
        let file = try scratch.open().createExclusive("a")
        func blocks() -> Int {
            var status = stat()
            #expect(stat(scratch.inside("a"), &status) == 0)
            return Int(status.st_blocks) * 512
        }
        try file.write([1, 2, 3])
        try file.sync()
        let before = blocks()
        try file.reserve(from: 0, byteCount: 4 << 20)
        #expect(try file.readAll(limit: 10) == [1, 2, 3])
        let reserved = blocks()
        // Where the file system knows no such thing, nothing happens at all.
        #expect(reserved >= 4 << 20 || reserved == before)
        try file.truncate(to: 3)
        #expect(blocks() == before)
        #expect(throws: FileError.self) { try file.reserve(from: -1, byteCount: 1) }
        // More than any disk: refused as full or as too large, and then left to the write.
        do throws(FileError) {
            try file.reserve(from: 0, byteCount: 1 << 50)
        } catch {
            #expect(error == .noSpace)
        }
        #expect(try file.readAll(limit: 10) == [1, 2, 3])
    }

    @Test("times beyond what nanoseconds can count do not trap")
    func farTimes() {
        #expect(FileTime(seconds: .max, nanoseconds: 5).nanosecondsSince1970 == .max)
        #expect(FileTime(seconds: .min, nanoseconds: 5).nanosecondsSince1970 == .min)
        #expect(
            FileTime(seconds: 9_223_372_036, nanoseconds: 999_999_999).nanosecondsSince1970 == .max)
        #expect(FileTime(seconds: -1, nanoseconds: 999_999_999).nanosecondsSince1970 == -1)
    }

    @Test(
        "ATTACK 70: only regular files are opened, without hanging", .timeLimit(.minutes(1)),
        arguments: [
            ("fifo", FileError.notRegular(.fifo)), ("socket", .notRegular(.socket)),
            ("link", .isSymbolicLink), ("dangling", .isSymbolicLink),
            ("folder", .notRegular(.folder)), ("missing", .notFound),
        ])
    func oddThings(name: String, error: FileError) throws {
        let scratch = try Scratch()
        try makeOddThings(in: scratch)
        let folder = try scratch.open()
        try folder.makeFolder("folder")
        #expect(throws: error) { try folder.openFile(FileName(name)).close() }
        #expect(throws: error) { try folder.openForUpdate(FileName(name)).close() }
        #expect(throws: error) {
            try Descriptor.openSource(FilePath(scratch.inside(name))).close()
        }
    }

    @Test("ATTACK 70: a device is not opened")
    func device() throws {
        #expect(throws: FileError.notRegular(.characterDevice)) {
            try Descriptor.openSource(FilePath("/dev/zero")).close()
        }
    }

    @Test("ATTACK 70: a file of 1 TB of nothing is reported by its size and not read into memory")
    func sparse() throws {
        let scratch = try Scratch()
        let folder = try scratch.open()
        let file = try folder.createExclusive("sparse")
        try file.truncate(to: 1 << 40)
        #expect(try folder.status(of: "sparse").size == 1 << 40)
        #expect(throws: FileError.tooLarge) {
            try folder.openFile("sparse").readAll(limit: 1 << 20)
        }
    }

    @Test("ATTACK 70: a file of /proc, which has a size of 0, does not pass for an empty one")
    func proc() throws {
        #expect(throws: FileError.changedWhileRead) {
            try Descriptor.openSource(FilePath("/proc/self/status")).readAll(limit: 1000)
        }
    }

    @Test("short writes are continued: all bytes go through a full, non-blocking pipe")
    func shortWrites() async throws {
        var pair: [Int32] = [0, 0]
        try #require(pipe(&pair) == 0)
        let ends = pair
        // The write end as some shells hand it on: not waiting, so every write is a short one.
        _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
        let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        async let sent: Void = onThread {
            let writer = Descriptor(owning: ends[1])
            try writer.write(bytes)
            try writer.close()
        }
        let received = try await onThread {
            let reader = Descriptor(owning: ends[0])
            var bytes = [UInt8](repeating: 0, count: 1_000_001)
            let count = try bytes.withUnsafeMutableBytes { try reader.read(into: $0) }
            return Array(bytes.prefix(count))
        }
        try await sent
        #expect(received == bytes)
    }

    @Test("a descriptor that goes out of use is closed")
    func closes() throws {
        let scratch = try Scratch()
        try scratch.put("a")
        for _ in 0..<5000 { _ = try scratch.open().openFile("a") }
    }

    @Test("error numbers get their words")
    func words() {
        #expect(FileError(call: "write", errno: EDQUOT) == .noSpace)
        #expect(FileError(call: "open", errno: EACCES) == .notPermitted)
        #expect(
            FileError(call: "write", errno: EIO).describe
                == "the disk reports an error (write, error 5)")
        #expect(FileError.notRegular(.fifo).describe == "is a named pipe, not a regular file")
    }
}

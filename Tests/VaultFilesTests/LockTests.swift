import Glibc
import Testing

@testable import VaultFiles

@Suite struct LockTests {
    @Test("an exclusive lock keeps everybody out, shared ones only the exclusive")
    func exclusion() throws {
        let scratch = try Scratch()
        let folder = try scratch.open()
        do {
            let held = try FileLock.acquire("lock", in: folder, mode: .exclusive)
            for mode in [FileLock.Mode.exclusive, .shared] {
                #expect(throws: FileError.wouldBlock) {
                    _ = try FileLock.acquire("lock", in: folder, mode: mode)
                }
            }
            _ = consume held
        }
        let one = try FileLock.acquire("lock", in: folder, mode: .shared)
        let two = try FileLock.acquire("lock", in: folder, mode: .shared)
        #expect(throws: FileError.wouldBlock) {
            _ = try FileLock.acquire("lock", in: folder, mode: .exclusive)
        }
        _ = consume one
        _ = consume two
        _ = try FileLock.acquire("lock", in: folder, mode: .exclusive)
        #expect(try folder.status(of: "lock").mode == 0o600)
    }

    @Test("waiting ends when the time is over, or when the lock is free")
    func waiting() async throws {
        let scratch = try Scratch()
        let held = try FileLock.acquire("lock", in: scratch.open(), mode: .exclusive)
        let start = Machine.monotonic
        #expect(throws: FileError.wouldBlock) {
            _ = try FileLock.acquire(
                "lock", in: scratch.open(), mode: .exclusive, wait: .milliseconds(80))
        }
        #expect(Machine.monotonic - start >= .milliseconds(80))
        async let waited: Void = onThread {
            _ = try FileLock.acquire(
                "lock", in: scratch.open(), mode: .exclusive, wait: .seconds(20))
        }
        try await Task.sleep(for: .milliseconds(30))
        _ = consume held
        try await waited
    }

    @Test("ATTACK 62: a file system that grants a held lock once more is refused")
    func noLocks() throws {
        let scratch = try Scratch()
        let folder = try scratch.open()
        try scratch.put("lock")
        // Nobody holds it, which is how a file system looks that forgets who does.
        #expect(throws: FileError.noLocks) {
            try FileLock.requireRefusal("lock", in: folder)
        }
        let held = try FileLock.acquire("lock", in: folder, mode: .shared)
        try FileLock.requireRefusal("lock", in: folder)
        _ = consume held
    }

    @Test("a link where the lock file should be is refused")
    func link() throws {
        let scratch = try Scratch()
        try #require(symlink("/tmp/elsewhere", scratch.inside("lock")) == 0)
        #expect(throws: FileError.isSymbolicLink) {
            _ = try FileLock.acquire("lock", in: scratch.open(), mode: .exclusive)
        }
    }

    @Test("ATTACK 60: a lock excludes another process, and is free when that one is killed")
    func killed() async throws {
        let scratch = try Scratch()
        let path = String(decoding: scratch.path.bytes, as: UTF8.self)
        async let watched: Void = Self.watchAndKill(scratch)
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let folder = try Directory.open(FilePath(path))
            let lock = try FileLock.acquire("lock", in: folder, mode: .exclusive)
            try AtomicFile.replace("pid", in: folder, with: Array("\(getpid())".utf8))
            Machine.sleep(.seconds(1_800))
            _ = consume lock
        }
        try await watched
        _ = try FileLock.acquire("lock", in: scratch.open(), mode: .exclusive)
    }

    @concurrent private static func watchAndKill(_ scratch: Scratch) async throws {
        let folder = try scratch.open()
        for _ in 0..<3000 where try !folder.contains("pid") {
            try await Task.sleep(for: .milliseconds(10))
        }
        let text = try AtomicFile.read("pid", in: folder, limit: 20)
        let pid = try #require(Int32(String(decoding: text, as: UTF8.self)))
        #expect(throws: FileError.wouldBlock) {
            _ = try FileLock.acquire("lock", in: folder, mode: .exclusive)
        }
        kill(pid, SIGKILL)
    }
}

import Dispatch
import Glibc
import Testing

@testable import VaultFiles

/// A folder of a test's own, removed with everything in it at the end.
final class Scratch: Sendable {
    let path: FilePath

    init() throws {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        let name = try FileName("lighttight-files-\(getpid())-\(UInt64.random(in: 0 ... .max))")
        let parent = try Directory.open(FilePath(base), followingLast: true)
        try parent.makeFolder(name)
        path = try FilePath(base).appending(name)
    }

    func open() throws(FileError) -> Directory { try Directory.open(path) }

    /// A path inside, for calls of Glibc's.
    func inside(_ name: String) -> String {
        String(decoding: path.bytes, as: UTF8.self) + "/" + name
    }

    func put(_ name: String, _ bytes: [UInt8] = []) throws {
        try open().createExclusive(FileName(name)).write(bytes)
    }

    deinit {
        // What is left of a scratch folder harms nobody.
        try? Self.empty(open())
        _ = path.withCString { rmdir($0) }
    }

    private static func empty(_ folder: borrowing Directory) throws {
        var entries = try folder.entries()
        while let entry = try entries.next() {
            if try folder.status(of: entry.name).kind == .folder {
                try empty(folder.openFolder(entry.name))
                try folder.removeFolder(entry.name)
            } else {
                try folder.unlink(entry.name)
            }
        }
    }
}

/// All names in a folder, sorted.
func names(_ folder: borrowing Directory) throws -> [FileName] {
    var entries = try folder.entries()
    var names: [FileName] = []
    while let entry = try entries.next() { names.append(entry.name) }
    return names.sorted()
}

/// Every sort of thing that is not a regular file, made in a scratch folder under these names.
func makeOddThings(in scratch: Scratch) throws {
    try #require(mkfifo(scratch.inside("fifo"), 0o600) == 0)
    try #require(symlink("/etc/passwd", scratch.inside("link")) == 0)
    try #require(symlink("/nowhere", scratch.inside("dangling")) == 0)
    let number = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(number) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let path = scratch.inside("socket")
    try #require(path.utf8.count < 108)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let bound = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
    }
    try #require(bound == 0)
}

/// Runs something that blocks on a thread of its own: the few of the concurrency pool must stay
/// free, or two tests that wait for each other never end.
func onThread<Value: Sendable>(
    _ body: @escaping @Sendable () throws -> Value
) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue.global().async { continuation.resume(with: Result { try body() }) }
    }
}

import Dispatch
import Glibc
import VaultCrypto
import VaultFiles
import VaultFormat

@testable import VaultStore

/// A folder of a test's own, removed with everything in it at the end.
final class Scratch: Sendable {
    let path: FilePath

    init() throws {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        let name = try FileName("lighttight-store-\(getpid())-\(UInt64.random(in: 0 ... .max))")
        try Directory.open(FilePath(base), followingLast: true).makeFolder(name)
        path = try FilePath(base).appending(name)
    }

    var text: String { String(decoding: path.bytes, as: UTF8.self) }

    func open() throws(FileError) -> Directory { try Directory.open(path) }

    func open(_ below: String) throws -> Directory {
        try open().openFolder(beneath: FilePath(below))
    }

    deinit {
        // What is left of a scratch folder harms nobody.
        try? Self.empty(open())
        _ = text.withCString { rmdir($0) }
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

/// The stores that the common suite is run over.
enum Place: String, CaseIterable, Sendable {
    case folder, memory

    func make() throws -> PlacedStore {
        switch self {
        case .memory: return PlacedStore(store: MemoryPackStore(), scratch: nil)
        case .folder:
            let scratch = try Scratch()
            return PlacedStore(
                store: try DirectoryPackStore.create(in: scratch.open()), scratch: scratch)
        }
    }
}

/// A store, and the folder it lies in if it lies in one.
struct PlacedStore {
    let store: any PackStore
    let scratch: Scratch?

    /// All bytes of a pack, by way of its reader.
    func bytes(of name: PackName) throws -> [UInt8] {
        let reader = try store.openPack(name)
        var bytes = [UInt8](repeating: 0, count: Int(reader.byteCount))
        let count = try bytes.withUnsafeMutableBytes { try reader.read(at: 0, into: $0) }
        return Array(bytes[..<count])
    }

    /// Puts other bytes under a pack's name, behind the store's back.
    func overwrite(_ name: PackName, with bytes: [UInt8]) throws {
        if let memory = store as? MemoryPackStore {
            memory[name] = bytes
            return
        }
        let folder = try scratch!.open("packs/\(name.hex.prefix(2))")
        let file = try folder.openForUpdate(FileName(name.hex))
        try file.truncate(to: 0)
        try file.write(bytes, at: 0)
    }

    func packs() throws -> [PackName: UInt64] {
        var found: [PackName: UInt64] = [:]
        try store.forEachPack { name, count in found[name] = count }
        return found
    }
}

/// Bytes that look like nothing and are the same each time. (Multiplied and folded: quick enough
/// for 40 MB in a debug build.)
func picture(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
        let raw = UnsafeMutableRawBufferPointer(buffer)
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        var place = 0
        while place + 8 <= count {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            raw.storeBytes(of: state ^ state >> 29, toByteOffset: place, as: UInt64.self)
            place += 8
        }
        while place < count {
            raw[place] = UInt8(truncatingIfNeeded: state >> UInt64(8 * (place % 8)))
            place += 1
        }
        initialized = count
    }
}

func fileKey(_ number: UInt8) throws(CryptoError) -> FileKey {
    let secret = Secret(count: keyByteCount) { bytes in
        for index in bytes.indices { bytes[index] = number ^ UInt8(index) }
    }
    return try FileKey(checking: secret)
}

func context(_ number: UInt8, kind: Associated.ObjectKind = .original) -> [UInt8] {
    Associated.object(
        vault: VaultID(words: .init(repeating: 1)),
        record: RecordID(words: .init(repeating: number)), kind: kind)
}

extension PackWriter {
    func append(_ plaintext: [UInt8], _ number: UInt8 = 1) throws -> UInt64 {
        let key = try fileKey(number)
        return try plaintext.withUnsafeBytes { (bytes) throws(StoreError) in
            try append(bytes, key: key, context: context(number))
        }
    }

    func feed(_ plaintext: [UInt8]) throws {
        try plaintext.withUnsafeBytes { try feed($0) }
    }
}

extension ObjectReader {
    func read(
        _ pack: any PackReader, at offset: UInt64, count: Int, _ number: UInt8 = 1,
        context other: [UInt8]? = nil
    ) throws -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        try read(
            pack, at: offset, byteCount: UInt64(count), key: fileKey(number),
            context: other ?? context(number)
        ) { bytes.append(contentsOf: $0) }
        return bytes
    }

    func readRange(
        _ range: Range<Int>, of pack: any PackReader, at offset: UInt64, count: Int
    ) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try readRange(
            UInt64(range.lowerBound)..<UInt64(range.upperBound), of: pack, at: offset,
            byteCount: UInt64(count), key: fileKey(1), context: context(1)
        ) { bytes.append(contentsOf: $0) }
        return bytes
    }
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

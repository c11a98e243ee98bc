import Foundation
import Glibc
import Synchronization
import Testing
import VaultFormat

@testable import VaultKit

/// A folder of a test's own, gone with this value.
final class Scratch: Sendable {
    let path: String

    init() {
        let base = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        var template = Array("\(base)/lighttight-kit.XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { preconditionFailure("no room for a test") }
        path = String(cString: made)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }  // The next boot does it else.

    subscript(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file and the folders above it.
    @discardableResult
    func put(_ name: String, _ bytes: [UInt8], modified: Double? = nil) throws -> String {
        let whole = self[name]
        try FileManager.default.createDirectory(
            atPath: (whole as NSString).deletingLastPathComponent,
            withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: whole))
        if let modified {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: modified)], ofItemAtPath: whole)
        }
        return whole
    }

    @discardableResult
    func put(_ name: String, _ text: String) throws -> String { try put(name, Array(text.utf8)) }

    func bytes(_ name: String) -> [UInt8]? {
        FileManager.default.contents(atPath: self[name]).map(Array.init)
    }

    func has(_ name: String) -> Bool { bytes(name) != nil }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: self[name]) }

    func makeFolder(_ name: String) throws {
        try FileManager.default.createDirectory(
            atPath: self[name], withIntermediateDirectories: true)
    }

    func link(_ name: String, to target: String) { #expect(symlink(target, self[name]) == 0) }

    /// Every file below a folder, sorted; folders are not named.
    func files(below name: String = "") -> [String] {
        let root = name.isEmpty ? path : self[name]
        guard let all = FileManager.default.enumerator(atPath: root) else { return [] }
        return all.compactMap { $0 as? String }.filter {
            var status = stat()
            return lstat("\(root)/\($0)", &status) == 0 && status.st_mode & S_IFMT != S_IFDIR
        }.sorted()
    }

    /// Path, size, inode and time of change of everything below a folder.
    func snapshot(_ name: String) -> [String] {
        guard let all = FileManager.default.enumerator(atPath: self[name]) else { return [] }
        return all.compactMap { $0 as? String }.map {
            var status = stat()
            lstat("\(self[name])/\($0)", &status)
            let time = status.st_mtim
            return "\($0) \(status.st_size) \(status.st_ino) \(time.tv_sec).\(time.tv_nsec)"
        }.sorted()
    }
}

/// Bytes that no other seed gives.
func picture(_ seed: Int, _ count: Int = 1000) -> [UInt8] {
    var state = UInt64(truncatingIfNeeded: seed) &* 0x9E37_79B9_7F4A_7C15 | 1
    var bytes = [UInt8](repeating: 0, count: count)
    bytes.withUnsafeMutableBytes { buffer in
        for index in 0..<(count / 8) {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            buffer.storeBytes(of: state, toByteOffset: index * 8, as: UInt64.self)
        }
        for index in (count / 8 * 8)..<count { buffer[index] = UInt8(truncatingIfNeeded: seed) }
    }
    return bytes
}

/// What observers were told, from all threads.
final class Told<Thing: Sendable>: Sendable {
    private let list = Mutex<[Thing]>([])
    var all: [Thing] { list.withLock { $0 } }
    func add(_ thing: Thing) { list.withLock { $0.append(thing) } }
}

/// The code of what is thrown; `nil` when nothing is.
func code(_ body: () throws -> Void) -> VaultError.Code? {
    do {
        try body()
        return nil
    } catch let error as VaultError {
        return error.code
    } catch {
        Issue.record("\(error)")
        return nil
    }
}

func passphrase(_ text: String = "correct horse battery staple") throws -> Passphrase {
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    _ = text.withCString { Glibc.write(ends[1], $0, strlen($0)) }
    close(ends[1])
    defer { close(ends[0]) }
    return try Passphrase.read(descriptor: ends[0])
}

/// A vault made once for all tests, and copied for each.
private enum Template {
    static let folder: Result<Scratch, any Error> = Result {
        let scratch = Scratch()
        var request = InitRequest()
        request.cost = .insecureForTests
        request.acceptWeak = true
        _ = try Vault.create(
            at: Array(scratch["Vault"].utf8), passphrase: passphrase(), request: request)
        atexit { if case .success(let made) = Template.folder { Template.remove(made) } }
        return scratch
    }

    private static func remove(_ scratch: Scratch) {
        try? FileManager.default.removeItem(atPath: scratch.path)  // The next boot does it else.
    }
}

/// A vault of a test's own, with a folder for its sources and targets.
final class TestVault {
    let scratch = Scratch()
    let vault: UnlockedVault
    var path: String { scratch["Vault"] }

    init() throws {
        try FileManager.default.copyItem(
            atPath: Template.folder.get()["Vault"], toPath: scratch["Vault"])
        vault = try Self.open(scratch["Vault"])
    }

    /// The vault as another process would open it.
    func again() throws -> UnlockedVault { try Self.open(path) }

    static func open(_ path: String) throws -> UnlockedVault {
        try Vault.open(at: Array(path.utf8)).unlock(passphrase()).pictures()
    }
}

struct Imported {
    var report: ImportReport
    var outcomes: [ImportOutcome]

    subscript(_ ending: String) -> ImportOutcome? {
        outcomes.first { String(decoding: $0.path, as: UTF8.self).hasSuffix(ending) }
    }
}

struct Exported {
    var report: ExportReport
    var outcomes: [ExportOutcome]

    func paths(_ kind: ExportOutcome.Kind) -> [String] {
        outcomes.filter { $0.kind == kind }.map { String(decoding: $0.path, as: UTF8.self) }
            .sorted()
    }
}

extension UnlockedVault {
    @discardableResult
    func take(
        _ paths: [String], _ change: (inout ImportRequest) -> Void = { _ in }
    ) throws -> Imported {
        try watch(paths, stop: { false }, progress: { _ in }, change)
    }

    @discardableResult
    func watch(
        _ paths: [String], stop: @escaping StopSign = { false },
        progress: @escaping @Sendable (VaultKit.Progress) -> Void = { _ in },
        told: Told<ImportOutcome> = Told(), _ change: (inout ImportRequest) -> Void = { _ in }
    ) throws -> Imported {
        var request = ImportRequest()
        request.paths = paths.map { Array($0.utf8) }
        change(&request)
        let report = try importFiles(
            request, stop: stop, progress: progress, outcome: { told.add($0) })
        return Imported(report: report, outcomes: told.all)
    }

    @discardableResult
    func put(
        to target: String, _ change: (inout ExportRequest) -> Void = { _ in }
    ) throws -> Exported {
        var request = ExportRequest()
        request.target = Array(target.utf8)
        change(&request)
        let told = Told<ExportOutcome>()
        let report = try export(
            request, stop: { false }, progress: { _ in }, outcome: { told.add($0) })
        return Exported(report: report, outcomes: told.all)
    }

    func list(_ change: (inout PictureFilter) -> Void = { _ in }) throws -> [Picture] {
        var filter = PictureFilter()
        change(&filter)
        var all: [Picture] = []
        try pictures(filter) { all.append($0) }
        return all
    }

    /// Names of what the filter means, without their folders, sorted.
    func names(_ change: (inout PictureFilter) -> Void = { _ in }) throws -> [String] {
        try list(change).flatMap(\.occurrences).map {
            String(decoding: $0.path.split(separator: UInt8(ascii: "/")).last ?? [], as: UTF8.self)
        }.sorted()
    }

    func findings(_ sample: Double = 1) throws -> [Finding] {
        var request = VerifyRequest()
        request.sample = sample
        return try verify(request, stop: { false }, progress: { _ in }, found: { _ in }).findings
    }

    @discardableResult
    func squeeze(all: Bool = true) throws -> CompactReport {
        try compact(all: all, stop: { false }, progress: { _ in })
    }
}

extension PictureFilter {
    init(_ change: (inout Self) -> Void) {
        self.init()
        change(&self)
    }

    static var everything: Self { Self() }
}

import Foundation
import Glibc
import Synchronization
import TestProcesses

/// The folders of one scenario: HOME with the vault in it and TMPDIR, in which nobody may find a
/// canary, and a working folder, where pictures lie in the clear.
final class Stage: Sendable {
    /// Stands in the passphrase and in every name, content, album, subject and tag.
    static let canary = "Canary9Wm4"
    static let passphrase = "marmalade \(canary) zeppelin quilt"

    let root: String
    var home: String { root + "/home" }
    var temporary: String { root + "/tmp" }
    var work: String { root + "/work" }
    var vault: String { home + "/Vault" }
    var copy: String { home + "/Copy" }
    private let captures = Atomic<Int>(0)

    /// Hold all stages; go when the process ends, with fixtures, which nobody else takes away.
    private static let all = folderOfAll(in: fastTemporaryFolder)
    private static let allOnDisk = folderOfAll(in: NSTemporaryDirectory())

    private static func folderOfAll(in parent: String) -> String {
        var template = Array((parent + "/lighttight-faults-XXXXXX").utf8CString)
        precondition(mkdtemp(&template) != nil, "the temporary folder takes no folder")
        let bytes = template.dropLast().map { UInt8(bitPattern: $0) }
        let path = (String(decoding: bytes, as: UTF8.self) as NSString).standardizingPath
        // Some scenarios run as another user.
        chmod(path, 0o711)
        made.withLock {
            if $0.isEmpty {
                atexit {
                    for path in Stage.made.withLock({ $0 }) {
                        // What stays behind in the temporary folder harms nobody.
                        try? FileManager.default.removeItem(atPath: path)
                    }
                }
            }
            $0.append(path)
        }
        return path
    }

    private static let made = Mutex<[String]>([])

    /// - Parameters:
    ///   - fixture: the stage whose HOME this one begins with a copy of.
    ///   - isOnDisk: doctor warns of a vault in memory.
    init(like fixture: Stage? = nil, onDisk isOnDisk: Bool = false) throws {
        root = (isOnDisk ? Self.allOnDisk : Self.all) + "/" + UUID().uuidString
        for folder in [temporary, work, root + "/capture"] + (fixture == nil ? [home] : []) {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
        }
        try put("pass", Self.passphrase + "\n")
        if let fixture { try copy(fixture.home, to: home) }
    }

    deinit {
        // A folder that stays behind in the temporary folder harms nobody.
        try? FileManager.default.removeItem(atPath: root)
    }

    /// Writes a file below the working folder, with the folders above it.
    func put(_ name: String, _ text: String) throws { try put(name, Array(text.utf8)) }

    func put(_ name: String, _ bytes: [UInt8]) throws {
        let path = work + "/" + name
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent,
            withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        chmod(path, 0o600)
    }

    /// Copies a tree with everything that is known of it.
    func copy(_ source: String, to target: String) throws {
        let line = ["/bin/cp", "-a", "--reflink=auto", source, target].map { Array($0.utf8) }
        let ended = try start(line).wait()
        guard ended.status == 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    /// Looks like a JPEG to those who look at the first bytes.
    static func jpeg(_ subject: String) -> [UInt8] {
        [0xFF, 0xD8, 0xFF, 0xE0]
            + Array(String(repeating: "\(canary) \(subject) ", count: 300).utf8)
    }

    // MARK: - Processes

    /// The folder in which the test bundle, and so the program, was built.
    static let programs: String = {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let path = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
        // The test runner may be another program; the bundle is then among its arguments.
        let candidates = [path] + CommandLine.arguments
        let folders = candidates.map { ($0 as NSString).deletingLastPathComponent }
        return folders.first { FileManager.default.isExecutableFile(atPath: $0 + "/lighttight") }
            ?? "."
    }()

    /// As many as there are cores: more would only wait for each other.
    private static let turn: OperationQueue = {
        let queue = OperationQueue()
        queue.maxConcurrentOperationCount = 2
        return queue
    }()

    func start(_ arguments: [[UInt8]], _ variables: [String: String] = [:]) throws -> Spawned {
        let number = captures.add(1, ordering: .relaxed).newValue
        return try Spawned(
            arguments, in: work,
            environment: [
                "PATH": Self.programs + ":/usr/bin:/bin", "HOME": home, "TMPDIR": temporary,
                "TZ": "UTC", "LC_ALL": "C.UTF-8", "LIGHTTIGHT_VAULT": vault,
                "LIGHTTIGHT_PASSPHRASE_FILE": work + "/pass", "CANARY": Self.canary,
            ].merging(variables) { $1 }.filter { !$0.value.isEmpty },
            capture: root + "/capture/\(number)")
    }

    /// Starts `lighttight` and does not wait for its turn; for scenarios of several at once.
    func startLighttight(
        _ arguments: [String], _ variables: [String: String] = [:]
    ) throws -> Spawned {
        try start(
            ([Self.programs + "/lighttight"] + Self.words(arguments)).map { Array($0.utf8) },
            variables)
    }

    /// Looking at pictures is an operation of its own here, `index`.
    private static func words(_ arguments: [String]) -> [String] {
        arguments.first == "import" ? ["import", "--no-look"] + arguments.dropFirst() : arguments
    }

    func lighttight(
        _ arguments: [String], fault: String? = nil, _ variables: [String: String] = [:]
    ) async throws -> Ended {
        let fault = fault.map { ["LIGHTTIGHT_FAULT": $0] } ?? [:]
        return try await run(
            ([Self.programs + "/lighttight"] + Self.words(arguments)).map { Array($0.utf8) },
            variables.merging(fault) { $1 })
    }

    /// Runs a line of shell in the working folder.
    func shell(_ line: String, _ variables: [String: String] = [:]) async throws -> Ended {
        try await run(["/bin/sh", "-c", line].map { Array($0.utf8) }, variables)
    }

    func run(_ arguments: [[UInt8]], _ variables: [String: String] = [:]) async throws -> Ended {
        try await withCheckedThrowingContinuation { continuation in
            Self.turn.addOperation {
                continuation.resume(
                    with: Result { try self.start(arguments, variables).wait() })
            }
        }
    }
}

import Dispatch
import Foundation
import Glibc
import TestProcesses

/// A fresh folder for one test: HOME, TMPDIR and a working folder with pictures and a passphrase in
/// it, every one of them carrying a canary. Only HOME and TMPDIR are hunted for canaries: pictures
/// lie in the clear in the working folder, as they do before anybody imports them.
final class Workplace: Sendable {
    /// Stands in the passphrase and in every name, content, album, subject and tag.
    static let canary = "Canary7Qx2"
    static let passphrase = "marmalade \(canary) zeppelin quilt"

    let root: String
    var home: String { root + "/home" }
    var temporary: String { root + "/tmp" }
    var work: String { root + "/work" }
    var vault: String { home + "/.local/share/lighttight/vault" }

    init() throws {
        var template = Array((NSTemporaryDirectory() + "/lighttight-commands-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw CocoaError(.fileWriteUnknown) }
        let bytes = template.dropLast().map { UInt8(bitPattern: $0) }
        // As the program names it, which resolves nothing but tidies.
        root = (String(decoding: bytes, as: UTF8.self) as NSString).standardizingPath
        for folder in [home, temporary, work, work + "/pictures/sub", root + "/capture"] {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
        }
        try put("pass", Array((Self.passphrase + "\n").utf8))
        try put("wrong", Array("not the \(Self.canary) passphrase at all\n".utf8))
        chmod(work + "/pass", 0o600)
        chmod(work + "/wrong", 0o600)
        try put("pictures/\(Self.canary)-sea.jpg", Self.jpeg("sea"))
        try put("pictures/\(Self.canary)-hill.jpg", Self.jpeg("hill"))
        try put("pictures/sub/\(Self.canary)-sea again.jpg", Self.jpeg("sea"))
        try put("pictures/\(Self.canary)-empty", [])
    }

    deinit {
        // A folder that stays behind in the temporary folder harms nobody.
        try? FileManager.default.removeItem(atPath: root)
    }

    /// Looks like a JPEG, to those who look at the first bytes.
    static func jpeg(_ subject: String) -> [UInt8] {
        [0xFF, 0xD8, 0xFF, 0xE0]
            + Array(String(repeating: "\(canary) \(subject) ", count: 200).utf8)
    }

    func put(_ name: String, _ bytes: [UInt8]) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: work + "/" + name))
    }

    struct Ended: Sendable {
        var status: Int32
        var output: [UInt8]
        var errors: [UInt8]
        var outputText: String { String(decoding: output, as: UTF8.self) }
        var errorText: String { String(decoding: errors, as: UTF8.self) }
    }

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

    /// Runs a line of shell in the working folder, in a session of its own without a terminal.
    func shell(_ line: String, variables: [String: String] = [:]) async throws -> Ended {
        try await run(["/bin/sh", "-c", line], variables: variables)
    }

    /// Runs a program in the working folder, off the concurrency pool's threads.
    func run(_ arguments: [String], variables: [String: String] = [:]) async throws -> Ended {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try self.wait(arguments, variables) })
            }
        }
    }

    private func wait(_ arguments: [String], _ variables: [String: String]) throws -> Ended {
        let ended = try Spawned(
            arguments.map { Array($0.utf8) }, in: work,
            environment: [
                "PATH": Self.programs + ":/usr/bin:/bin", "HOME": home, "TMPDIR": temporary,
                "TZ": "UTC", "LC_ALL": "C.UTF-8", "TERM": "xterm",
            ].merging(variables) { $1 },
            capture: root + "/capture/" + UUID().uuidString
        ).wait()
        return Ended(
            // As a shell would say it.
            status: ended.status ?? 128 + ended.signal!, output: ended.output,
            errors: ended.errors)
    }
}

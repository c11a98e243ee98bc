import Foundation
import TestProcesses
import Testing

@Suite("The second reader")
struct IndependentReaderTests {
    @Test("the Python reader finds the same in every vector")
    func vectors() throws {
        let python = try #require(
            IndependentReader.python,
            """
            no python3 has the modules of the second reader: install the Debian packages \
            python3-cryptography, python3-argon2 and python3-nacl (make test does)
            """)
        let files = VectorFile.all.map { "\(VectorFile.folder)/\($0.group)/\($0.name).json" }
        try #require(!files.isEmpty)
        let result = try IndependentReader.run(
            [python, IndependentReader.path, "vector"] + files)
        #expect(result.status == 0, "\(result.output)")
        #expect(result.output.contains("\(files.count) vectors, 0 differ"))
    }

    /// Vaults that check_reader.py writes by hand. A vault that lighttight itself wrote is checked the
    /// same way by `check_reader.py VAULT PASSPHRASE-FILE FOLDER`, from the tests of the commands.
    @Test("ATTACK 69: the Python reader exports a whole vault, and never out of its target")
    func vaults() throws {
        guard let python = IndependentReader.python else { return }  // The test above fails then.
        let script = IndependentReader.path.replacing(
            "lighttight_reader.py", with: "check_reader.py")
        let result = try IndependentReader.run([python, script])
        #expect(result.status == 0, "\(result.output)")
        #expect(result.output.contains("all as expected"))
    }

    @Test("the Python reader says so when a vector differs")
    func difference() throws {
        guard let python = IndependentReader.python else { return }  // The test above fails then.
        let folder = "\(FileManager.default.temporaryDirectory.path)/lighttight-\(UUID())/padme"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { removeFolder(String(folder.dropLast("/padme".count))) }
        let vector = #"{"inputs": {"bytes": 9}, "expect": "truncated", "comment": "", "spec": ""}"#
        try vector.write(toFile: "\(folder)/wrong.json", atomically: false, encoding: .utf8)
        let result = try IndependentReader.run(
            [python, IndependentReader.path, "vector", "\(folder)/wrong.json"])
        #expect(result.status == 1)
        #expect(result.output.contains("expected truncated, found opens"))
    }

    private func removeFolder(_ folder: String) {
        do {
            try FileManager.default.removeItem(atPath: folder)
        } catch {
            Issue.record("\(folder) stays behind: \(error)")
        }
    }
}

/// Runs Docs/Spec/independent/lighttight_reader.py.
enum IndependentReader {
    /// The reader in this checkout.
    static let path =
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        .joined(separator: "/") + "/Docs/Spec/independent/lighttight_reader.py"

    /// The first Python that can import what the reader needs; `nil` when none can.
    static let python: String? = ["/usr/bin/python3", "python3"].first { python in
        do {
            return try run([python, "-c", "import cryptography, argon2, nacl.bindings"]).status == 0
        } catch {
            return false
        }
    }

    /// Runs a command to its end; `output` is what it wrote to both of its outputs.
    static func run(_ command: [String]) throws -> (status: Int32, output: String) {
        let ended = try Spawned.run(command)
        return (ended.status ?? -1, ended.outputText + ended.errorText)
    }
}

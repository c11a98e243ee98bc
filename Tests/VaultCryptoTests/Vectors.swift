import Foundation
import TestProcesses
import Testing

/// Published test vectors, which are not part of the repository.
enum Vectors {
    /// `LIGHTTIGHT_VECTORS`, else `../shared/vectors` beside the checkout; nil if there is none.
    static let folder: URL? = {
        let named = ProcessInfo.processInfo.environment["LIGHTTIGHT_VECTORS"]
        let checkout = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let folder =
            named.map { URL(fileURLWithPath: $0) }
            ?? checkout.deletingLastPathComponent().appendingPathComponent("shared/vectors")
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }()

    /// The cases of a Wycheproof file, or nil (and a line that says so) where it is absent. A file
    /// without cases is a failure: it would prove nothing.
    static func wycheproof<Case: Decodable>(_ name: String, of: Case.Type) throws -> [Case]? {
        let cases = try wycheproofGroups(name, of: Group<Case>.self)?.flatMap(\.tests)
        try #require(cases.map(\.isEmpty) != true)
        return cases
    }

    /// The groups of cases, for files whose groups say something too.
    static func wycheproofGroups<G: Decodable>(_ name: String, of: G.Type) throws -> [G]? {
        let file = folder?.appendingPathComponent("wycheproof/\(name)_test.json")
        guard let file, FileManager.default.fileExists(atPath: file.path) else {
            print("skipped: no published vectors \"\(name)\"")
            return nil
        }
        let groups = try JSONDecoder().decode(File<G>.self, from: Data(contentsOf: file)).testGroups
        try #require(!groups.isEmpty)
        return groups
    }

    private struct Group<Case: Decodable>: Decodable { let tests: [Case] }
    private struct File<G: Decodable>: Decodable { let testGroups: [G] }

    /// Runs a Python program and returns the lines it prints, or nil when it fails (no Python, or
    /// a module it needs is missing).
    static func python(_ program: String, _ arguments: [String] = []) throws -> [String]? {
        let ended = try Spawned.run(["python3", "-c", program] + arguments)
        guard ended.status == 0 else { return nil }
        return ended.outputText.split(separator: "\n").map(String.init)
    }
}

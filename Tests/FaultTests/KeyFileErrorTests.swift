import Foundation
import TestProcesses
import Testing

@Suite("A key file, when the disk fails")
struct KeyFileErrorTests {
    private static let new =
        ["--new-passphrase-file", "pass-new", "--new-key-file", "vault.key"]
        + ["--cost", "insecure-for-tests"]

    private func stage() async throws -> Stage {
        let stage = try Stage(like: try await Fixtures.shared.stage(.two))
        try stage.putPassphrase("new")
        return stage
    }

    /// Numbers of the faults to try: before and after the change is durable.
    private func sample(_ words: [String]) async throws -> [Int] {
        let counted = try await stage().lighttight(words, fault: "count")
        let points = Course.points(in: counted)
        let committed = try #require(points.firstIndex(of: "records committed"), "\(counted.told)")
        if Course.isLong { return Array(1...points.count) }
        return [committed, committed + 2, points.count]
    }

    @Test(
        "ATTACKS 48, 49: a slot that wants a key file by now has it, whatever failed then",
        arguments: ["eio", "enospc"])
    func change(_ kind: String) async throws {
        let words = ["key", "change"] + Self.new
        try await atATime(2, try await sample(words)) { number in
            let stage = try await stage()
            let ended = try await stage.lighttight(words, fault: "\(kind)@\(number)+")
            let old = try await stage.lighttight(["list"])
            let opened = try await stage.lighttight(
                ["list", "--passphrase-file", "pass-new", "--key-file", "vault.key"])
            #expect(
                (old.status == 0) != (opened.status == 0),
                "\(kind)@\(number)+: \(ended.told)\(old.told)\(opened.told)")
            if ended.status == 0 { #expect(opened.status == 0, "\(kind)@\(number)+") }
            // What opens nothing is not left lying about.
            let isThere = FileManager.default.fileExists(atPath: stage.work + "/vault.key")
            #expect(isThere == (opened.status == 0), "\(kind)@\(number)+")
        }
    }

    @Test("ATTACKS 48, 49: likewise a slot that was added", arguments: ["enospc"])
    func add(_ kind: String) async throws {
        let words = ["key", "add", "--label", "Stick"] + Self.new
        try await atATime(2, try await sample(words)) { number in
            let stage = try await stage()
            let ended = try await stage.lighttight(words, fault: "\(kind)@\(number)+")
            let list = try await stage.lighttight(["key", "list", "--json"])
            let isListed = list.outputText.contains("\"label\":\"Stick\"")
            let opened = try await stage.lighttight(
                ["list", "--passphrase-file", "pass-new", "--key-file", "vault.key"])
            #expect(
                (opened.status == 0) == isListed, "\(kind)@\(number)+: \(ended.told)\(opened.told)")
            let isThere = FileManager.default.fileExists(atPath: stage.work + "/vault.key")
            #expect(isThere == isListed, "\(kind)@\(number)+: \(ended.told)")
        }
    }
}

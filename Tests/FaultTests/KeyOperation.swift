import Foundation
import TestProcesses
import Testing

/// A change of who may open the vault, which is killed at each of its steps.
struct KeyOperation: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let words: @Sendable (Stage) -> [String]
    /// How it ends when it was done already: there is such a slot, no such slot, or the old passphrase opens
    /// nothing any more.
    var again: Int32 = 0

    private static let new = ["--new-passphrase-file", "pass-new", "--cost", "insecure-for-tests"]

    static let all = [
        KeyOperation(
            testDescription: "key add",
            words: { _ in
                ["key", "add", "--label", "New", "--role", "auditor"] + new
            }, again: 2),
        KeyOperation(
            testDescription: "key change",
            words: { _ in
                ["key", "change", "--passphrase-file", "pass-ada"] + new
            }, again: 12),
        KeyOperation(
            testDescription: "key change --role --label",
            words: { _ in
                ["key", "change", "Ada", "--role", "desk", "--label", "Desk"]
            }, again: 5),
        KeyOperation(
            testDescription: "key remove", words: { _ in ["key", "remove", "Ada"] }, again: 5),
        rotate,
        KeyOperation(
            testDescription: "key remove --rotate",
            words: { _ in ["key", "remove", "Ada", "--rotate"] }, again: 5),
    ]

    static let rotate = KeyOperation(
        testDescription: "key rotate", words: { _ in ["key", "rotate"] })

    /// Whether the keys that wrap pictures are others afterwards.
    var isRotating: Bool { testDescription.hasSuffix("rotate") }

    /// Passphrases of slots that may open what there is, in the files of these names.
    static let passphrases = ["pass", "pass-ada", "pass-new"]

    func stage() async throws -> Stage {
        let stage = try Stage(like: try await Fixtures.shared.stage(.staffed))
        for name in ["ada", "new"] { try stage.putPassphrase(name) }
        return stage
    }

    func run(_ stage: Stage, fault: String? = nil) async throws -> Ended {
        try await stage.lighttight(words(stage), fault: fault)
    }
}

/// What a change of the slots leads from and to.
struct KeyCourse: Sendable {
    let operation: KeyOperation
    let points: [String]
    let before: KeyState
    let after: KeyState
    /// Wrapped keys that it destroys.
    let doomedKeys: [[UInt8]]

    init(_ operation: KeyOperation) async throws {
        self.operation = operation
        let stage = try await operation.stage()
        before = try await KeyState(stage)
        let keys = try stage.wrappedKeys()
        let counted = try await operation.run(stage, fault: "count")
        try #require(counted.status == 0, "\(counted.told)")
        points = Course.points(in: counted)
        try #require(!points.isEmpty, "a program without fault points: \(counted.told)")
        let left = try stage.wrappedKeys()
        doomedKeys = keys.filter { !left.contains($0) }
        try #require(doomedKeys.count == (operation.isRotating ? keys.count : 0))
        after = try await KeyState(stage)
        try #require((before != after) == (operation.testDescription != "key rotate"))
    }

    /// Around each commit, and the last of all; every one in a long run.
    func sample() -> [Int] {
        if Course.isLong { return Array(1...points.count) }
        let commit = points.lastIndex(of: "records commit").map { $0 + 1 } ?? 1
        let committed = points.firstIndex(of: "records committed").map { $0 + 2 } ?? 1
        return Set([commit, committed, points.count]).sorted()
    }
}

/// Who may open a vault, without what differs from one making of it to the next.
struct KeyState: Equatable, CustomStringConvertible {
    var slots: Set<String> = []
    /// What opens by each passphrase: the pictures (0), nothing (12), or something else (18).
    var opening: [String: Int32] = [:]
    var description: String { slots.sorted().joined(separator: "\n") + "\n\(opening)" }

    init(_ stage: Stage) async throws {
        let list = try await stage.lighttight(["key", "list", "--json"])
        try #require(list.status == 0, "\(list.told)")
        for line in try JSONLine.all(in: list.outputText) where line.type == "slot" {
            slots.insert("\(line.object["label"] ?? "?"), \(line.object["role"] ?? "?")")
        }
        for name in KeyOperation.passphrases {
            opening[name] = try await stage.lighttight(["list", "--passphrase-file", name]).status
        }
    }
}

extension Stage {
    static let roles = ["owner", "manager", "desk", "depositor", "auditor", "keeper"]

    /// A copy of the fixture `roles`, with everybody's codes.
    static func withRoles() async throws -> Stage {
        let fixture = try await Fixtures.shared.stage(.roles)
        let stage = try Stage(like: fixture)
        for role in roles { try stage.copy("\(fixture.work)/code-\(role)", to: stage.work) }
        try stage.putPassphrase("new")
        return stage
    }

    /// The words that open a role's slot of the fixture `roles`.
    static func code(of role: String) -> [String] { ["--recovery-code-file", "code-\(role)"] }

    /// Writes a passphrase into the file `pass-NAME`.
    func putPassphrase(_ name: String) throws {
        try put("pass-\(name)", "trumpet \(Self.canary) harvest \(name) lantern\n")
    }

    /// The log holds together, and the records are what it says.
    func requireLogSound(_ options: [String] = [], when: Comment) async throws {
        let log = try await lighttight(["audit", "verify", "--every-signature"] + options)
        #expect(log.status == 0, "\(when): audit verify: \(log.told)")
    }
}

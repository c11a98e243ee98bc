import Foundation
import Glibc
import TestProcesses
import Testing

@Suite("Deposits, when the command that takes them in stops")
struct InboxFaultTests {
    private static let accept = ["inbox", "accept", "--all", "--no-look", "--json"]

    /// What accepting leads from and to.
    private struct Course {
        let before: VaultState
        let after: VaultState
        let points: [String]

        init() async throws {
            let stage = try Stage(like: try await Fixtures.shared.stage(.deposited))
            before = try await stage.state()
            let counted = try await stage.lighttight(accept, fault: "count")
            try #require(counted.status == 0, "\(counted.told)")
            points = FaultTests.Course.points(in: counted)
            after = try await stage.state()
            try #require(after.lines.count == before.lines.count + 4)
            try #require(try stage.deposits().isEmpty)
        }
    }

    /// Each deposit is in the vault, or waits, or both; then the same command takes in what waits.
    private func check(_ course: Course, _ stage: Stage, _ ended: Ended, _ when: Comment)
        async throws
    {
        let state = try await stage.state()
        #expect(state.lines.isSuperset(of: course.before.lines), "\(when): lost by \(state)")
        #expect(state.lines.isSubset(of: course.after.lines), "\(when): half of \(state)")
        let (came, waits) = (
            state.lines.count - course.before.lines.count, try stage.deposits().count
        )
        #expect(came + waits >= 4, "\(when): \(came) came in and \(waits) wait")
        for line in try JSONLine.all(in: ended.outputText) where line.type == "deposit_outcome" {
            let deposit = try #require(line.object["deposit"] as? String)
            let action = line.object["action"] as? String
            // Reported, so it is in the vault, whether its file is gone yet or not.
            if action == "imported" { #expect(came > 0, "\(when): \(line.object)") }
            if action == "failed" { #expect(try stage.deposits().contains(deposit), when) }
        }
        let again = try await stage.lighttight(Self.accept)
        #expect(again.status == 0, "\(when): again: \(again.told)")
        #expect(try await stage.state() == course.after, "\(when): after running it again")
        #expect(try stage.deposits().isEmpty, "\(when): left in the inbox")
        try await stage.requireSound(when: when)
        try await stage.requireLogSound(when: when)
        try stage.requireNoCanary()
    }

    @Test("ATTACKS 47, 104: accepting that is killed at any step loses no deposit")
    func killed() async throws {
        let course = try await Course()
        let numbers = FaultTests.Course.sample(5, of: course.points)
        try await atATime(2, numbers) { number in
            let stage = try Stage(like: try await Fixtures.shared.stage(.deposited))
            let ended = try await stage.lighttight(Self.accept, fault: "kill@\(number)")
            #expect(ended.isKilled || ended.status == 0, "\(ended.told)")
            let when = "accepting, killed at \(number), \(course.points[number - 1])"
            try await check(course, stage, ended, Comment(rawValue: when))
        }
    }

    @Test(
        "ATTACKS 48, 49, 104: accepting on a disk that fails or is full loses no deposit",
        arguments: ["eio", "enospc"])
    func failed(_ kind: String) async throws {
        let course = try await Course()
        let numbers = FaultTests.Course.sample(2, of: course.points)
        try await atATime(2, numbers) { number in
            let stage = try Stage(like: try await Fixtures.shared.stage(.deposited))
            let ended = try await stage.lighttight(Self.accept, fault: "\(kind)@\(number)+")
            let when = "accepting, \(kind)@\(number)+, \(course.points[number - 1])"
            #expect([0, 1, 3, 15].contains(ended.status), "\(when): \(ended.told)")
            if ended.status != 0 { try DiskErrorTests.requireOneSentence(ended, when) }
            try await check(course, stage, ended, Comment(rawValue: when))
        }
    }

    @Test("ATTACK 104: what waits tells its size class and nothing else")
    func tells() async throws {
        let stage = try await Stage.withRoles()
        try stage.put("one", [UInt8](repeating: 7, count: 20_000))
        try stage.put("two", [UInt8](repeating: 8, count: 20_011))
        let made = try await stage.shell(
            """
            set -e; rm "$LIGHTTIGHT_VAULT"/inbox/*; touch -d 2001-02-03T04:05:06 one
            lighttight deposit -q one --subject "$CANARY" --tag "$CANARY" --album "$CANARY" \\
                --recovery-code-file code-depositor
            mkdir carried; lighttight inbox key -q > key; lighttight deposit -q two --to key --into carried
            cp -p carried/* "$LIGHTTIGHT_VAULT/inbox"
            """)
        #expect(made.status == 0, "\(made.told)")
        let told = try await stage.shell(
            "cd \"$LIGHTTIGHT_VAULT\"/inbox && stat -c '%n %s %Y %a' *")
        let files = told.outputText.split(separator: "\n").map { $0.split(separator: " ") }
        try #require(files.count == 2, "\(told.told)")
        for file in files {
            #expect(file[0].wholeMatch(of: /[0-9a-f]{32}\.deposit/) != nil, "\(told.told)")
            #expect(Int(file[2])?.isMultiple(of: 86_400) == true, "not midnight: \(told.told)")
            #expect(file[3] == "600")
        }
        // Signed or not, with or without a subject, and whatever the size to the byte.
        #expect(files[0][1] == files[1][1], "\(told.told)")
        try stage.requireNoCanary()
        let list = try await stage.lighttight(["inbox", "list", "--json"])
        #expect(list.outputText.contains("\"state\":\"signed\""), "\(list.told)")
        #expect(list.outputText.contains("\"state\":\"unsigned\""), "\(list.told)")
    }

    @Test(
        "ATTACK 104: a deposit that somebody changed, or carried from another vault, costs only itself"
    )
    func meddled() async throws {
        let stage = try Stage(like: try await Fixtures.shared.stage(.deposited))
        let names = try stage.deposits().map { "\(stage.vault)/inbox/\($0).deposit" }
        for (name, place) in zip(names, [30, 60, 5_000] as [UInt64]) {
            try stage.flip(name, at: place)
        }
        let list = try await stage.lighttight(["inbox", "list", "--json"])
        #expect(list.status == 0, "\(list.told)")
        // The third is only opened when it is accepted.
        #expect(list.outputText.contains("\"damaged\":2"), "\(list.told)")
        let accept = try await stage.lighttight(Self.accept)
        #expect(accept.status == 3, "\(accept.told)")
        #expect(try stage.deposits().count == 3, "\(accept.told)")
        try await stage.requireSound(when: "after deposits that were changed")
        let rejected = try await stage.lighttight(["inbox", "reject"] + stage.deposits())
        #expect(rejected.status == 0, "\(rejected.told)")
        #expect(try stage.deposits().isEmpty)
        try stage.requireNoCanary()
    }
}

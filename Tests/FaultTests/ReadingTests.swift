import Foundation
import Glibc
import TestProcesses
import Testing

@Suite("Nothing is shown that the log does not tell")
struct ReadingTests {
    /// What shows something of pictures; `ID` is that of the one with a subject, and what is shown goes to standard
    /// output or below the folder `out`.
    private static let readings: [[String]] = [
        ["list", "--all"], ["show", "ID"], ["cat", "ID"], ["export", "--all", "--to", "out"],
        ["look", "\(Stage.canary) subject"],
        ["look", "\(Stage.canary) subject", "--to", "out"], ["inbox", "list"], ["audit", "log"],
        ["audit", "export", "--to", "out"],
    ]

    /// Whether something that only a key opens came out.
    private func isShown(_ ended: Ended, _ stage: Stage) throws -> Bool {
        if String(decoding: ended.output, as: UTF8.self).contains(Stage.canary) { return true }
        let out = stage.work + "/out"
        guard FileManager.default.fileExists(atPath: out) else { return false }
        var isFolder = ObjCBool(false)
        _ = FileManager.default.fileExists(atPath: out, isDirectory: &isFolder)
        guard isFolder.boolValue else {
            return try !Data(contentsOf: URL(fileURLWithPath: out)).isEmpty
        }
        return try !Stage.search(out, for: [Array(Stage.canary.utf8)]).isEmpty
    }

    @Test(
        "ATTACK 44: with no room for the entry a reading is refused, and shows nothing",
        arguments: readings)
    func full(_ words: [String]) async throws {
        let stage = try await Stage.withRoles()
        let id = try await stage.id(of: "*subject*")
        let words = words.map { $0 == "ID" ? id : $0 }
        let (marks, key) = (try stage.marks(), Stage.code(of: "owner"))
        let ended = try await stage.lighttight(words + key, fault: "enospc@1+")
        #expect(ended.status == 15 && ended.output.isEmpty, "\(words): \(ended.told)")
        #expect(try !isShown(ended, stage), "\(words): \(ended.told)")
        try DiskErrorTests.requireOneSentence(ended, "\(words)")
        // Nor is there a way around it.
        if ["list", "show", "cat", "look", "export"].contains(words[0]) {
            let unlogged = try await stage.lighttight(
                words + key + ["--unlogged"], fault: "enospc@1+")
            #expect(unlogged.status == 15 && unlogged.output.isEmpty, "\(unlogged.told)")
        }
        #expect(try stage.marks() == marks)
        let again = try await stage.lighttight(words + key)
        #expect(try again.status == 0 && isShown(again, stage), "\(words): \(again.told)")
        #expect(try stage.marks()[1] > marks[1])
    }

    @Test(
        "ATTACK 46: killed between the entry and what it tells of, the entry is there",
        arguments: readings)
    func killed(_ words: [String]) async throws {
        let first = try await Stage.withRoles()
        let id = try await first.id(of: "*subject*")
        let words = words.map { $0 == "ID" ? id : $0 } + Stage.code(of: "owner")
        // Finding the ID made the first one's index: the steps are those of one that has none, as the others.
        let counted = try await Stage.withRoles().lighttight(words, fault: "count")
        let points = Course.points(in: counted)
        let committed = try #require(points.firstIndex(of: "records committed")) + 1
        let numbers =
            Course.isLong
            ? Array(1...points.count) : [committed, committed + 1]
        for number in Set(numbers).sorted() {
            let stage = try await Stage.withRoles()
            let size = try stage.marks()[1]
            let ended = try await stage.lighttight(words, fault: "kill@\(number)")
            let when: Comment = "\(words), killed at \(number), \(points[number - 1])"
            #expect(ended.isKilled, "\(when): \(ended.told)")
            // Which plays what is left of a journal first.
            try await stage.requireLogSound(when: when)
            let isTold = try stage.marks()[1] > size
            #expect(try isTold || !isShown(ended, stage), "\(when): shown, and in no entry")
            if number > committed { #expect(isTold, when) }
        }
    }

    @Test("ATTACK 44: a file system that is full in earnest shows nothing either")
    func fullInEarnest() async throws {
        let stage = try await Stage.withRoles()
        let tried = try await stage.shell("unshare -m true || unshare -rm true")
        guard tried.status == 0 else {
            return print("not allowed to mount: some of ATTACK 44 is skipped")
        }
        let id = try await stage.id(of: "*subject*")
        try stage.put(
            "lines",
            """
            cp -a "$HOME/Vault" copy; mount -t tmpfs -o size=8m none "$HOME/Vault"; cp -a copy/. "$HOME/Vault"
            dd if=/dev/zero of="$HOME/Vault/fill" bs=4096 2> /dev/null
            for words in "list" "show \(id)" "cat \(id)" "export --all --to out" "audit log"; do
                lighttight $words --recovery-code-file code-owner > shown 2> said; echo $? $(wc -c < shown)
                test -e out && find out -type f
            done
            look="$CANARY subject"
            lighttight look "$look" --recovery-code-file code-desk > shown 2> said; echo $? $(wc -c < shown)
            rm "$HOME/Vault/fill"; lighttight audit verify -q; echo $?
            """)
        let unshare = geteuid() == 0 ? "unshare -m" : "unshare -rm"
        let ended = try await stage.shell("\(unshare) sh lines")
        #expect(
            ended.outputText == String(repeating: "15 0\n", count: 6) + "0\n", "\(ended.told)")
    }
}

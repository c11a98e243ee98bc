import Foundation
import TestProcesses
import Testing

@Suite("What each role can do, by the command line")
struct RoleTests {
    /// A command, and the roles that it works for; for all others it ends with 18.
    struct Row {
        let words: [String]
        let roles: Set<String>

        init(_ words: [String], _ roles: String) {
            self.words = words
            self.roles = Set(roles.split(separator: " ").map(String.init))
        }
    }

    private static let subject = "\(Stage.canary) subject"
    private static let new = ["--new-passphrase-file", "pass-new", "--cost", "insecure-for-tests"]
    private static let newCode = ["--recovery", "--recovery-code-out", "code-new"]
    private static let everybody = Stage.roles.joined(separator: " ")

    /// In this order each finds what it needs. `ID` is that of the picture with a subject.
    private static let table = [
        Row(["list", "--all"], "owner manager"),
        Row(["show", "ID"], "owner manager"),
        Row(["trace", "in/\(Stage.canary)-new.jpg"], "owner manager"),
        Row(["cat", "ID"], "owner manager"),
        Row(["export", "--all", "--to", "out"], "owner manager"),
        Row(["look", subject], "owner manager desk"),
        Row(["look", subject, "--to", "looked"], "owner manager desk"),
        Row(["inbox", "list"], "owner manager"),
        Row(["inbox", "accept", "--all"], "owner manager"),
        Row(["deposit", "in"], "owner manager depositor"),
        Row(["inbox", "reject", "DEPOSIT"], "owner manager"),
        Row(["inbox", "key"], "owner"),
        Row(["restore", "--all"], "owner manager"),
        Row(["remove", "--name", "*first*"], "owner manager"),
        Row(
            [
                "share", "create", "--original", "--base", "https://pictures.example", "--name",
                "*second*",
            ], "owner manager"),
        Row(["share", "list"], "owner manager"),
        Row(["share", "revoke", "--all"], "owner manager"),
        Row(["purge", "--all", "--yes"], "owner manager"),
        Row(["compact"], "owner manager"),
        Row(["import", "in"], "owner manager"),
        Row(["verify"], "owner manager"),
        Row(["audit", "log"], "owner auditor"),
        Row(["audit", "report", "--since", "1d", "--to", "report"], "owner auditor"),
        Row(["audit", "export", "--to", "log"], everybody),
        Row(["audit", "checkpoint"], everybody),
        Row(["key", "add", "--label", "Eve", "--role", "owner"] + new, "owner"),
        Row(["key", "add", "--label", "Eva", "--role", "owner"] + newCode, "owner"),
        Row(["key", "change", "The keeper", "--role", "owner"], "owner"),
        Row(["key", "remove", "Eve"], "owner"),
        Row(["key", "rotate"], "owner"),
    ]

    @Test(
        "each command works for the roles it is for, and shows and changes nothing for others",
        arguments: Stage.roles)
    func table(_ role: String) async throws {
        let stage = try await Stage.withRoles()
        try stage.put("in/\(Stage.canary)-new.jpg", Stage.jpeg("new"))
        let id = try await stage.id(of: "*subject*")
        for row in Self.table {
            let words = try row.words.map { word in
                switch word {
                case "ID": id
                case "DEPOSIT": try #require(stage.deposits().first)
                // Who has no Eve to remove tries to remove Ada.
                case "Eve" where row.words[1] == "remove" && role != "owner": "Ada"
                default: word
                }
            }
            let (marks, files) = (try stage.marks(), try stage.seen())
            let ended = try await stage.lighttight(words + Stage.code(of: role))
            let what: Comment = "\(role): \(row.words): \(ended.told)"
            guard !row.roles.contains(role) else {
                #expect(ended.status == 0, what)
                if row.words.starts(with: ["audit", "export"]) {
                    // Who may not read the log hands it on sealed.
                    let found = try Stage.search(
                        "\(stage.work)/log", for: Stage.forms(of: Stage.canary))
                    #expect(found.isEmpty != ["owner", "auditor"].contains(role), what)
                }
                continue
            }
            #expect(ended.status == 18, what)
            #expect(ended.output.isEmpty && !ended.errorText.contains(Stage.canary), what)
            try DiskErrorTests.requireOneSentence(ended, "\(role): \(row.words)")
            #expect(try stage.marks() == marks, "\(role): \(row.words): changed something")
            #expect(try stage.seen() == files, "\(role): \(row.words): left files")
        }
        try await stage.requireLogSound(when: "\(role)")
        try stage.requireNoCanary()
    }

    @Test("a desk learns nothing of a subject that it cannot name to the letter")
    func desk() async throws {
        let stage = try await Stage.withRoles()
        for subject in [
            "\(Stage.canary) Subject", "\(Stage.canary) subjec", "*",
        ] {
            for words in [["look", subject], ["look", subject, "--to", "looked"]] {
                let ended = try await stage.lighttight(words + Stage.code(of: "desk"))
                #expect(ended.status == 4 && ended.output.isEmpty, "\(words): \(ended.told)")
            }
        }
        #expect(!FileManager.default.fileExists(atPath: stage.work + "/looked"))
        // Each try is in the log.
        let log = try await stage.lighttight(
            ["audit", "log", "--json", "--by", "The desk", "--action", "looked up"])
        #expect(try JSONLine.all(in: log.outputText).count == 6 + 1, "\(log.told)")
    }
}

extension Stage {
    /// Names of files and folders in the working folder, and of what waits in the inbox.
    fileprivate func seen() throws -> Set<String> {
        Set(try FileManager.default.subpathsOfDirectory(atPath: work) + deposits())
    }

    func deposits() throws -> [String] {
        let folder = vault + "/inbox"
        guard FileManager.default.fileExists(atPath: folder) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: folder).map {
            ($0 as NSString).deletingPathExtension
        }.sorted()
    }
}

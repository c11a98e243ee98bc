import Foundation
import TestProcesses
import Testing

/// Vaults that scenarios begin with a copy of; each is made once.
actor Fixtures {
    enum Kind: CaseIterable {
        /// No vault at all.
        case nothing
        /// Two pictures.
        case two
        /// The two, and all sources.
        case full
        /// The same with an album of them in the bin.
        case binned
        /// Packs with holes, several small packs, and leftovers of a killed import.
        case holes
        /// A vault that went on since its copy was made.
        case copied
        /// The two, which nothing can decode, and two that can be looked at.
        case pictured
        /// The same, looked at in two runs.
        case looked
        /// The two and one with a subject, and another's slot: Ada, a manager.
        case staffed
        /// The same with a recovery code for each role, a picture in the bin, and a deposit that waits.
        case roles
        /// The two and a third, since when (`old` in the working folder) one was changed and one purged, and a
        /// slot was added and a copy made.
        case aged
        /// The two, and four deposits that wait: one of a picture that is here, one of a content twice.
        case deposited
        /// A picture and a slot that are called what breaks out of a field, and a look at that picture.
        case hostile
    }

    static let shared = Fixtures()
    private var made: [Kind: Task<Stage, any Error>] = [:]

    /// Pictures to take in: two folders, one content twice, one empty, one large.
    static let sources: Result<Stage, any Error> = Result {
        let stage = try Stage()
        let mark = Stage.canary
        try stage.put("base/\(mark)-first.jpg", Stage.jpeg("first"))
        try stage.put("base/\(mark)-second.jpg", Stage.jpeg("second"))
        try stage.put("a/\(mark)-sea.jpg", Stage.jpeg("sea"))
        try stage.put("a/\(mark)-hill.jpg", Stage.jpeg("hill"))
        try stage.put("b/\(mark)-sea again.jpg", Stage.jpeg("sea"))
        try stage.put("b/\(mark)-empty.jpg", [])
        // More than 16 MiB: sealed piece by piece, into a pack of its own.
        try stage.put("b/\(mark)-large.mov", Stage.jpeg("large"))
        guard truncate(stage.work + "/b/\(mark)-large.mov", 16 << 20 + 4321) == 0 else {
            throw CocoaError(.fileWriteUnknown)
        }
        return stage
    }

    func stage(_ kind: Kind) async throws -> Stage {
        if let task = made[kind] { return try await task.value }
        let task = Task { try await Self.make(kind) }
        made[kind] = task
        return try await task.value
    }

    static let importWords = [
        "--album", "\(Stage.canary) album", "--tag", "\(Stage.canary)tag", "--subject",
        "\(Stage.canary) subject",
    ]

    private static func make(_ kind: Kind) async throws -> Stage {
        let sources = try sources.get().work
        let start: Kind? =
            switch kind {
            case .nothing, .two, .hostile: nil
            case .staffed, .aged, .deposited, .pictured: .two
            case .roles: .staffed
            case .looked: .pictured
            case .full: .two
            case .binned, .holes, .copied: .full
            }
        var before: Stage?
        if let start { before = try await shared.stage(start) }
        let stage = try Stage(like: before)
        func run(_ words: [String]) async throws {
            let ended = try await stage.lighttight(words)
            try #require(ended.status == 0, "\(words): \(ended.told)")
        }
        switch kind {
        case .nothing: break
        case .two:
            try await run(["init", "--no-recovery-code", "--cost", "insecure-for-tests"])
            try await run(["import", sources + "/base"])
        case .full: try await run(["import", sources + "/a", sources + "/b"] + importWords)
        case .binned: try await run(["remove", "--album", "\(Stage.canary) album"])
        case .holes:
            for name in ["third", "fourth"] {
                try stage.put("more/\(Stage.canary)-\(name).jpg", Stage.jpeg(name))
                try await run(["import", stage.work + "/more"])
            }
            try await run(["remove", "--name", "*sea*", "--name", "*large*"])
            try await run(["purge", "--all", "--yes"])
            try stage.put("more/\(Stage.canary)-fifth.jpg", Stage.jpeg("fifth"))
            let trial = try Stage(like: stage)
            let counted = try await trial.lighttight(
                ["import", stage.work + "/more"], fault: "count")
            let commit = try #require(Course.points(in: counted).firstIndex(of: "records commit"))
            let killed = try await stage.lighttight(
                ["import", stage.work + "/more"], fault: "kill@\(commit + 1)")
            try #require(killed.isKilled)
        case .pictured:
            let made = try await stage.shell("lighttight-samples members real --count 2")
            try #require(made.status == 0, "\(made.told)")
            try await run(["import", stage.work + "/real"])
        case .looked:
            try await run(["index"])
            let made = try await stage.shell("lighttight-samples members more --first 9 --count 1")
            try #require(made.status == 0, "\(made.told)")
            try await run(["import", stage.work + "/more"])
            try await run(["index"])
        case .staffed:
            try stage.putPassphrase("ada")
            try await run(
                [
                    "key", "add", "--label", "Ada", "--role", "manager", "--new-passphrase-file",
                    "pass-ada",
                ]
                    + ["--cost", "insecure-for-tests"])
            try stage.put("more/\(Stage.canary)-subject.jpg", Stage.jpeg("subject"))
            try await run(["import", stage.work + "/more"] + importWords)
        case .roles:
            // By codes, which cost no Argon2id.
            for role in Stage.roles {
                try await run(
                    ["key", "add", "--label", "The \(role)", "--role", role, "--recovery"]
                        + ["--recovery-code-out", "code-\(role)"])
            }
            try await run(["remove", "--name", "*second*"])
            try stage.put("photo/\(Stage.canary)-deposit.jpg", Stage.jpeg("deposit"))
            try await run(
                ["deposit", "photo", "--subject", "\(Stage.canary) subject"]
                    + Stage.code(of: "depositor"))
        case .aged:
            try stage.put("more/\(Stage.canary)-third.jpg", Stage.jpeg("third"))
            try await run(["import", "more"] + importWords)
            try stage.keepRecords()
            try await run(["remove", "--name", "*first*"])
            try await run(["remove", "--name", "*third*"])
            try await run(["restore", "--name", "*first*"])
            try await run(["purge", "--all", "--yes"])
            try await run(
                ["key", "add", "--label", "The manager", "--role", "manager", "--recovery"]
                    + ["--recovery-code-out", "code-manager"])
            try await run(["backup", stage.copy])
        case .deposited:
            let mark = Stage.canary
            for (name, content) in [
                ("here", "first"), ("new", "new"), ("new again", "new"), ("other", "other"),
            ] {
                try stage.put("photos/\(mark)-\(name).jpg", Stage.jpeg(content))
            }
            try await run(["deposit", "photos", "--subject", "\(mark) subject"])
        case .hostile:
            try stage.put("in/\(HostileText.name)", Stage.jpeg("x"))
            try await run(["init", "--no-recovery-code", "--cost", "insecure-for-tests"])
            try await run(
                ["key", "add", "--label", HostileText.label, "--role", "manager", "--recovery"]
                    + ["--recovery-code-out", "code-manager"])
            let code = Stage.code(of: "manager")
            try await run(["import", "in", "--subject", HostileText.subject] + code)
            try await run(["look", HostileText.subject] + code)
        case .copied:
            try await run(["backup", stage.copy])
            try await run(["remove", "--name", "*sea*", "--name", "*large*"])
            try await run(["purge", "--all", "--yes"])
            try stage.put("more/\(Stage.canary)-third.jpg", Stage.jpeg("third"))
            try await run(["import", stage.work + "/more"])
        }
        return stage
    }
}

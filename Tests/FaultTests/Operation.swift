import Foundation
import TestProcesses
import Testing

/// A command that is killed or fails at each of its steps.
struct Operation: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let fixture: Fixtures.Kind
    let words: @Sendable (Stage) throws -> [String]

    static let all = [
        initialise, importing, moving, index, compactLooked, remove, purge, compact, backup,
        backupAgain,
    ]

    static let initialise = Operation(testDescription: "init", fixture: .nothing) { stage in
        ["init", "--recovery-code-out", stage.work + "/code", "--cost", "insecure-for-tests"]
    }
    static let importing = Operation(testDescription: "import", fixture: .two) { _ in
        let sources = try Fixtures.sources.get().work
        return ["import", "--json", "--verbose", sources + "/a", sources + "/b"]
            + Fixtures.importWords
    }
    static let moving = Operation(testDescription: "import --move", fixture: .two) { stage in
        ["import", "--json", "--verbose", "--move", stage.work + "/a", stage.work + "/b"]
            + Fixtures.importWords
    }
    static let index = Operation(testDescription: "index", fixture: .pictured) { _ in
        ["index", "--json", "--workers", "1"]
    }
    static let compactLooked = Operation(testDescription: "compact thumbnails", fixture: .looked) {
        _ in ["compact", "--json", "--all"]
    }
    static let remove = Operation(testDescription: "remove", fixture: .full) { _ in
        ["remove", "--json", "--album", "\(Stage.canary) album"]
    }
    static let purge = Operation(testDescription: "purge", fixture: .binned) { _ in
        ["purge", "--json", "--all", "--yes"]
    }
    static let compact = Operation(testDescription: "compact", fixture: .holes) { _ in
        ["compact", "--json", "--all"]
    }
    static let backup = Operation(testDescription: "backup", fixture: .full) { stage in
        ["backup", "--json", stage.copy]
    }
    static let backupAgain = Operation(testDescription: "backup again", fixture: .copied) { stage in
        ["backup", "--json", stage.copy]
    }

    var isInit: Bool { testDescription == "init" }
    var isImport: Bool { testDescription.hasPrefix("import") }
    var isMove: Bool { testDescription == "import --move" }
    var isPurge: Bool { testDescription == "purge" }
    var isBackup: Bool { testDescription.hasPrefix("backup") }

    func stage() async throws -> Stage {
        let stage = try Stage(like: try await Fixtures.shared.stage(fixture))
        if isMove {
            let sources = try Fixtures.sources.get().work
            for folder in ["a", "b"] {
                try stage.copy(sources + "/" + folder, to: stage.work + "/" + folder)
            }
        }
        return stage
    }

    func run(_ stage: Stage, fault: String? = nil) async throws -> Ended {
        try await stage.lighttight(try words(stage), fault: fault)
    }
}

/// What an operation leads from and to, and which steps it takes.
struct Course: Sendable {
    let operation: Operation
    let points: [String]
    let before: VaultState?
    let after: VaultState
    /// Wrapped keys that the operation destroys.
    let doomedKeys: [[UInt8]]

    init(_ operation: Operation) async throws {
        self.operation = operation
        let stage = try await operation.stage()
        before = operation.isInit ? nil : try await stage.state()
        let keys = operation.isPurge ? try stage.wrappedKeys() : []
        let counted = try await operation.run(stage, fault: "count")
        try #require(counted.status == 0, "\(counted.told)")
        points = Course.points(in: counted)
        try #require(!points.isEmpty, "a program without fault points: \(counted.told)")
        after = try await stage.state()
        let left = operation.isPurge ? try stage.wrappedKeys() : []
        doomedKeys = keys.filter { !left.contains($0) }
        if operation.isPurge { try #require(!doomedKeys.isEmpty) }
    }

    /// The names of the points that a run with the plan "count" told, in order.
    static func points(in ended: Ended) -> [String] {
        let prefix = "fault point "
        return ended.errorText.split(separator: "\n").filter { $0.hasPrefix(prefix) }
            .map { String($0.drop { $0 != ":" }.dropFirst(2)) }
    }

    static let isLong = !(ProcessInfo.processInfo.environment["LIGHTTIGHT_LONG_TESTS"] ?? "")
        .isEmpty

    func sample(_ budget: Int, where isWanted: (String) -> Bool = { _ in true }) -> [Int] {
        Course.sample(budget, of: points, where: isWanted)
    }

    /// Numbers of points to try: all of them in a long run; else the first and the last of each
    /// kind, and then others at even distances, until there are `budget`.
    static func sample(
        _ budget: Int, of points: [String], where isWanted: (String) -> Bool = { _ in true }
    ) -> [Int] {
        let wanted = points.indices.filter { isWanted(points[$0]) }.map { $0 + 1 }
        if isLong || wanted.count <= budget { return wanted }
        var first: [String: Int] = [:]
        var last: [String: Int] = [:]
        for number in wanted {
            let name = points[number - 1]
            first[name] = first[name] ?? number
            last[name] = number
        }
        // The last ones first: there the most is at stake.
        var chosen = Set(last.values.sorted().suffix(budget))
        for number in first.values.sorted() where chosen.count < budget { chosen.insert(number) }
        var step = Double(wanted.count)
        while chosen.count < budget, step > 0.5 {
            step /= 2
            var place = step / 2
            while place < Double(wanted.count), chosen.count < budget {
                chosen.insert(wanted[Int(place)])
                place += step
            }
        }
        return chosen.sorted()
    }
}

extension Course {
    /// One of each, made when first asked for.
    actor Shelf {
        static let shared = Shelf()
        private var courses: [String: Task<Course, any Error>] = [:]

        func course(_ operation: Operation) async throws -> Course {
            if let task = courses[operation.testDescription] { return try await task.value }
            let task = Task { try await Course(operation) }
            courses[operation.testDescription] = task
            return try await task.value
        }
    }
}

/// Calls `body` for each, `width` of them at a time.
func atATime<T: Sendable>(
    _ width: Int, _ items: [T], _ body: @escaping @Sendable (T) async throws -> Void
) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        for (index, item) in items.enumerated() {
            if index >= width { try await group.next() }
            group.addTask { try await body(item) }
        }
        try await group.waitForAll()
    }
}

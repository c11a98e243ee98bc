import Foundation
import TestProcesses
import Testing

@Suite("A process that is killed at any step")
struct KillTests {
    @Test(
        "ATTACK 47: killed at any step, an operation is done or undone, and goes on when run again",
        arguments: Operation.all)
    func kill(_ operation: Operation) async throws {
        let course = try await Course.Shelf.shared.course(operation)
        try await atATime(3, course.sample(6)) { number in
            let stage = try await operation.stage()
            let ended = try await operation.run(stage, fault: "kill@\(number)")
            // Threads may take another course than when the points were counted.
            #expect(ended.isKilled || ended.status == 0, "\(ended.told)")
            let when =
                "\(operation.testDescription), killed at \(number), \(course.points[number - 1])"
            try await Aftermath(course, stage, when).check(ended)
        }
    }

    @Test(
        "ATTACK 47, 50: killed in the middle of any write, too", arguments: Operation.all)
    func tear(_ operation: Operation) async throws {
        let course = try await Course.Shelf.shared.course(operation)
        try await atATime(3, course.sample(2) { $0.hasSuffix("write") }) { number in
            let stage = try await operation.stage()
            let ended = try await operation.run(stage, fault: "torn@\(number)")
            #expect(ended.isKilled || ended.status == 0, "\(ended.told)")
            let when =
                "\(operation.testDescription), torn at \(number), \(course.points[number - 1])"
            try await Aftermath(course, stage, when).check(ended)
        }
    }

    @Test("ATTACK 55: killed, and killed again in the next command, which recovers from it")
    func killTwice() async throws {
        let course = try await Course.Shelf.shared.course(.purge)
        let committed = try #require(course.points.firstIndex(of: "records committed")) + 1
        let pairs = [0, 1].flatMap { first in [1, 2, 3, 5].map { (committed - first, $0) } }
        try await atATime(3, pairs) { first, second in
            let stage = try await course.operation.stage()
            let ended = try await course.operation.run(stage, fault: "kill@\(first)")
            #expect(ended.isKilled)
            let again = try await stage.lighttight(["verify"], fault: "kill@\(second)")
            #expect(again.isKilled || again.status == 0, "\(again.told)")
            let when = "purge killed at \(first), then verify at \(second)"
            try await Aftermath(course, stage, when).check(ended)
        }
    }

    @Test("ATTACK 47: a purge that is killed and run again has destroyed the keys when it says so")
    func purgeAgain() async throws {
        let course = try await Course.Shelf.shared.course(.purge)
        try await atATime(3, course.sample(10)) { number in
            let stage = try await course.operation.stage()
            // Whatever this one does, the next has to finish it.
            _ = try await course.operation.run(stage, fault: "kill@\(number)")
            let again = try await course.operation.run(stage)
            #expect(again.status == 0, "\(again.told)")
            let when = "purge killed at \(number), \(course.points[number - 1]), and run again"
            try stage.requireNowhere(course.doomedKeys, Comment(rawValue: when))
        }
    }
}

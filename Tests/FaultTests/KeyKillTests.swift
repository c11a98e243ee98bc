import TestProcesses
import Testing

@Suite("Who may open it, when the change is killed")
struct KeyKillTests {
    @Test(
        "ATTACK 10: killed at any step, the old way or the new one opens, always exactly one",
        arguments: KeyOperation.all)
    func kill(_ operation: KeyOperation) async throws {
        let course = try await KeyCourse(operation)
        try await atATime(3, course.sample()) { number in
            let stage = try await operation.stage()
            let ended = try await operation.run(stage, fault: "kill@\(number)")
            #expect(ended.isKilled || ended.status == 0, "\(ended.told)")
            let when: Comment =
                "\(operation.testDescription), killed at \(number), \(course.points[number - 1])"
            try await check(stage, course, ended, when)
        }
    }

    private func check(
        _ stage: Stage, _ course: KeyCourse, _ ended: Ended, _ when: Comment
    ) async throws {
        let operation = course.operation
        // Before anything else, for every other command would bring up the second copy.
        if ended.status == 0 { try stage.requireNowhere(course.doomedKeys, when) }
        let state = try await KeyState(stage)
        #expect(state == course.before || state == course.after, "\(when): half done: \(state)")
        if ended.status == 0 { #expect(state == course.after, "\(when): reported, but \(state)") }
        let isOpen = { (name: String) in state.opening[name] != 12 }
        #expect(isOpen("pass"), "\(when): the owner is shut out: \(state)")
        if operation.testDescription == "key change" {
            #expect(isOpen("pass-ada") != isOpen("pass-new"), "\(when): \(state)")
        }
        try await stage.requireSound(when: when)

        let again = try await operation.run(stage)
        let wasDone = state == course.after && operation.testDescription != "key rotate"
        #expect(again.status == (wasDone ? operation.again : 0), "\(when): again: \(again.told)")
        if operation.isRotating {
            // Removed before it was killed: what is left to do has a command of its own.
            if wasDone {
                let rotated = try await stage.lighttight(["key", "rotate"])
                #expect(rotated.status == 0, "\(when): \(rotated.told)")
            }
            try stage.requireNowhere(course.doomedKeys, when)
        }
        #expect(try await KeyState(stage) == course.after, "\(when): after running it again")
        try await stage.requireSound(when: when)
        try await stage.requireLogSound(when: when)
        try stage.requireNoCanary()
    }

    @Test(
        "ATTACK 47, 55: a rotation that is killed, and killed again in the next command, loses nothing"
    )
    func killTwice() async throws {
        let course = try await KeyCourse(.rotate)
        let committed = try #require(course.points.firstIndex(of: "records committed")) + 1
        let pairs = [0, 1].flatMap { first in [2].map { (committed - first, $0) } }
        try await atATime(3, pairs) { first, second in
            let stage = try await course.operation.stage()
            let ended = try await course.operation.run(stage, fault: "kill@\(first)")
            #expect(ended.isKilled)
            let next = try await stage.lighttight(["verify"], fault: "kill@\(second)")
            #expect(next.isKilled || next.status == 0, "\(next.told)")
            try await check(
                stage, course, ended, "rotation killed at \(first), then verify at \(second)")
        }
    }
}

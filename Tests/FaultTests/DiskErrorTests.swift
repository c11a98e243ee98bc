import Foundation
import TestProcesses
import Testing

@Suite("A disk that fails or is full at any step")
struct DiskErrorTests {
    struct Fault: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let spec: @Sendable (Int) -> String
        let codes: Set<Int32>
    }

    // Numbers of the contract: 1 failed, 3 some files failed, 15 full.
    static let faults = [
        Fault(testDescription: "ATTACK 48: an error", spec: { "eio@\($0)" }, codes: [1, 3]),
        Fault(
            testDescription: "ATTACK 48: errors from then on", spec: { "eio@\($0)+" }, codes: [1]),
        Fault(
            testDescription: "ATTACK 49: full for once", spec: { "enospc@\($0)" }, codes: [15, 3]),
        Fault(
            testDescription: "ATTACK 49, 50: full in the middle of a write, and from then on",
            spec: { "short@\($0)+" }, codes: [15]),
    ]

    @Test(
        "one clear sentence, the exit code of the contract, and nothing lost",
        arguments: Operation.all, faults)
    func fail(_ operation: Operation, _ fault: Fault) async throws {
        let course = try await Course.Shelf.shared.course(operation)
        try await atATime(3, course.sample(fault.codes.count)) { number in
            let stage = try await operation.stage()
            let ended = try await operation.run(stage, fault: fault.spec(number))
            let when =
                "\(operation.testDescription), \(fault.spec(number)), \(course.points[number - 1])"
            // Some steps may fail without harm, such as mending the copy of the header.
            #expect(
                ended.status == 0 || fault.codes.contains(ended.status ?? -1),
                "\(when): \(ended.told)")
            if ended.status != 0 { try Self.requireOneSentence(ended, when) }
            try await Aftermath(course, stage, when).check(ended)
        }
    }

    /// One line that begins with "error", short and for people.
    static func requireOneSentence(_ ended: Ended, _ when: String) throws {
        let lines = ended.errorText.split(separator: "\n").map(String.init)
        var errors: [String] = []
        for line in lines {
            if line.hasPrefix("{") {
                let object = try JSONLine.all(in: line + "\n")[0]
                if object.type == "error" {
                    errors.append(object.object["message"] as? String ?? "")
                }
            } else if line.hasPrefix("error: ") {
                errors.append(String(line.dropFirst("error: ".count)))
            } else {
                let isKnown = line.hasPrefix("hint: ") || line.hasPrefix("warning: ")
                #expect(isKnown, "\(when): \(line)")
            }
        }
        #expect(errors.count == 1, "\(when): \(ended.told)")
        let sentence = errors.first ?? ""
        #expect(sentence.count > 8 && sentence.count < 250, "\(when): \(sentence)")
        #expect(!sentence.hasSuffix("."), "\(when): \(sentence)")
        for word in ["Optional(", "Error(", "errno", "()"] {
            #expect(!sentence.contains(word), "\(when): \(sentence)")
        }
    }
}

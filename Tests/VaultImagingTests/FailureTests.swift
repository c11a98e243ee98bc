import Foundation
import Synchronization
import Testing
import VaultFormat

@testable import VaultImaging

@Suite("When the imager fails or lies", .serialized)
struct FailureTests {
    private struct SourceFault: Error, Equatable {}

    /// A program that says whatever a test wants; its words are octal escapes of `printf`.
    private static func impostor(
        _ script: String, patience: Duration = .seconds(20)
    ) throws -> (ImagerProgram, Scratch) {
        let scratch = try Scratch()
        let path = try scratch.put("impostor", Array("#!/bin/sh\n\(script)\n".utf8))
        chmod(path, 0o700)
        var program = ImagerProgram(path: Array(path.utf8))
        program.patience = patience
        return (program, scratch)
    }

    private static func say(_ kind: ImagerFrame.Kind, _ body: [UInt8]) -> String {
        say(ImagerFrame.whole(kind, body))
    }

    private static func say(_ bytes: [UInt8]) -> String {
        "printf '" + bytes.map { "\\" + String($0 + 0, radix: 8).padded }.joined() + "'"
    }

    private static let hello = say(
        .hello, ImagerHello(protections: [.landlock, .noNewPrivileges], landlockABI: 1).encoded)
    private static let facts = say(.facts, PictureFacts(kind: .jpeg).encoded)

    @Test("a picture that kills it costs that picture; the next one has a new imager")
    func crash() throws {
        let crew = ImagingCrew(Programs.imager, workers: 1)
        _ = try crew.look(Pictures.jpeg())
        let first = try #require(crew.idleProcesses.first)
        let look = try crew.look(byteCount: 1000, wishes: [.hash]) { _, buffer in
            buffer.initializeMemory(as: UInt8.self, repeating: 0)
            kill(first, SIGKILL)
        }
        #expect(look.trouble == .crashed)
        #expect(look.previews == nil)
        #expect(try crew.look(Pictures.jpeg()).previews != nil)
        #expect(crew.idleProcesses.first != first)
    }

    @Test("a source that fails passes its own error on, and the crew goes on")
    func source() throws {
        let crew = ImagingCrew(Programs.imager, workers: 1)
        do {
            _ = try crew.look(byteCount: 1000, wishes: [.hash]) {
                (_, _) throws(SourceFault) in throw SourceFault()
            }
            Issue.record("the error was swallowed")
        } catch {
            guard case .source(SourceFault()) = error else { throw error }
        }
        #expect(try crew.look(Pictures.jpeg()).previews != nil)
    }

    @Test("one that hangs is given up after its time, with what it had said")
    func hang() throws {
        let (program, scratch) = try Self.impostor(
            "\(Self.hello); \(Self.facts); exec /bin/sleep 600", patience: .milliseconds(300))
        let look = try ImagingCrew(program, workers: 1).look([1, 2, 3])
        #expect(look.trouble == .timedOut)
        #expect(look.facts == PictureFacts(kind: .jpeg))
        withExtendedLifetime(scratch) {}
    }

    @Test("the time for handing over the picture is not the imager's")
    func slowSource() throws {
        var program = Programs.imager
        program.patience = .seconds(2)
        let crew = ImagingCrew(program, workers: 1)
        let bytes = Pictures.jpeg()
        let look = try crew.look(byteCount: UInt64(bytes.count), wishes: [.hash]) {
            offset, buffer in
            usleep(2_500_000)
            buffer.copyBytes(from: bytes[Int(offset)..<Int(offset) + buffer.count])
        }
        #expect(look.trouble == nil)
    }

    @Test(
        "whatever it says that it may not say is taken for what it is",
        arguments: [
            "not wished for", "facts twice", "no facts", "too long", "unknown kind", "hello again",
            "outside the picture", "too many needs", "control character", "no reason",
            "a reason without facts", "half",
        ])
    func lies(lie: String) throws {
        var previews = PicturePreviews()
        previews.rendition = Preview(
            jpeg: [0xFF, 0xD8, 0xFF], size: PixelSize(width: 1, height: 1))
        var facts = PictureFacts(kind: .jpeg)
        facts.maker = "a\u{1B}[2J"
        let need = Self.say(.need, ImagerNeed(offset: 0, count: 3).encoded)
        let words: String
        var trouble = PictureLook.Trouble.misbehaved
        switch lie {
        case "not wished for": words = Self.facts + ";" + Self.say(.previews, previews.encoded)
        case "facts twice": words = Self.facts + ";" + Self.facts
        case "no facts": words = Self.say(.previews, PicturePreviews().encoded)
        case "too long": words = Self.say([0, 1, 0, 1, 3])
        case "unknown kind": words = Self.say([0, 0, 0, 0, 0x77])
        case "hello again": words = Self.hello
        case "outside the picture":
            words = Self.say(.need, ImagerNeed(offset: 1, count: 3).encoded)
        case "too many needs":
            words = "i=0; while [ $i -lt 1030 ]; do \(need); i=$((i+1)); done"
        case "control character": words = Self.say(.facts, facts.encoded)
        case "no reason": words = Self.facts + ";" + Self.say([0, 0, 0, 1, 5, 99])
        case "a reason without facts": words = Self.say([0, 0, 0, 1, 5, 2])
        default:
            words = Self.say([0, 0, 0, 9, 3, 0xA1])
            trouble = .crashed
        }
        let end = trouble == .crashed ? "" : "; exec /bin/sleep 600"
        let (program, scratch) = try Self.impostor("\(Self.hello); \(words)\(end)")
        let look = try ImagingCrew(program, workers: 1).look([1, 2, 3], [.thumbnail])
        #expect(look.trouble == trouble)
        #expect(look.previews == nil)
        withExtendedLifetime(scratch) {}
    }

    @Test("one that cannot start, ends at once, is unprotected or another program, says which")
    func starts() throws {
        func failure(_ program: ImagerProgram) -> ImagingError? {
            do throws(ImagingError) {
                try ImagingCrew(program, workers: 1).check()
                return nil
            } catch { return error }
        }
        #expect(
            failure(ImagerProgram(path: Array("/nonexistent".utf8))) == .cannotStart(errno: ENOENT))
        let (ends, first) = try Self.impostor("exit 7")
        #expect(failure(ends) == .ended(status: 7 << 8))
        let (bare, second) = try Self.impostor(
            Self.say(.hello, ImagerHello(protections: [.noNewPrivileges], landlockABI: 0).encoded)
                + "; exec /bin/sleep 600")
        #expect(failure(bare) == .unprotected)
        let (other, third) = try Self.impostor("echo Good morning; exec /bin/sleep 600")
        #expect(failure(other) == .wrongProgram)
        var odd = Programs.imager
        odd.memory = 1
        #expect(failure(odd) == .ended(status: 2 << 8))
        withExtendedLifetime((first, second, third)) {}
    }

    @Test("several threads share a crew, and each gets its own answers")
    func threads() async throws {
        let crew = ImagingCrew(Programs.imager, workers: 2)
        let pictures = Pictures.all.prefix(4)
        let expected = try pictures.map { try crew.look($0.bytes).facts?.kind }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for round in 0..<12 {
                let (index, bytes) = (round % 4, pictures[round % 4].bytes)
                group.addTask {
                    try await onThread { try crew.look(bytes).facts?.kind == expected[index] }
                }
            }
            for try await isRight in group { #expect(isRight) }
        }
        #expect(crew.idleProcesses.count == 2)
    }

    @Test("imagers end with their crew")
    func end() throws {
        var crew: ImagingCrew? = ImagingCrew(Programs.imager, workers: 1)
        try crew?.check()
        let process = try #require(crew?.idleProcesses.first)
        crew = nil
        #expect(kill(process, 0) == -1 && errno == ESRCH)
    }
}

extension String {
    /// Three digits, as `printf` wants them.
    fileprivate var padded: String { String(repeating: "0", count: 3 - count) + self }
}

import Foundation
import Testing

@Suite("The commands, as a person or a script meets them", .serialized)
struct TranscriptTests {
    @Test("there are transcripts")
    func thereAreTranscripts() {
        #expect(Transcript.all.count >= 10)
    }

    @Test(
        "every command prints, refuses and ends as written, and leaves no canary",
        arguments: Transcript.all)
    func transcript(_ name: String) async throws {
        let transcript = try Transcript(path: Transcript.folder + "/" + name)
        try #require(!transcript.steps.isEmpty)
        let place = try Workplace()
        if name.contains("unlock"), try await isKeyringBlocked() {
            return print("\(name) is skipped: the kernel keeps no keys here")
        }
        let constants = [
            "HOME": place.home, "WORK": place.work, "CANARY": Workplace.canary,
            "VAULT": place.vault,
        ]
        var variables = [
            "C": Workplace.canary, "VAULT": place.vault,
            "LINK_SERVER": (Transcript.folder as NSString).deletingLastPathComponent
                + "/Links/server.py",
        ]
        for step in transcript.steps {
            let ended = try await place.shell(step.command, variables: variables)
            let here = "\(name):\(step.line): \(step.command)"
            let output = try ExpectedText(step.output, constants: constants).match(ended.outputText)
            let errors = try ExpectedText(step.errors, constants: constants).match(ended.errorText)
            let said = "status \(ended.status)\n\(ended.outputText)---\n\(ended.errorText)"
            try #require(ended.status == step.status, "\(here)\n\(said)")
            try #require(output != nil, "stdout of \(here)\n\(said)")
            try #require(errors != nil, "stderr of \(here)\n\(said)")
            variables.merge(output ?? [:]) { $1 }
            variables.merge(errors ?? [:]) { $1 }
        }
        let found = try CanaryHunt.hunt(in: place)
        #expect(found.isEmpty, "canaries: \(found)")
    }

    private func isKeyringBlocked() async throws -> Bool {
        let place = try Workplace()
        let ended = try await place.shell(
            """
            lighttight init -q --passphrase-file pass --no-recovery-code --cost insecure-for-tests
            lighttight unlock --passphrase-file pass > /dev/null && lighttight lock > /dev/null
            """)
        return ended.errorText.contains("the kernel keeps no keys")
    }

    @Test("the hunt finds a canary as it is and in base64, at every alignment")
    func theHuntFinds() throws {
        for lead in 0..<3 {
            let place = try Workplace()
            #expect(try CanaryHunt.hunt(in: place).isEmpty)
            let text = String(repeating: "x", count: lead) + Workplace.canary + "yy"
            let hidden = Data(text.utf8).base64EncodedData()
            try hidden.write(to: URL(fileURLWithPath: place.home + "/log"))
            #expect(try !CanaryHunt.hunt(in: place).isEmpty)
        }
        let place = try Workplace()
        try Data("a\(Workplace.canary)".utf8).write(
            to: URL(fileURLWithPath: place.temporary + "/core"))
        #expect(try !CanaryHunt.hunt(in: place).isEmpty)
    }
}

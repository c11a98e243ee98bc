import Foundation
import TestProcesses
import Testing

@Suite("Whom the log forgets")
struct ForgottenTests {
    private static let verifier =
        (#filePath as NSString).deletingLastPathComponent
        + "/../../Docs/Spec/independent/lighttight_log.py"

    @Test(
        "once a picture is purged, no form of the log names it or its subject, and every proof still holds"
    )
    func purged() async throws {
        let stage = try Stage(like: try await Fixtures.shared.stage(.staffed))
        let subject = "\(Stage.canary) subject"
        let id = try await stage.id(of: "*subject*")
        let look = try await stage.lighttight(["look", subject])
        #expect(look.status == 0, "\(look.told)")
        /// The log in each form that there is, by name.
        func forms(_ round: String) async throws -> [(name: String, text: String)] {
            var forms: [(String, String)] = []
            for words in [[], ["--json"], ["--csv"]] {
                let log = try await stage.lighttight(["audit", "log"] + words)
                #expect(log.status == 0, "\(log.told)")
                forms.append(("log \(words)", log.outputText))
            }
            let written = try await stage.shell(
                """
                lighttight audit report -q --since 1d --to report-\(round).html &&
                lighttight audit export -q --to log-\(round)
                """)
            #expect(written.status == 0, "\(written.told)")
            for name in ["report-\(round).html", "log-\(round)/opened.jsonl"] {
                let text = try String(contentsOfFile: "\(stage.work)/\(name)", encoding: .utf8)
                forms.append((name, text))
            }
            return forms
        }
        for form in try await forms("before") {
            let isNamed = form.text.contains(subject)
            #expect(isNamed, "\(form.name) does not name the subject")
        }
        let purge = try await stage.shell(
            """
            set -e; lighttight audit checkpoint > older
            lighttight remove -q --subject "\(subject)"; lighttight purge -q --subject "\(subject)" --yes
            """)
        #expect(purge.status == 0, "\(purge.told)")
        for form in try await forms("after") {
            for name in [subject, "\(Stage.canary)-subject.jpg"] {
                let isNamed = form.text.contains(name)
                #expect(!isNamed, "\(form.name) names \(name)")
            }
            // That something was done stands there, and with which picture.
            let hasID = form.text.contains(id)
            if form.name.hasSuffix("jsonl") { #expect(hasID, "\(form.name)") }
        }
        let log = try await stage.lighttight(["audit", "log"])
        #expect(log.outputText.contains("purged 1 picture [1 destroyed since]"), "\(log.told)")
        try await stage.requireLogSound(["--against", "older"], when: "after the purge")
        // Debian's Python, for which `make test` installs the packages.
        let outside = try await stage.shell(
            "/usr/bin/python3 \"$VERIFIER\" log-after --older older", ["VERIFIER": Self.verifier])
        #expect(outside.status == 0, "\(outside.told)")
        // By whom it was asked for is known to who asks for the subject no more.
        let asked = try await stage.lighttight(["audit", "log", "--subject", subject])
        #expect(asked.status == 0 && asked.output.isEmpty, "\(asked.told)")
        try stage.requireNoCanary()
    }
}

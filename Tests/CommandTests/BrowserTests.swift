import Foundation
import TestProcesses
import Testing

@Suite("The pages in a real browser, served by the program")
struct BrowserTests {
    /// What Debian's packages chromium and chromium-driver bring.
    static let isInstalled = ["/usr/bin/chromium", "/usr/bin/chromedriver"].allSatisfy {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    static let hint: Comment = "Chromium is not installed; `make test-browser` installs it"
    static let tests = (#filePath as NSString).deletingLastPathComponent + "/../Browser"

    @Test(
        "ATTACK 90: a browser opens links of the program, and nothing of a page goes astray",
        .enabled(if: isInstalled, hint))
    func pages() async throws {
        try await run([
            "run.py", "--share", "/usr/bin/python3 \(Self.tests)/vault_share.py",
            "--serve", "lighttight share serve --vault {shares}/.. --listen 127.0.0.1:{port}",
        ])
    }

    @Test(
        "a browser sends pictures that were asked for, and the vault takes them in",
        .enabled(if: isInstalled, hint))
    func collecting() async throws {
        try await run(["vault_collect.py"])
    }

    private func run(_ words: [String]) async throws {
        let place = try Workplace()
        let ended = try await place.run(
            ["/usr/bin/python3", Self.tests + "/" + words[0]] + words.dropFirst(),
            variables: ["LIGHTTIGHT": Workplace.programs + "/lighttight"])
        #expect(ended.status == 0, "\(ended.outputText)\n\(ended.errorText)")
    }
}

import Foundation
import TestProcesses
import Testing

@Suite("The pages in a real browser, served by the program")
struct BrowserTests {
    /// What Debian's packages chromium and chromium-driver bring.
    static let isInstalled = ["/usr/bin/chromium", "/usr/bin/chromedriver"].allSatisfy {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    @Test(
        "ATTACKS 78–91: a browser opens links of the program, and nothing of a page goes astray",
        .enabled(if: isInstalled, "Chromium is not installed; `make test-browser` installs it"))
    func pages() async throws {
        let place = try Workplace()
        let tests = (#filePath as NSString).deletingLastPathComponent + "/../Browser"
        let ended = try await place.run(
            [
                "/usr/bin/python3", tests + "/run.py",
                "--share", "/usr/bin/python3 \(tests)/vault_share.py",
                "--serve",
                "lighttight share serve --vault {shares}/.. --listen 127.0.0.1:{port}",
            ],
            variables: ["LIGHTTIGHT": Workplace.programs + "/lighttight"])
        #expect(ended.status == 0, "\(ended.outputText)\n\(ended.errorText)")
    }
}

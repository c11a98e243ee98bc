import Foundation
import Testing

/// The pictures outlive this program: the reader of `Docs/Spec/independent`, in another language and
/// written from the specification, exports what the program wrote.
@Suite("A second reader")
struct SecondReaderTests {
    private static let reader: String = {
        let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        return here.appendingPathComponent("../../Docs/Spec/independent/check_reader.py")
            .standardizedFileURL.path
    }()

    @Test(
        "exports a whole vault that the program wrote: samples of every kind, after a purge and a compaction"
    )
    func wholeVault() async throws {
        let place = try Workplace()
        let made = try await place.shell(
            """
            set -e
            lighttight-samples demo samples --large-bytes 20000000 >/dev/null
            lighttight init --cost insecure-for-tests --passphrase-file pass --recovery-code-out code -q
            lighttight import -q --passphrase-file pass --album "Été" --tag sea --subject 4711 samples pictures
            lighttight remove -q --passphrase-file pass --name '*hill*' --name 'old.gif'
            lighttight purge -q --passphrase-file pass --name '*hill*' --yes
            lighttight compact -q --passphrase-file pass --all
            lighttight export -q --passphrase-file pass --all --to expected
            """)
        #expect(made.status == 0, "\(made.errorText)")
        // Debian's Python, for which `make test` installs the packages.
        let read = try await place.run([
            "/usr/bin/python3", Self.reader, place.vault, place.work + "/pass",
            place.work + "/expected",
        ])
        #expect(read.status == 0, "\(read.outputText)\(read.errorText)")
        #expect(read.outputText.contains("all as they were"))
        // It is judged by a difference too, or the comparison would prove nothing.
        try place.put("expected/one more", [1])
        let differs = try await place.run([
            "/usr/bin/python3", Self.reader, place.vault, place.work + "/pass",
            place.work + "/expected",
        ])
        #expect(differs.status != 0)
    }
}

import Foundation
import Testing

/// An outsider verifies an exported log without this program: the verifier of `Docs/Spec/independent`, in another
/// language and written from the specification.
@Suite("A second reader of the log")
struct SecondLogReaderTests {
    private static let folder: String = {
        let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        return here.appendingPathComponent("../../Docs/Spec/independent").standardizedFileURL.path
    }()

    /// Runs one of its scripts with Debian's Python, for which `make test` installs the packages.
    private func run(
        _ place: Workplace, _ script: String, _ words: [String]
    ) async throws -> Workplace.Ended {
        try await place.run(["/usr/bin/python3", Self.folder + "/" + script] + words)
    }

    @Test(
        "ATTACKS 33, 34, 35, 36, 38, 40, 41: what the program exported holds, and each copy that somebody meddled with is refused"
    )
    func export() async throws {
        let place = try Workplace()
        let made = try await place.shell(
            """
            set -e; export LIGHTTIGHT_PASSPHRASE_FILE=pass
            lighttight init -q --cost insecure-for-tests --recovery-code-out code
            lighttight import -q --subject 4711 pictures
            lighttight key add -q --label Ada --role manager --recovery --recovery-code-out code2
            lighttight audit checkpoint > older
            lighttight list --recovery-code-file code2 > /dev/null
            lighttight key remove -q Ada; lighttight key rotate -q
            lighttight remove -q --name '*hill*'; lighttight purge -q --all --yes
            lighttight backup -q "$HOME/copy"; lighttight list --passphrase-file wrong 2> /dev/null || true
            lighttight audit export -q --to log
            lighttight audit export -q --to part --against older --action imported --action purged
            """)
        #expect(made.status == 0, "\(made.errorText)")
        let work = place.work
        let checked = try await run(
            place, "check_log.py", ["\(work)/log", "\(work)/older", "\(work)/part"])
        #expect(checked.status == 0, "\(checked.outputText)\(checked.errorText)")

        // By hand, too: whole it holds, and after one flipped byte it does not.
        let whole = try await run(
            place, "lighttight_log.py", ["\(work)/log", "--older", "\(work)/older"])
        #expect(whole.status == 0, "\(whole.outputText)\(whole.errorText)")
        for name in ["entries.jsonl", "checkpoint.txt", "header.json"] {
            let path = "\(work)/log/\(name)"
            let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            var flipped = bytes
            flipped[bytes.count / 2] ^= 1
            try flipped.write(to: URL(fileURLWithPath: path))
            let ended = try await run(place, "lighttight_log.py", ["\(work)/log"])
            #expect(ended.status == 1, "\(name): \(ended.outputText)\(ended.errorText)")
            try bytes.write(to: URL(fileURLWithPath: path))
        }
    }

    @Test("a receipt holds against the exported log, then and later, and no changed one does")
    func receipt() async throws {
        let place = try Workplace()
        let made = try await place.shell(
            """
            set -e; export LIGHTTIGHT_PASSPHRASE_FILE=pass
            lighttight init -q --cost insecure-for-tests --recovery-code-out code
            lighttight import -q --no-look --subject 4711 pictures
            lighttight import -q --no-look --subject 4712 pictures/*sea.jpg
            lighttight subject erase -q --yes --receipt one 4711
            lighttight subject erase -q --yes --receipt two --reference r 4712
            lighttight audit export -q --to log
            """)
        #expect(made.status == 0, "\(made.errorText)")
        let work = place.work
        func judge(_ name: String) async throws -> Workplace.Ended {
            try await run(place, "lighttight_receipt.py", ["\(work)/\(name)", "\(work)/log"])
        }
        let ended = [try await judge("one"), try await judge("two")]
        #expect(ended.map(\.status) == [0, 0], "\(ended.map(\.outputText))")
        #expect(ended[0].outputText.contains("2 pictures were destroyed, 1 kept for others"))
        let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(work)/two"))
        for index in stride(from: 3, to: bytes.count, by: bytes.count / 8) {
            var flipped = bytes
            flipped[index] ^= 1
            try place.put("flipped", Array(flipped))
            let refused = try await judge("flipped")
            #expect(refused.status == 1, "byte \(index): \(refused.outputText)")
        }
    }

    @Test("it judges the vectors, and logs that break a single rule, as the specification says")
    func itself() async throws {
        let place = try Workplace()
        let checked = try await run(place, "check_log.py", [])
        #expect(checked.status == 0, "\(checked.outputText)\(checked.errorText)")
    }
}

import Foundation
import Glibc
import Testing
import VaultFormat
import VaultKit

@testable import VaultCommands

@Suite("The recovery sheet")
struct RecoverySheetTests {
    private static let code = "LTR1V5-3TNUPR-YHHQEZ-AXZH5Y-4W3D95-0AC6LQ-JTWSKS"

    private func page(label: String = "recovery code") throws -> String {
        let place = try Workplace()
        let path = place.work + "/sheet.html"
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        defer { close(descriptor) }
        let bytes = Array(Self.code.utf8)
        try RecoverySheet.write(
            code: bytes.span.bytes, vault: VaultID(hex: "00112233445566778899aabbccddeeff"),
            label: label, time: 1_795_000_000, to: descriptor)
        return try String(contentsOfFile: path, encoding: .utf8)
    }

    @Test("it holds the code, its QR code, the vault's ID, the label, the day and the commands")
    func content() throws {
        let page = try page()
        let groups = page.matches(of: /<span>([A-Z0-9]{6})(?:<i>-<\/i>)?<\/span>/).map { $0.1 }
        #expect(groups.joined(separator: "-") == Self.code)
        let bytes = Array(Self.code.utf8)
        let drawing = try QRCode(bytes.span.bytes).svg(title: "The recovery code as a QR code")
        #expect(drawing.withBytes { page.contains(String(decoding: $0, as: UTF8.self)) })
        for text in [
            "00112233445566778899aabbccddeeff", "recovery code</bdi>", "2026-11-1",
            "lighttight list --vault FOLDER", "lighttight export --vault FOLDER --all --to OUT",
            "--recovery-code-file FILE", "Whoever has this sheet opens the vault",
        ] {
            #expect(page.contains(text), "\(text)")
        }
    }

    @Test("the options that it names exist")
    func commands() async throws {
        let place = try Workplace()
        for words in ["list --vault . --recovery-code-file x", "export --vault . --all --to x"] {
            let ended = try await place.shell("lighttight \(words)")
            // No vault there: everything before that was understood.
            #expect(ended.status == 10, "\(ended.errorText)")
        }
    }

    @Test("it runs nothing, fetches nothing, and shows a hostile label as text")
    func inert() throws {
        let page = try page(label: "</bdi><script>x</script>\u{202E}\"'&\u{0}")
        #expect(page.contains("&lt;/bdi&gt;&lt;script&gt;x&lt;/script&gt;\\xe2\\x80\\xae"))
        #expect(!page.contains("<script") && !page.contains("\u{202E}") && !page.contains("\u{0}"))
        #expect(page.contains("content=\"default-src 'none'; style-src 'unsafe-inline'\""))
        let addresses = page.replacing("http://www.w3.org/2000/svg", with: "")
        for sign in ["http:", "https:", "src=", "href", "url(", "@import"] {
            #expect(!addresses.contains(sign), "\(sign)")
        }
    }

    @Test("a disk that is full is told as such")
    func full() throws {
        let descriptor = open("/dev/full", O_WRONLY)
        defer { close(descriptor) }
        let bytes = Array(Self.code.utf8)
        let failure = #expect(throws: VaultError.self) {
            try RecoverySheet.write(
                code: bytes.span.bytes, vault: VaultID(hex: String(repeating: "0", count: 32)),
                label: "", time: 0, to: descriptor)
        }
        #expect(failure?.code == .full)
    }
}

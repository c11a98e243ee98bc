import Testing
import VaultCrypto
import VaultFormat
import VaultServer
import VaultSharing

@Suite("The page of a bundle")
struct BundlePageTests {
    private let before = String(decoding: BundlePage.template.beforeHead, as: UTF8.self)
    private let after = String(decoding: BundlePage.template.end, as: UTF8.self)

    /// What stands between two marks, once.
    private func between(_ start: String, _ end: String, _ text: String) throws -> String {
        let from = try #require(text.firstRange(of: start)).upperBound
        let to = try #require(text[from...].firstRange(of: end)).lowerBound
        return String(text[from..<to])
    }

    @Test("its policy runs the script in it and takes the style in it, and nothing else")
    func hashes() throws {
        let script = try between("<script type=\"module\">", "</script>", after)
        let style = try between("<style>", "</style>", before)
        func hash(_ text: String) -> String {
            "'sha256-\(Base64.encode(Digest(hashing: Array(text.utf8)).bytes))'"
        }
        let policy = try between("Content-Security-Policy\" content=\"", "\">", before)
        #expect(
            policy == "default-src 'none'; script-src \(hash(script)); style-src \(hash(style)); "
                + "img-src blob:; base-uri 'none'; form-action 'none'; "
                + "require-trusted-types-for 'script'")
    }

    @Test("its script is one, which imports and exports nothing, and all else is there")
    func script() throws {
        let script = try between("<script type=\"module\">", "</script>", after)
        let lines = script.split(separator: "\n")
        #expect(!lines.contains { $0.hasPrefix("import ") || $0.hasPrefix("export ") })
        #expect(!script.contains("from './"))
        #expect(lines.contains("export const B = {".dropFirst(7)))
        #expect(lines.count > 500)
        #expect(before.hasSuffix("id=\"bundle\">"))
        let middle = String(decoding: BundlePage.template.beforeObjects, as: UTF8.self)
        #expect(middle == "</script>\n")
    }
}

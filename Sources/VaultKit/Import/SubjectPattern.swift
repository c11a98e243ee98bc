/// Finds whose picture it is in a file's path: a regular expression whose first group, or else the
/// whole match, is the subject.
// Sendable: a Regex is a value that nothing changes after it was compiled.
struct SubjectPattern: @unchecked Sendable {
    private let regex: Regex<AnyRegexOutput>

    init(_ pattern: String) throws(VaultError) {
        do {
            regex = try Regex(pattern)
        } catch {
            throw VaultError(
                .usage, "the pattern for subjects is not a regular expression: \"\(pattern)\"",
                hint: "for names such as 004711_2026.jpg use '/([0-9]+)_'")
        }
    }

    /// `nil` when nothing matches, or the path is not UTF-8.
    func subject(in path: [UInt8]) -> String? {
        guard let text = String(validating: path, as: UTF8.self) else { return nil }
        // A pattern that fails while matching matches nothing.
        guard let match = try? regex.firstMatch(in: "/" + text) else { return nil }
        let group = match.output.count > 1 ? match.output[1] : match.output[0]
        guard let subject = group.substring, !subject.isEmpty else { return nil }
        return String(subject)
    }
}

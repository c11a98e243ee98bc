import Foundation

/// A text file of commands, what they print and how they end.
///
///     # a remark
///     $ a line of shell, run in the working folder
///     expected line of stdout, with <PLACEHOLDERS>
///     ! expected line of stderr
///     ...          any number of lines of stdout
///     ! ...        any number of lines of stderr
///     ? 3          expected status, 0 when left out
///
/// `<ID=name>` keeps what it matched as `$name` for later commands.
struct Transcript: Sendable {
    struct Step: Sendable {
        var line: Int
        var command: String
        var output: [String] = []
        var errors: [String] = []
        var status: Int32 = 0
    }

    var name: String
    var steps: [Step] = []

    init(path: String) throws {
        name = (path as NSString).lastPathComponent
        let text = try String(contentsOfFile: path, encoding: .utf8)
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        where !line.isEmpty && !line.hasPrefix("#") {
            if line.hasPrefix("$ ") {
                steps.append(Step(line: index + 1, command: String(line.dropFirst(2))))
                continue
            }
            guard let last = steps.indices.last else { throw Fault(name, index + 1) }
            if line.hasPrefix("! ") {
                steps[last].errors.append(String(line.dropFirst(2)))
            } else if line.hasPrefix("? ") {
                guard let status = Int32(line.dropFirst(2)) else { throw Fault(name, index + 1) }
                steps[last].status = status
            } else {
                steps[last].output.append(String(line))
            }
        }
    }

    struct Fault: Error, CustomStringConvertible {
        let description: String
        init(_ name: String, _ line: Int) { description = "\(name):\(line) makes no sense" }
    }

    static let folder = (#filePath as NSString).deletingLastPathComponent + "/Transcripts"

    static let all: [String] =
        // A folder that cannot be read holds no transcripts, which a test notices.
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
        .filter { $0.hasSuffix(".txt") }.sorted()
}

/// Expected lines as one regular expression.
struct ExpectedText {
    private static let placeholders: [String: String] = [
        "ID": "[0-9a-f]{32}", "SHORT": "[0-9a-f]{8,12}", "HASH": "[0-9a-f]{64}",
        "SIZE": "[0-9]+(?:\\.[0-9])? [kMGT]?B", "RATE": "[0-9]+(?:\\.[0-9])? [kMGT]?B/s",
        "DURATION": "[0-9.:]+ (?:s|min|h)", "SECONDS": "[0-9]+\\.[0-9]{3}",
        "TIME": "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(?:\\.[0-9]{9})?Z",
        "LOCAL": "[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}", "N": "[0-9]+", "ANY": ".*",
    ]

    private let pattern: String
    private let captures: [String]

    init(_ lines: [String], constants: [String: String]) {
        var pattern = "^"
        var captures: [String] = []
        for line in lines {
            if line == "..." {
                pattern += "(?:.*\n)*"
                continue
            }
            var rest = line[...]
            while let open = rest.firstIndex(of: "<"), let close = rest[open...].firstIndex(of: ">")
            {
                pattern += NSRegularExpression.escapedPattern(for: String(rest[..<open]))
                let parts = rest[rest.index(after: open)..<close].split(separator: "=")
                let word = String(parts.first ?? "")
                if let constant = constants[word] {
                    pattern += NSRegularExpression.escapedPattern(for: constant)
                } else if let known = Self.placeholders[word] {
                    pattern += parts.count == 2 ? "(\(known))" : "(?:\(known))"
                    if parts.count == 2 { captures.append(String(parts[1])) }
                } else {
                    pattern += NSRegularExpression.escapedPattern(for: String(rest[open...close]))
                }
                rest = rest[rest.index(after: close)...]
            }
            pattern += NSRegularExpression.escapedPattern(for: String(rest)) + "\n"
        }
        self.pattern = pattern + "$"
        self.captures = captures
    }

    /// What the captures matched; `nil` when the text is another one.
    func match(_ text: String) throws -> [String: String]? {
        let regex = try NSRegularExpression(pattern: pattern)
        let whole = text.isEmpty || text.hasSuffix("\n") ? text : text + "\n"
        let range = NSRange(whole.startIndex..., in: whole)
        guard let match = regex.firstMatch(in: whole, range: range) else { return nil }
        var values: [String: String] = [:]
        for (index, name) in captures.enumerated() {
            if let found = Range(match.range(at: index + 1), in: whole) {
                values[name] = String(whole[found])
            }
        }
        return values
    }
}

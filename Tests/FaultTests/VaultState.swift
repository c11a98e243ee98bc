import Foundation
import TestProcesses
import Testing

/// What a vault shows of itself, without what differs from one making of it to the next.
struct VaultState: Equatable, CustomStringConvertible {
    /// A line for every place of every picture.
    var lines: Set<String>

    var description: String { lines.sorted().joined(separator: "\n") }

    private static func look(_ facts: Any?) -> String {
        guard let facts = facts as? [String: Any] else { return "not looked at" }
        let pixels = facts["thumbnail_bytes"] as? Int
        return "\(facts["pdq"] ?? "-") thumbnail \(pixels ?? 0) \(facts["unreadable"] ?? "-")"
    }

    /// - Parameter list: what `list --all --json` printed.
    init(list: Ended) throws {
        lines = []
        for line in try JSONLine.all(in: list.outputText) where line.type == "picture" {
            let tags = (line.object["tags"] as? [String])?.joined(separator: ",") ?? "?"
            for place in line.object["occurrences"] as? [[String: Any]] ?? [] {
                let removed = place["removed"] is String ? "in the bin" : "there"
                let words =
                    ["path", "path_base64", "subject", "album"].map { place[$0] as? String ?? "-" }
                lines.insert(
                    "\(line.object["sha256"] ?? "?") \(line.object["bytes"] ?? "?") "
                        + "\(line.object["type"] ?? "?") [\(tags)] \(words) \(removed) "
                        + Self.look(line.object["facts"]))
            }
        }
    }
}

/// One line of what `--json` prints.
struct JSONLine {
    var object: [String: Any]
    var type: String { object["message_type"] as? String ?? "" }

    static func all(in text: String) throws -> [JSONLine] {
        // A process that was killed may leave half a line, which says nothing.
        let whole = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        return try whole.map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
            return JSONLine(object: try #require(object as? [String: Any]))
        }
    }
}

extension Stage {
    func state(of vault: String? = nil) async throws -> VaultState {
        let list = try await lighttight(["list", "--all", "--json", "--vault", vault ?? self.vault])
        try #require(list.status == 0, "\(list.told)")
        return try VaultState(list: list)
    }

    /// Every byte authentic, nothing missing; what an interrupted command left behind may be there.
    func requireSound(_ vault: String? = nil, when: Comment) async throws {
        let ended = try await lighttight(["verify", "--vault", vault ?? self.vault])
        try #require(ended.status == 0, "\(when): verify: \(ended.told)")
    }
}

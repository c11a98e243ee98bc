import Foundation

/// Looks for planted canaries where nothing of a picture may be: the vault, HOME, TMPDIR.
enum CanaryHunt {
    /// Where a canary was found; empty when all is well.
    static func hunt(in place: Workplace) throws -> [String] {
        var needles = forms(of: Workplace.canary)
        // Codes that the program handed out are secrets too, with and without their dividers.
        for name in ["code", "code2"] {
            if let code = FileManager.default.contents(atPath: place.work + "/" + name) {
                let text = String(decoding: code, as: UTF8.self)
                    .trimmingCharacters(in: .whitespacesAndNewlines)
                guard !text.isEmpty else { continue }
                needles += forms(of: text)
                needles += forms(of: text.replacingOccurrences(of: "-", with: ""))
            }
        }
        return try [place.home, place.temporary].flatMap { try hunt($0, for: needles) }
    }

    /// As it is, and in base64 at each of three alignments.
    static func forms(of canary: String) -> [Data] {
        let bytes = Data(canary.utf8)
        var forms = [bytes]
        for lead in 0..<3 {
            // Only whole groups that hold nothing but the canary.
            let inside = bytes.dropFirst((3 - lead) % 3)
            let whole = inside.prefix(inside.count / 3 * 3)
            let text = whole.base64EncodedString()
            forms.append(Data(text.utf8))
            forms.append(
                Data(
                    text.replacingOccurrences(of: "+", with: "-")
                        .replacingOccurrences(of: "/", with: "_").utf8))
        }
        return forms
    }

    private static func hunt(_ folder: String, for needles: [Data]) throws -> [String] {
        guard let walk = FileManager.default.enumerator(atPath: folder) else {
            return ["\(folder) cannot be walked"]
        }
        var found: [String] = []
        for case let name as String in walk {
            let path = folder + "/" + name
            for needle in needles where Data(name.utf8).range(of: needle) != nil {
                found.append("name \(path)")
            }
            let type = try FileManager.default.attributesOfItem(atPath: path)[.type]
            guard type as? FileAttributeType == .typeRegular else { continue }
            let content = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
            for needle in needles where content.range(of: needle) != nil {
                found.append("content of \(path)")
            }
        }
        return found
    }
}

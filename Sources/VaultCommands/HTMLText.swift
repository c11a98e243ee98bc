import VaultKit

/// Text for an HTML page.
enum HTMLText {
    /// Shows as it is between tags and in quoted attributes. Nothing in it is markup, reverses the
    /// line or hides: what does not show itself becomes `\xNN`, as on a terminal.
    static func escaped(_ text: String) -> String { escaped(Array(text.utf8)) }

    /// The same of a name, whatever its bytes are.
    static func escaped(_ bytes: [UInt8]) -> String {
        var result = ""
        for character in Printable.text(bytes).unicodeScalars {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}

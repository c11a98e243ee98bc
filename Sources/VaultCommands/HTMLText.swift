import VaultKit

/// Text for an HTML page.
enum HTMLText {
    /// Shows as it is between tags and in quoted attributes. Nothing in it is markup, reverses the
    /// line or hides: what does not show itself becomes `\xNN`, as on a terminal.
    static func escaped(_ text: String) -> String {
        var result = ""
        for character in Printable.text(Array(text.utf8)).unicodeScalars {
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

import VaultKit

/// A path as one word that a shell reads back, for commands that we suggest.
enum ShellWord {
    static func quote(_ path: [UInt8]) -> String {
        let text = Printable.text(path)
        let plain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "/._-+@%,:".utf8.contains(byte)
            }
        }
        if plain, !text.isEmpty { return text }
        return "'" + text.replacing("'", with: "'\\''") + "'"
    }
}

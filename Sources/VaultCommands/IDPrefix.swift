import VaultKit

/// The beginning of an ID as a person types it: 1 to 32 hexadecimal digits, in either case.
enum IDPrefix {
    /// Gives the prefixes back when they could begin an ID.
    ///
    /// - Throws: `noSuchPicture`, with what was typed made harmless for a terminal.
    static func checked(
        _ prefixes: [String], of what: String = "picture",
        hint: String = "an ID has hexadecimal digits, as in 3f9a; --name finds by name"
    ) throws(VaultError) -> [String] {
        for prefix in prefixes {
            guard (1...32).contains(prefix.utf8.count), prefix.utf8.allSatisfy(isDigit) else {
                let typed = Printable.text(ArgumentBytes.bytes(of: prefix))
                throw VaultError(
                    .noSuchPicture, "no \(what) begins with \"\(typed)\"", hint: hint)
            }
        }
        return prefixes
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }
}

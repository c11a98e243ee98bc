/// Turns bytes that somebody else chose into text that cannot move a cursor, colour a terminal,
/// reverse a line or end it early.
package enum Printable {
    /// Valid UTF-8 that shows itself stays; every other byte becomes `\xNN`, a backslash `\\`.
    /// So two different names never print alike because of the escaping.
    package static func text(_ bytes: [UInt8]) -> String {
        var result = ""
        var rest = bytes[...]
        while let first = rest.first {
            let length = sequenceLength(first)
            let piece = rest.prefix(length)
            if let scalar = scalar(piece), shows(scalar) {
                if scalar == "\\" { result += "\\" }
                result.unicodeScalars.append(scalar)
                rest = rest.dropFirst(length)
            } else if scalar(piece) != nil {
                for byte in piece { result += escaped(byte) }
                rest = rest.dropFirst(length)
            } else {
                result += escaped(first)
                rest = rest.dropFirst()
            }
        }
        return result
    }

    private static func escaped(_ byte: UInt8) -> String {
        let digits = Array("0123456789abcdef")
        return "\\x\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
    }

    /// How long a sequence is that begins with this byte; 1 where none begins.
    private static func sequenceLength(_ first: UInt8) -> Int {
        switch first {
        case 0xC2...0xDF: 2
        case 0xE0...0xEF: 3
        case 0xF0...0xF4: 4
        default: 1
        }
    }

    private static func scalar(_ piece: ArraySlice<UInt8>) -> Unicode.Scalar? {
        guard let text = String(validating: piece, as: UTF8.self) else { return nil }
        let scalars = text.unicodeScalars
        return scalars.count == 1 ? scalars.first : nil
    }

    private static func shows(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
            false
        case .format:
            // The joiners build family emoji and Persian words; every other format character
            // (bidi overrides and isolates, tags, the soft hyphen) is invisible mischief.
            scalar == "\u{200C}" || scalar == "\u{200D}"
        default: true
        }
    }
}

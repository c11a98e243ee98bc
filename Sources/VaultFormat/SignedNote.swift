/// A text with signatures below it: C2SP signed-note, <https://c2sp.org/signed-note>. Spec 07 §7.
///
/// Nothing is verified here. Until a signature is, the text is a stranger's.
package struct SignedNote: Hashable, Sendable {
    /// A longer note is refused before it is parsed, in bytes.
    package static let maximumByteCount = 64 << 10

    /// One line of signature.
    package struct Signature: Hashable, Sendable {
        /// Without spaces and `+`.
        package let name: String
        /// 4 bytes, which with the name tell the key.
        package let keyID: [UInt8]
        package let bytes: [UInt8]

        /// - Precondition: `keyID` has 4 bytes.
        package init(name: String, keyID: [UInt8], bytes: [UInt8]) {
            precondition(keyID.count == 4, "a note's key ID has 4 bytes")
            self.name = name
            self.keyID = keyID
            self.bytes = bytes
        }
    }

    /// With its final line end.
    package let text: String
    /// One at least.
    package let signatures: [Signature]

    package init(text: String, signatures: [Signature]) {
        self.text = text
        self.signatures = signatures
    }

    package var encoded: [UInt8] {
        let lines = signatures.map {
            Self.mark + $0.name + " " + Base64.encode($0.keyID + $0.bytes) + "\n"
        }
        return Array((text + "\n" + lines.joined()).utf8)
    }

    /// - Parameter limit: how many bytes it may have at most.
    package init(
        parsing bytes: [UInt8], limit: Int = maximumByteCount
    ) throws(FormatError) {
        guard bytes.count <= limit else { throw .outOfRange("note size") }
        guard let note = String(validating: bytes, as: UTF8.self) else {
            throw .unexpected("UTF-8 text")
        }
        let lineEnd = UInt8(ascii: "\n")
        guard bytes.last == lineEnd, bytes.allSatisfy({ $0 >= 0x20 || $0 == lineEnd }) else {
            throw .notCanonical
        }
        // The last empty line divides; the text keeps the line end before it.
        let pairs = bytes.indices.dropLast().last {
            bytes[$0] == lineEnd && bytes[$0 + 1] == lineEnd
        }
        guard let end = pairs else { throw .unexpected("note without signatures") }
        let scalars = note.utf8
        let divide = scalars.index(scalars.startIndex, offsetBy: end + 1)
        let lines = note[scalars.index(after: divide)...].utf8.split(separator: lineEnd)
        guard !lines.isEmpty else { throw .unexpected("note without signatures") }
        var signatures: [Signature] = []
        for line in lines { signatures.append(try Self.signature(Substring(line))) }
        self.init(text: String(note[..<divide]), signatures: signatures)
    }

    private static func signature(_ line: Substring) throws(FormatError) -> Signature {
        let parts = line.unicodeScalars.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 3, String(parts[0]) + " " == mark else { throw .notCanonical }
        let name = parts[1]
        guard !name.isEmpty,
            !name.contains(where: { $0.properties.isWhitespace || $0 == "+" })
        else { throw .notCanonical }
        let bytes = try Base64.decode(Substring(parts[2]))
        guard bytes.count > 4 else { throw .truncated }
        return Signature(
            name: String(name), keyID: Array(bytes[..<4]), bytes: Array(bytes[4...]))
    }

    /// An em dash and a space.
    private static let mark = "\u{2014} "
}

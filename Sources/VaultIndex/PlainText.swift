import Foundation

/// The forms in which text lies in the index. Spec 09 §5.
enum PlainText {
    /// Names of albums, tags and subjects: NFC, so that two ways to write one letter are one.
    static func composed(_ text: String) -> String {
        text.utf8.allSatisfy { $0 < 0x80 } ? text : text.precomposedStringWithCanonicalMapping
    }

    /// Text to find words in, or to find them by: composed, and without accents. SQLite's tokenizer takes
    /// away those of Latin letters only.
    static func bare(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text }
        var scalars = String.UnicodeScalarView()
        for scalar in text.decomposedStringWithCanonicalMapping.unicodeScalars
        where !(0x300...0x36F).contains(scalar.value) {
            scalars.append(scalar)
        }
        return String(scalars).precomposedStringWithCanonicalMapping
    }

    /// Several texts in one column of `words`.
    static func joined(_ texts: [String]) -> String {
        texts.map { bare($0) }.joined(separator: "\n")
    }

    /// A name or path as text; what is not UTF-8 in it becomes U+FFFD, which ends a word.
    static func text(ofName bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    /// By what names are sorted: letters without their case, and digits as they stand.
    static func sortKey(ofName bytes: [UInt8]) -> String {
        composed(text(ofName: bytes)).lowercased()
    }
}

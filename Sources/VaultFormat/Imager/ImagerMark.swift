/// A text that is laid over renditions. Spec 10 §9.
package struct ImagerMark: Hashable, Sendable {
    /// In Unicode scalars.
    package static let lengths = 1...100
    /// In bytes of UTF-8.
    package static let longest = 400

    package let text: String

    /// Throws `.outOfRange` for a text that is too short or too long, `.unexpected` for one with control
    /// characters, or of which nothing would be seen.
    package init(_ text: String) throws(FormatError) {
        guard Self.lengths.contains(text.unicodeScalars.count) else { throw .outOfRange("mark") }
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator:
                throw .unexpected("control character")
            default: continue
            }
        }
        let isSeen = text.unicodeScalars.contains { scalar in
            switch scalar.properties.generalCategory {
            case .spaceSeparator, .format, .unassigned, .privateUse, .surrogate: false
            default: true
            }
        }
        guard isSeen else { throw .unexpected("mark that nobody sees") }
        self.text = text
    }

    package var encoded: [UInt8] { Array(text.utf8) }

    package init(parsing body: [UInt8]) throws(FormatError) {
        guard let text = String(validating: body, as: UTF8.self) else {
            throw .unexpected("bytes that are no text")
        }
        try self.init(text)
    }
}

/// A line that somebody typed to find pictures, taken apart:
///
///     beach              a word, in any case and with any accents
///     bea*               the beginning of a word
///     "long beach"       words that follow each other
///     album:italy        a word of one field: name, caption, tag, album, subject, camera
///     album:"long beach" the same with a phrase
///     type:jpeg          see `TypeName`
///     taken:2024-05      a year, month or day
///     -album:italy       not that
///
/// All of them must hold. Nothing in it can be misread by the database: each word is quoted.
package struct SearchText: Hashable, Sendable {
    let terms: [Term]

    package static let longest = 2000
    package static let mostTerms = 64

    struct Term: Hashable, Sendable {
        var isNegated = false
        var meaning: Meaning

        enum Meaning: Hashable, Sendable {
            /// Words in a row, in one column or any; `isPrefix`: the last may go on.
            case words(String, column: String?, isPrefix: Bool)
            case type(String)
            case taken(Range<Int64>)
        }

        /// A query of FTS5's; `nil` for what is not about words.
        var fts: String? {
            guard case .words(let text, let column, let isPrefix) = meaning else { return nil }
            let words = SearchText.quoted(text) + (isPrefix ? " *" : "")
            return column.map { "{\($0)} : \(words)" } ?? words
        }
    }

    package static let columns = ["name", "caption", "tag", "album", "subject", "camera"]

    /// Nothing was typed, or nothing that counts.
    package var isEmpty: Bool { terms.isEmpty }

    package init(parsing line: String) throws(SearchError) {
        guard line.utf8.count <= Self.longest else { throw .tooLong }
        var reader = SearchReader(line)
        var terms: [Term] = []
        while let piece = try reader.next() {
            guard let term = try Self.term(piece) else { continue }
            guard terms.count < Self.mostTerms else { throw .tooLong }
            terms.append(term)
        }
        self.terms = terms
    }

    private static func term(_ piece: SearchReader.Piece) throws(SearchError) -> Term? {
        var text = PlainText.bare(piece.text)
        switch piece.field {
        case "type":
            guard !text.isEmpty else { throw .nothingToFind(piece.typed) }
            return Term(isNegated: piece.isNegated, meaning: .type(text))
        case "taken":
            guard let span = CalendarSpan.parse(text) else { throw .noDate(text) }
            return Term(isNegated: piece.isNegated, meaning: .taken(span))
        case let field?:
            guard columns.contains(field) else { throw .unknownField(field) }
        case nil: break
        }
        let isPrefix = !piece.isQuoted && text.hasSuffix("*")
        if isPrefix { text.removeLast() }
        guard hasWord(text) else {
            // A dash between two words says nothing; a smiley was meant to be found.
            if piece.field == nil, !piece.isQuoted, text.utf8.allSatisfy({ $0 < 0x80 }) {
                return nil
            }
            throw .nothingToFind(piece.typed)
        }
        return Term(
            isNegated: piece.isNegated,
            meaning: .words(text, column: piece.field, isPrefix: isPrefix))
    }

    /// Whether there is anything that the word index has: letters and digits make words, all else parts them.
    static func hasWord(_ text: String) -> Bool { text.unicodeScalars.contains(where: isOfWord) }

    static func isOfWord(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
            .decimalNumber, .letterNumber, .otherNumber, .privateUse:
            true
        default: false
        }
    }

    /// Text as a phrase of FTS5's: only a quote could end it, and a NUL the whole query.
    static func quoted(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\"\""
            case "\0": out += " "
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }

    /// The words of a plain text, which all must occur.
    static func words(_ text: String) -> [String] {
        PlainText.bare(text).split(separator: " ").map(String.init).filter { hasWord($0) }
    }
}

/// What is wrong with a line that was typed to find pictures.
package enum SearchError: Error, Hashable, Sendable {
    case tooLong
    case unknownField(String)
    /// A quote was opened and not closed.
    case openQuote
    /// Holds neither letter nor digit.
    case nothingToFind(String)
    /// Not a year, month or day.
    case noDate(String)
}

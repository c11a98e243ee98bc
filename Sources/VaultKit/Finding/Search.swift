import VaultFormat
import VaultIndex

/// What to look for by the index. Everything that is set must hold.
package struct Search: Sendable {
    package enum Order: String, Sendable, CaseIterable {
        case newest, oldest, name, size, imported
    }

    /// As a person types it: words, "phrases", beginn*, field:value, -not.
    package var line = ""
    package var albums: [String] = []
    package var tags: [String] = []
    package var subjects: [String] = []
    package var camera: String?
    package var types: [String] = []
    /// When it was taken, on the clock there, else when it came in: seconds since 1970.
    package var since: Int64?
    package var until: Int64?
    /// Beginnings of IDs, each of which must name exactly one picture.
    package var prefixes: [String] = []
    /// Patterns, as in `PictureFilter`; any of them.
    package var names: [[UInt8]] = []
    package var bin = PictureFilter.Bin.without
    package var order = Order.newest
    package var limit: Int?

    package init() {}

    /// - Throws: `usage` for a line that says nothing.
    func query() throws(VaultError) -> IndexQuery {
        var query = IndexQuery()
        do throws(SearchError) {
            let text = try SearchText(parsing: line)
            if !text.isEmpty { query.text = text }
        } catch {
            throw VaultError(error)
        }
        if bin == .without {
            query.albums = albums
            query.tags = tags
            query.subjects = subjects
        } else {
            // The index knows a picture by what is outside of the bin; the rest is told by its record.
            query.bin = .both
        }
        query.camera = camera
        query.types = types
        query.since = since
        query.until = until
        query.order =
            switch order {
            case .newest: .newest
            case .oldest: .oldest
            case .name: .name
            case .size: .size
            case .imported: .imported
            }
        return query
    }
}

extension VaultError {
    fileprivate init(_ error: SearchError) {
        let fields = SearchText.columns.joined(separator: ", ") + ", type, taken"
        switch error {
        case .tooLong: self.init(.usage, "that is too much to look for at once")
        case .unknownField(let field):
            self.init(.usage, "there is no field \"\(field)\"", hint: "there are \(fields)")
        case .openQuote:
            self.init(.usage, "a quote was opened and not closed", hint: "write \"two words\"")
        case .nothingToFind(let text):
            self.init(
                .usage, "\"\(text)\" holds neither a letter nor a digit",
                hint: "words are made of letters and digits")
        case .noDate(let text):
            self.init(
                .usage, "\"\(text)\" is no year, month or day", hint: "write taken:2024-05-31")
        }
    }
}

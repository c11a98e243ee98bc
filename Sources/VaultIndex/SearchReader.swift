/// Cuts a typed line into pieces: `-`, a field and a colon, then a quoted text or one without spaces.
struct SearchReader {
    struct Piece {
        var isNegated = false
        /// In lower case.
        var field: String?
        var text = ""
        var isQuoted = false
        /// As it stands in the line.
        var typed = ""
    }

    private var rest: Substring

    init(_ line: String) { rest = line[...] }

    /// The next piece, or `nil` at the end.
    mutating func next() throws(SearchError) -> Piece? {
        rest = rest.drop { $0.isWhitespace }
        guard !rest.isEmpty else { return nil }
        let start = rest
        var piece = Piece()
        if rest.first == "-" {
            piece.isNegated = true
            rest.removeFirst()
        }
        let word = rest.prefix { !$0.isWhitespace && $0 != "\"" }
        if let colon = word.firstIndex(of: ":"), colon > word.startIndex,
            word[..<colon].allSatisfy({ $0.isASCII && $0.isLetter })
        {
            piece.field = word[..<colon].lowercased()
            rest = rest[word.index(after: colon)...]
        }
        if rest.first == "\"" {
            rest.removeFirst()
            guard let end = rest.firstIndex(of: "\"") else { throw .openQuote }
            piece.text = String(rest[..<end])
            piece.isQuoted = true
            rest = rest[rest.index(after: end)...]
        } else {
            let text = rest.prefix { !$0.isWhitespace && $0 != "\"" }
            piece.text = String(text)
            rest = rest[text.endIndex...]
        }
        piece.typed = String(start[..<rest.startIndex])
        return piece
    }
}

/// Years, months and days, as seconds by the clock of the place.
enum CalendarSpan {
    /// `2024`, `2024-05` or `2024-05-17`.
    static func parse(_ text: String) -> Range<Int64>? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard (1...3).contains(parts.count), parts[0].utf8.count == 4,
            parts.dropFirst().allSatisfy({ $0.utf8.count == 2 }),
            parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } })
        else { return nil }
        let numbers = parts.compactMap { Int64($0) }
        let year = numbers[0]
        guard numbers.count > 1 else { return day(year, 1, 1)..<day(year + 1, 1, 1) }
        let month = numbers[1]
        guard (1...12).contains(month) else { return nil }
        let start = day(year, month, 1)
        let end = month == 12 ? day(year + 1, 1, 1) : day(year, month + 1, 1)
        guard numbers.count > 2 else { return start..<end }
        let first = start + (numbers[2] - 1) * 86_400
        guard numbers[2] >= 1, first < end else { return nil }
        return first..<(first + 86_400)
    }

    /// Seconds from 1970 to the beginning of a day, in the Gregorian calendar.
    static func day(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        // March is the first month here, so that the leap day is a year's last.
        let shifted = month > 2 ? year : year - 1
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return (era * 146_097 + dayOfEra - 719_468) * 86_400
    }

    /// The year and month that a moment lies in.
    static func month(of moment: Int64) -> (year: Int64, month: Int64) {
        let days = (moment >= 0 ? moment : moment - 86_399) / 86_400 + 719_468
        let era = (days >= 0 ? days : days - 146_096) / 146_097
        let dayOfEra = days - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month)
    }
}

import Testing

@testable import VaultIndex

@Suite("Index: the search line")
struct SearchTextTests {
    private func refusal(_ line: String) -> SearchError? {
        do throws(SearchError) {
            _ = try SearchText(parsing: line)
            return nil
        } catch {
            return error
        }
    }

    @Test("a line that cannot be understood is refused with what is wrong")
    func refused() {
        #expect(refusal("albums:italy") == .unknownField("albums"))
        #expect(refusal("https://example.com") == .unknownField("https"))
        #expect(refusal("long \"beach") == .openQuote)
        #expect(refusal("album:") == .nothingToFind("album:"))
        #expect(refusal("\"?!\"") == .nothingToFind("\"?!\""))
        #expect(refusal("sea 🏖") == .nothingToFind("🏖"))
        #expect(refusal("type:") == .nothingToFind("type:"))
        for text in [
            "24", "2024-1", "2024-00", "2024-13", "2023-02-29", "2024-04-31", "today", "",
            "2024-05-17-1",
        ] {
            #expect(refusal("taken:" + text) == .noDate(text))
        }
        #expect(refusal(String(repeating: "a ", count: 65)) == .tooLong)
        #expect(refusal(String(repeating: "a", count: 2001)) == .tooLong)
    }

    @Test("what has no letters beside words says nothing, and words are quoted")
    func read() throws {
        #expect(try SearchText(parsing: " - , ... ").isEmpty)
        let terms = try SearchText(parsing: "Album:\"a b\" -c* d\u{0}e type:jpeg").terms
        #expect(
            terms.map(\.fts) == ["{album} : \"a b\"", "\"c\" *", "\"d e\"", nil])
        #expect(terms.map(\.isNegated) == [false, true, false, false])
        #expect(SearchText.quoted("a\"b") == "\"a\"\"b\"")
    }

    @Test("days lie where the calendar has them")
    func calendar() {
        #expect(CalendarSpan.day(1970, 1, 1) == 0)
        #expect(CalendarSpan.day(2000, 3, 1) == 951_868_800)
        #expect(CalendarSpan.parse("2024-02-29") == 1_709_164_800..<1_709_251_200)
        #expect(CalendarSpan.parse("1969") == -31_536_000..<0)
        for day in stride(from: Int64(-80_000), to: 80_000, by: 13) {
            let (year, month) = CalendarSpan.month(of: day * 86_400)
            let start = CalendarSpan.day(year, month, 1)
            let end =
                month == 12
                ? CalendarSpan.day(year + 1, 1, 1) : CalendarSpan.day(year, month + 1, 1)
            #expect((start..<end).contains(day * 86_400))
            #expect(CalendarSpan.month(of: day * 86_400 + 86_399) == (year, month))
        }
    }
}

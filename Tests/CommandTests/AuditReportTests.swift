import Foundation
import FoundationXML
import Testing
import VaultFormat

@testable import VaultCommands

@Suite("The audit report's page")
struct AuditReportTests {
    private func html(_ report: AuditReport) -> String {
        AuditReportPage.html(report, clock: AuditReportSample.clock)
    }

    /// Reads it as strictly as XML, with what HTML leaves open closed.
    private func requireWellFormed(_ page: String) throws {
        var text = page.replacing("<!DOCTYPE html>", with: "")
        text = text.replacing(#/<meta ([^>]*)>/#) { "<meta \($0.1)/>" }
        let parser = XMLParser(data: Data(text.utf8))
        #expect(parser.parse(), "\(parser.parserError.debugDescription) line \(parser.lineNumber)")
    }

    @Test("everything that the report holds is on the page", arguments: [30, 365, 1000] as [Int64])
    func content(_ days: Int64) throws {
        let report = try AuditReportSample.report(days: days)
        let page = html(report)
        try requireWellFormed(page)
        let first = AuditReportSample.clock.day(of: report.start).text
        for text in [
            "<bdi>Gym on the Quay</bdi>", "00112233445566778899aabbccddeeff",
            "<p class=\"period\">\(first) – 2026-11-30</p>",
            "to <time datetime=\"2026-12-01T00:00:00+01:00\">2026-12-01 00:00:00 +01:00</time>, which",
            "24,518 entries, 4,211 of them in the period", Hex.encode(report.log.root),
            "notary Weiss, letter of 2026-11-20", "The 618 entries after it are not covered",
            "Ana (front desk)", "<small>desk</small>", "looked up 1,840", "removed since",
            "2026-12-front.jpg", "M-10411", "1 erased since", "without a key", "portrait-0.jpg",
            "and 288 more", "3f9a0c51e2b74d6680a1c2d3e4f50612", "left the company",
            "ben on office</bdi>, <bdi>ben on laptop", "20,117", "two hours behind",
        ] {
            #expect(page.contains(text), "\(text)")
        }
        for sort in AuditReport.Sort.allCases {
            #expect(page.contains("<dd>\(Wording.count(report.count(sort)))</dd>"), "\(sort)")
        }
    }

    @Test("nothing in it runs, is fetched, is markup, turns the line or hides")
    func hostile() throws {
        let evil =
            "</title></bdi><script>alert(1)</script><img src=x onerror=y>\u{202E}\u{2066}\u{1B}\"'&"
        var report = try AuditReportSample.report(days: 10)
        let person = AuditReport.Person(label: evil, role: evil)
        report.title = evil
        report.maker = person
        report.log.verification = .holds(against: .init(size: 1, root: [], place: evil))
        report.uses[0] = .init(person: person, first: .min, last: .max, counts: [(evil, 1)])
        report.readings[0] = .init(
            time: 0, person: person, action: evil, pictures: 1, names: [evil], subjects: [evil],
            erased: 0)
        report.keyChanges[0] = .init(
            time: 0, person: person, action: evil, slot: evil, remark: evil)
        report.failedUnlocks[0].sources = [evil]
        report.findings[0].message = evil
        let page = html(report)
        try requireWellFormed(page)
        let shown =
            "&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=y&gt;"
            + #"\xe2\x80\xae\xe2\x81\xa6\x1b&quot;&#39;&amp;"#
        #expect(page.components(separatedBy: shown).count - 1 == 20)
        for text in [
            "<script", "<img", "\u{202E}", "\u{2066}", "\u{1B}", "http:", "https:", "url(",
        ] {
            #expect(!page.contains(text), "\(text)")
        }
        #expect(!page.contains(#/<[^>]* (on[a-z]+|src|style)=/#))
        #expect(
            page.contains(
                #/<meta http-equiv="Content-Security-Policy" content="default-src 'none'; /#))
        for link in page.matches(of: /href="([^"]*)"/) { #expect(link.1.hasPrefix("#")) }
    }

    @Test("a period in which nothing happened says so everywhere")
    func nothing() throws {
        let page = html(try AuditReportSample.empty(start: 1_795_000_000, end: 1_795_000_000))
        try requireWellFormed(page)
        #expect(page.components(separatedBy: AuditReportText.none).count - 1 == 9)
        #expect(!page.contains("<svg") && !page.contains("<table>"))
        #expect(page.contains("<p class=\"period\">2026-11-18 – 2026-11-18</p>"))
    }

    @Test("each outcome of the verification is told in its own words")
    func verdicts() throws {
        var report = try AuditReportSample.empty(start: 0, end: 86_400)
        var words: Set<String> = []
        let whole = AuditReport.Checkpoint(size: report.log.size, root: [], place: "x")
        for outcome: AuditReport.Verification in [
            .holds(against: whole), .holds(against: nil), .fails, .notDone, report.log.verification,
        ] {
            report.log.verification = outcome
            words.insert(AuditReportText.explanation(report))
            #expect(html(report).contains(AuditReportText.verdict(outcome)))
            #expect(html(report).contains(AuditReportText.proof))
        }
        #expect(words.count == 5)
    }

    @Test(
        "bars are days, weeks or months, by the length of the period, and none is left out",
        arguments: [
            (1, .day, 1), (45, .day, 45), (46, .week, 8), (365, .week, 53), (730, .month, 24),
        ]
            as [(Int64, ActivityChart.Step, Int)])
    func bars(_ length: Int64, _ step: ActivityChart.Step, _ count: Int) {
        // The last day is a Monday, the last of November 2026.
        let last: Int64 = 20_787
        let days = (0..<length).map {
            AuditReport.Day(day: CivilDay(number: last - $0), counts: [.read: 2, .keys: 1])
        }
        let chart = ActivityChart(
            days, first: CivilDay(number: last - length + 1), last: CivilDay(number: last))
        #expect(chart.step == step)
        #expect(chart.bars.count == count)
        #expect(chart.bars.reduce(0) { $0 + $1.total } == Int(length) * 3)
        #expect(chart.bars.map(\.start) == chart.bars.map(\.start).sorted())
        #expect(chart.label(chart.bars[count - 1]) == (step == .month ? "2026-11" : "2026-11-30"))
    }

    @Test("a bar's pieces lie on each other and end at their sum", arguments: [3, 4, 40, 999])
    func pieces(_ read: Int) throws {
        let day = CivilDay(number: 20_787)
        let chart = ActivityChart(
            [.init(day: day, counts: [.cameIn: 1, .read: read, .keys: 2])], first: day, last: day)
        let boxes = chart.svg().matches(
            of: /class="s([0-9])" x="[0-9.]+" y="([0-9.]+)" width="[0-9.]+" height="([0-9.]+)"/)
        try #require(boxes.map(\.1) == ["0", "1", "4"])
        let (lower, upper) = (boxes[0], boxes[1])
        let floor = [lower.2, lower.3].reduce(0) { $0 + (Double($1) ?? 0) }
        #expect(abs(floor - 206) < 0.11)
        let top = try #require(Double(upper.2))
        let (high, low) = (try #require(Double(upper.3)), try #require(Double(lower.3)))
        let seam = try #require(Double(lower.2))
        #expect(abs(top + high - seam) < 0.21)
        let last = try #require(Double(boxes[2].2))
        #expect(abs(last + (Double(boxes[2].3) ?? 0) - top) < 0.21)
        #expect(last >= 10)
        #expect(abs(high - Double(read) * low) < Double(read) * 0.06 + 0.1)
    }

    @Test("the numbers along the side are round, few, and reach the highest bar")
    func ticks() {
        #expect(ActivityChart.ticks(highest: 0) == [0, 1])
        #expect(ActivityChart.ticks(highest: 4) == [0, 1, 2, 3, 4])
        #expect(ActivityChart.ticks(highest: 5) == [0, 2, 4, 6])
        #expect(ActivityChart.ticks(highest: 38) == [0, 10, 20, 30, 40])
        #expect(ActivityChart.ticks(highest: 90) == [0, 50, 100])
        for highest in [1, 7, 11, 99, 1000, 12_345, 987_654] {
            let ticks = ActivityChart.ticks(highest: highest)
            #expect(ticks.count <= 5 && ticks.last! >= highest, "\(highest)")
        }
    }

    @Test("days of the calendar are told as Foundation tells them")
    func calendar() {
        let formatter = DateFormatter()
        formatter.calendar = Calendar(identifier: .gregorian)
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "yyyy-MM-dd"
        for number in stride(from: Int64(-60_000), to: 80_000, by: 37) {
            let day = CivilDay(number: number)
            let date = Date(timeIntervalSince1970: Double(number) * 86_400)
            #expect(day.text == formatter.string(from: date))
            #expect(day.monthStart.text == String(day.text.dropLast(2)) + "01")
            let weekday = Calendar(identifier: .iso8601)
            var utc = weekday
            utc.timeZone = TimeZone(secondsFromGMT: 0)!
            let monday = Date(timeIntervalSince1970: Double(day.weekStart.number) * 86_400)
            #expect(
                utc.component(.weekday, from: monday) == 2
                    && (0..<7).contains(number - day.weekStart.number))
        }
    }

    @Test("a moment is told in local time with its zone, before 1970 and west of Greenwich too")
    func moments() {
        let west = LocalClock { _ in -12_600 }
        #expect(west.text(0) == "1969-12-31 20:30:00 -03:30")
        #expect(west.iso(0) == "1969-12-31T20:30:00-03:30")
        #expect(AuditReportSample.clock.text(1_782_900_000) == "2026-07-01 12:00:00 +02:00")
        #expect(LocalClock { _ in 0 }.text(-1) == "1969-12-31 23:59:59 +00:00")
    }
}

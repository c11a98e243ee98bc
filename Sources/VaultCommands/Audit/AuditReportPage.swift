import VaultFormat

/// The audit report as one HTML page that stands alone: it runs nothing, fetches nothing, and prints on
/// paper. Whatever the log or a name holds is shown as text.
struct AuditReportPage {
    private typealias Text = AuditReportText

    let report: AuditReport
    let clock: LocalClock
    /// First and last day.
    private let period: (first: CivilDay, last: CivilDay)
    private let chart: ActivityChart

    private init(_ report: AuditReport, _ clock: LocalClock) {
        self.report = report
        self.clock = clock
        let first = clock.day(of: report.start)
        period = (first, max(first, clock.day(of: max(report.start, report.end - 1))))
        chart = ActivityChart(report.days, first: first, last: period.last)
    }

    /// The whole page, in UTF-8.
    static func html(_ report: AuditReport, clock: LocalClock = .system) -> String {
        AuditReportPage(report, clock).html
    }

    private struct Section {
        let id: String
        let title: String
        let count: Int?
        let body: String
    }

    private var html: String {
        let sections = sections
        let title = HTMLText.escaped(report.title)
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
            style-src 'unsafe-inline'; img-src data:">
            <meta name="referrer" content="no-referrer">
            <meta name="robots" content="noindex">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(Text.kind): \(title), \(period.first.text) – \(period.last.text)</title>
            <style>
            \(Self.style)
            </style>
            </head>
            <body>
            <main>
            <header>
            <p class="kind"><b>\(Text.program)</b><span>\(Text.kind)</span></p>
            <h1><bdi>\(title)</bdi></h1>
            <p class="period">\(period.first.text) – \(period.last.text)</p>
            </header>
            \(verdict)
            \(tiles)
            \(facts)
            \(contents(sections))
            \(sections.map(Self.section).joined(separator: "\n"))
            <footer>\(Text.footer(report.vault.hex))</footer>
            </main>
            </body>
            </html>

            """
    }

    private var sections: [Section] {
        var all = [Section(id: "activity", title: Text.activity, count: nil, body: activity)]
        func add(_ id: String, _ title: String, _ table: HTMLTable, note: String? = nil) {
            let note = table.rows.isEmpty ? nil : note
            let body = (note.map { "<p class=\"note\">\($0)</p>\n" } ?? "") + table.html
            all.append(Section(id: id, title: title, count: table.rows.count, body: body))
        }
        if !report.findings.isEmpty { add("findings", Text.findings, findings) }
        add("people", Text.people, people, note: Text.peopleNote)
        add("readings", Text.readings, readings(report.readings), note: Text.readingsNote)
        add("exports", Text.exports, readings(report.exports), note: Text.exportsNote)
        add("erasures", Text.erasures, erasures, note: Text.erasuresNote)
        add("keys", Text.keyChanges, keyChanges)
        add("failed", Text.failedUnlocks, failedUnlocks)
        add("clocks", Text.clockJumps, clockJumps, note: Text.clockNote)
        if report.findings.isEmpty { add("findings", Text.findings, findings) }
        if !numbers.rows.isEmpty {
            let body = numbers.html
            all.append(Section(id: "numbers", title: Text.numbers, count: nil, body: body))
        }
        return all
    }

    private static func section(_ section: Section) -> String {
        let count = section.count.map { " <span>\(Wording.count($0))</span>" } ?? ""
        return """
            <section id="\(section.id)">
            <h2>\(section.title)\(count)</h2>
            \(section.body)
            </section>
            """
    }

    private func contents(_ sections: [Section]) -> String {
        let links = sections.map { section in
            let count = section.count.map { " <span>\(Wording.count($0))</span>" } ?? ""
            return "<li><a href=\"#\(section.id)\">\(section.title)</a>\(count)</li>"
        }
        return "<nav><ul>\(links.joined())</ul></nav>"
    }

    // MARK: - Above the tables

    private var verdict: String {
        let (style, sign) =
            switch report.log.verification {
            case .holds(.some): ("good", "✓")
            case .holds(nil): ("fair", "✓")
            case .fails: ("bad", "✗")
            case .notDone: ("fair", "–")
            }
        return """
            <section class="verdict \(style)">
            <p class="word"><span aria-hidden="true">\(sign)</span> \
            \(Text.verdict(report.log.verification))</p>
            <p>\(Text.explanation(report))</p>
            <h2>\(Text.proofTitle)</h2>
            <p>\(Text.proof)</p>
            </section>
            """
    }

    private var tiles: String {
        let tiles = AuditReport.Sort.allCases.map { sort in
            "<div><dt><i class=\"s\(sort.rawValue)\"></i>\(Text.name(sort))</dt>"
                + "<dd>\(Wording.count(report.count(sort)))</dd></div>"
        }
        return
            "<dl class=\"tiles\">\(tiles.joined())</dl>\n<p class=\"note\">\(Text.countsNote)</p>"
    }

    private var facts: String {
        var rows = [
            (Text.facts.vault, "<span class=\"mono\">\(report.vault.hex)</span>"),
            (
                Text.facts.period,
                time(report.start) + " " + Text.through(time(report.end))
            ),
            (Text.facts.made, time(report.made)),
            (Text.facts.maker, person(report.maker)),
            (Text.facts.size, Text.size(report.log)),
            (Text.facts.root, "<span class=\"mono\">\(Hex.encode(report.log.root))</span>"),
        ]
        if case .holds(.some(let checkpoint)) = report.log.verification {
            rows.append(
                (
                    Text.facts.checkpoint,
                    "\(Text.checkpoint(checkpoint)) <bdi>\(HTMLText.escaped(checkpoint.place))</bdi>"
                ))
            rows.append(
                (
                    Text.facts.checkpointRoot,
                    "<span class=\"mono\">\(Hex.encode(checkpoint.root))</span>"
                ))
        } else {
            rows.append((Text.facts.checkpoint, Text.noCheckpoint))
        }
        let list = rows.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" }.joined(
            separator: "\n")
        return
            "<section class=\"facts\">\n<h2>\(Text.facts.title)</h2>\n<dl>\n\(list)\n</dl>\n</section>"
    }

    private var activity: String {
        if chart.isEmpty { return "<p class=\"none\">\(Text.none)</p>" }
        let legend = AuditReport.Sort.allCases.map {
            "<li><i class=\"s\($0.rawValue)\"></i>\(Text.name($0))</li>"
        }
        return """
            <figure>
            \(chart.svg())<figcaption><ul class="legend">\(legend.joined())</ul></figcaption>
            </figure>
            """
    }

    /// What the chart shows, without the bars in which nothing happened.
    private var numbers: HTMLTable {
        let sorts = AuditReport.Sort.allCases
        var table = HTMLTable(
            [.init(Text.step(chart.step).name)] + sorts.map { .init(Text.name($0), isNumber: true) }
                + [.init(Text.total, isNumber: true)])
        for bar in chart.bars where bar.total > 0 {
            table.add(
                [chart.label(bar)] + sorts.map { Self.number(bar.counts[$0] ?? 0) }
                    + [Wording.count(bar.total)])
        }
        return table
    }

    /// A nought would hide what there is.
    static func number(_ count: Int) -> String { count == 0 ? "·" : Wording.count(count) }
}

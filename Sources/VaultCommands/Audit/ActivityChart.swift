/// How much was done over a period: stacked bars, as an inline `svg` and as numbers.
struct ActivityChart {
    /// What a bar stands for.
    enum Step: Sendable { case day, week, month }

    struct Bar {
        let start: CivilDay
        var counts: [AuditReport.Sort: Int] = [:]
        var total: Int { counts.values.reduce(0, +) }
    }

    let step: Step
    /// One for each step of the period, in order, also where nothing was done.
    let bars: [Bar]

    /// - Parameters:
    ///   - first: the first day of the period.
    ///   - last: the last day; not before the first.
    init(_ days: [AuditReport.Day], first: CivilDay, last: CivilDay) {
        let length = last.number - first.number + 1
        let step: Step = length <= 45 ? .day : length <= 400 ? .week : .month
        var bars: [Bar] = []
        var places: [CivilDay: Int] = [:]
        var day = Self.start(first, step)
        // More bars than pixels help nobody: of very long periods the last 250 years are drawn.
        if last.number - day.number > 91_250 {
            day = Self.start(CivilDay(number: last.number - 91_250), step)
        }
        while day <= last {
            places[day] = bars.count
            bars.append(Bar(start: day))
            day = Self.next(day, step)
        }
        for activity in days {
            guard let place = places[Self.start(activity.day, step)] else { continue }
            for (sort, count) in activity.counts { bars[place].counts[sort, default: 0] += count }
        }
        self.step = step
        self.bars = bars
    }

    var isEmpty: Bool { bars.allSatisfy { $0.total == 0 } }

    /// What a bar is called: its day, the Monday of its week, its month.
    func label(_ bar: Bar) -> String {
        step == .month ? String(bar.start.text.dropLast(3)) : bar.start.text
    }

    private static func start(_ day: CivilDay, _ step: Step) -> CivilDay {
        switch step {
        case .day: day
        case .week: day.weekStart
        case .month: day.monthStart
        }
    }

    private static func next(_ day: CivilDay, _ step: Step) -> CivilDay {
        switch step {
        case .day: CivilDay(number: day.number + 1)
        case .week: CivilDay(number: day.number + 7)
        // From a first of the month, 31 days on lies in the next, and 62 never skips one.
        case .month: CivilDay(number: day.number + 31).monthStart
        }
    }
}

// MARK: - Drawing

extension ActivityChart {
    private static let width = 720.0
    private static let height = 232.0
    private static let left = 44.0
    private static let top = 10.0
    private static let bottom = 26.0

    /// The numbers along the side, from 0 to one that no bar exceeds: one, two or five times a power of
    /// ten apart.
    static func ticks(highest: Int) -> [Int] {
        var step = 1
        var factors = [2.0, 2.5, 2.0].makeIterator()
        while (highest + step - 1) / step > 4 {
            guard let factor = factors.next() else {
                factors = [2.0, 2.5, 2.0].makeIterator()
                continue
            }
            step = Int(Double(step) * factor)
        }
        return (0...max(1, (highest + step - 1) / step)).map { $0 * step }
    }

    func svg() -> String {
        let highest = bars.max { $0.total < $1.total }
        let ticks = Self.ticks(highest: highest?.total ?? 0)
        let ceiling = Double(ticks.last ?? 1)
        let inner = Self.height - Self.top - Self.bottom
        let y = { (value: Double) in Self.top + inner * (1 - value / ceiling) }
        let names = (first: bars.first.map(label) ?? "", last: bars.last.map(label) ?? "")
        let title = AuditReportText.chart(step, from: names.first, to: names.last)
        let description = AuditReportText.chartDescription(
            bars.reduce(0) { $0 + $1.total }, highest: highest?.total ?? 0,
            label: highest.map(label) ?? "")
        var text = """
            <svg class="chart" viewBox="0 0 \(Int(Self.width)) \(Int(Self.height))" role="img" \
            aria-labelledby="chart-title chart-desc">
            <title id="chart-title">\(title)</title><desc id="chart-desc">\(description)</desc>

            """
        for tick in ticks {
            let place = Self.point(y(Double(tick)))
            text +=
                "<line class=\"grid\" x1=\"\(Self.point(Self.left))\" x2=\"\(Self.point(Self.width))\""
            text += " y1=\"\(place)\" y2=\"\(place)\"/><text class=\"side\""
            text +=
                " x=\"\(Self.point(Self.left - 8))\" y=\"\(Self.point(y(Double(tick)) + 3.5))\">"
            text += "\(Wording.count(tick))</text>\n"
        }
        let room = (Self.width - Self.left) / Double(max(bars.count, 1))
        let thickness = min(room * 0.72, 34)
        for (index, bar) in bars.enumerated() {
            let middle = Self.left + room * (Double(index) + 0.5)
            text += drawing(bar, x: middle - thickness / 2, thickness: thickness, y: y)
        }
        return text + labels(room: room) + "</svg>\n"
    }

    private func drawing(
        _ bar: Bar, x: Double, thickness: Double, y: (Double) -> Double
    ) -> String {
        guard bar.total > 0 else { return "" }
        var told = "\(label(bar)): \(Wording.count(bar.total))"
        var pieces = ""
        var below = 0
        for sort in AuditReport.Sort.allCases {
            guard let count = bar.counts[sort], count > 0 else { continue }
            let (top, base) = (y(Double(below + count)), y(Double(below)))
            below += count
            told += ", \(AuditReportText.name(sort)) \(Wording.count(count))"
            pieces +=
                "<rect class=\"s\(sort.rawValue)\" x=\"\(Self.point(x))\" y=\"\(Self.point(top))\""
            pieces += " width=\"\(Self.point(thickness))\" height=\"\(Self.point(base - top))\"/>"
        }
        return "<g><title>\(told)</title>\(pieces)</g>\n"
    }

    /// Below the bars, as many as there is room for.
    private func labels(room: Double) -> String {
        let every = max(1, Int((76 / room).rounded(.up)))
        return bars.enumerated().filter { $0.offset % every == 0 }.map { index, bar in
            let middle = Self.left + room * (Double(index) + 0.5)
            // Half a label in from either edge.
            let x = Self.point(min(max(middle, 32), Self.width - 32))
            return
                "<text class=\"foot\" x=\"\(x)\" y=\"\(Self.point(Self.height - 8))\">\(label(bar))</text>\n"
        }.joined()
    }

    /// A tenth of a unit is exact enough for any paper.
    private static func point(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0 ? String(tenths / 10) : "\(tenths / 10).\(abs(tenths % 10))"
    }
}

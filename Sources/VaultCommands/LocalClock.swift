import Glibc

/// A day of the calendar, wherever it is.
struct CivilDay: Hashable, Comparable, Sendable {
    /// Days since 1970-01-01; negative before.
    let number: Int64

    /// The proleptic Gregorian calendar, by Howard Hinnant's `civil_from_days`.
    var parts: (year: Int64, month: Int64, day: Int64) {
        let shifted = number + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let ofEra = shifted - era * 146_097
        let year = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * year + year / 4 - year / 100)
        let month = (5 * ofYear + 2) / 153
        let day = ofYear - (153 * month + 2) / 5 + 1
        return (year + era * 400 + (month < 10 ? 0 : 1), month < 10 ? month + 3 : month - 9, day)
    }

    /// `2026-11-21`.
    var text: String {
        let (year, month, day) = parts
        return "\(Self.digits(year, 4))-\(Self.digits(month, 2))-\(Self.digits(day, 2))"
    }

    /// The Monday of its week.
    var weekStart: CivilDay {
        // The first day of 1970 was a Thursday.
        let sinceMonday = ((number + 3) % 7 + 7) % 7
        return CivilDay(number: number - sinceMonday)
    }

    var monthStart: CivilDay { CivilDay(number: number - parts.day + 1) }

    static func < (left: Self, right: Self) -> Bool { left.number < right.number }

    static func digits(_ value: Int64, _ count: Int) -> String {
        let text = String(value.magnitude)
        let zeros = String(repeating: "0", count: max(0, count - text.count))
        return (value < 0 ? "-" : "") + zeros + text
    }
}

/// Moments as the clocks of one place show them.
struct LocalClock: Sendable {
    /// Seconds to add to universal time, at a moment in seconds since 1970.
    let offset: @Sendable (Int64) -> Int64

    /// That of the process (`TZ`, else the machine's).
    static let system = LocalClock { moment in
        var clock = time_t(moment)
        var parts = tm()
        // Years that no clock can show are shown in universal time.
        return localtime_r(&clock, &parts) == nil ? 0 : Int64(parts.tm_gmtoff)
    }

    func day(of moment: Int64) -> CivilDay { split(moment).day }

    /// `2026-11-21 10:00:00 +01:00`.
    func text(_ moment: Int64) -> String { written(moment, between: " ", before: " ") }

    /// `2026-11-21T10:00:00+01:00`, as RFC 3339 has it.
    func iso(_ moment: Int64) -> String { written(moment, between: "T", before: "") }

    private func written(_ moment: Int64, between: String, before: String) -> String {
        let (day, second) = split(moment)
        let two = { CivilDay.digits($0, 2) }
        let minutes = offset(moment) / 60
        let zone =
            (minutes < 0 ? "-" : "+") + two(abs(minutes) / 60) + ":" + two(abs(minutes) % 60)
        return day.text + between + two(second / 3600) + ":" + two(second / 60 % 60) + ":"
            + two(second % 60) + before + zone
    }

    private func split(_ moment: Int64) -> (day: CivilDay, second: Int64) {
        // Far beyond any clock of a log, and far from overflow.
        let local = min(max(moment, -1 << 53), 1 << 53) + offset(moment)
        let second = (local % 86_400 + 86_400) % 86_400
        return (CivilDay(number: (local - second) / 86_400), second)
    }
}

import Glibc

/// Numbers, sizes and times as a person reads them.
enum Wording {
    /// `1,234,567`.
    static func count(_ value: Int) -> String {
        var digits = String(value.magnitude)
        var groups: [Substring] = []
        while digits.count > 3 {
            groups.insert(digits.suffix(3), at: 0)
            digits.removeLast(3)
        }
        return (value < 0 ? "-" : "") + ([digits[...]] + groups).joined(separator: ",")
    }

    /// `1 picture`, `2 pictures`, `2 copies`.
    static func count(_ value: Int, _ one: String, _ many: String? = nil) -> String {
        count(value) + " " + (value == 1 ? one : many ?? one + "s")
    }

    /// `0 B`, `999 B`, `1.2 kB`, `48 MB`, powers of ten.
    static func size(_ byteCount: UInt64) -> String {
        guard byteCount >= 1000 else { return "\(byteCount) B" }
        var value = Double(byteCount)
        var unit = -1
        // 999.5 and more would be shown as 1000.
        while value >= 999.5 {
            value /= 1000
            unit += 1
        }
        let units = ["kB", "MB", "GB", "TB", "PB", "EB"]
        let tenths = Int((value * 10).rounded())
        return (value < 9.95 ? "\(tenths / 10).\(tenths % 10)" : String(Int(value.rounded()))) + " "
            + units[unit]
    }

    static func rate(_ byteCount: UInt64, seconds: Double) -> String {
        size(UInt64(Double(byteCount) / max(seconds, 0.001))) + "/s"
    }

    /// `0.4 s`, `12 s`, `3:05 min`, `2:10 h`.
    static func duration(_ seconds: Double) -> String {
        if seconds < 9.95 {
            let tenths = Int((seconds * 10).rounded())
            return "\(tenths / 10).\(tenths % 10) s"
        }
        // A century is "for ever" on any progress line, and fits an Int.
        let whole = Int(min(seconds, 3e9).rounded())
        if whole < 60 { return "\(whole) s" }
        if whole < 3600 { return "\(whole / 60):\(two(whole % 60)) min" }
        return "\(whole / 3600):\(two(whole / 60 % 60)) h"
    }

    /// `2026-11-21 10:00`, local time.
    static func local(_ seconds: Int64) -> String {
        var clock = time_t(seconds)
        var parts = tm()
        guard localtime_r(&clock, &parts) != nil else { return "?" }
        return
            "\(Int(parts.tm_year) + 1900)-\(two(Int(parts.tm_mon) + 1))-\(two(Int(parts.tm_mday)))"
            + " \(two(Int(parts.tm_hour))):\(two(Int(parts.tm_min)))"
    }

    /// RFC 3339 in UTC: `2026-11-21T10:00:00Z`.
    static func utc(_ seconds: Int64, nanoseconds: Int64 = 0) -> String {
        var clock = time_t(seconds)
        var parts = tm()
        guard gmtime_r(&clock, &parts) != nil else { return "?" }
        var text = String(Int(parts.tm_year) + 1900)
        if text.count < 4 { text = String(repeating: "0", count: 4 - text.count) + text }
        text += "-\(two(Int(parts.tm_mon) + 1))-\(two(Int(parts.tm_mday)))"
        text += "T\(two(Int(parts.tm_hour))):\(two(Int(parts.tm_min))):\(two(Int(parts.tm_sec)))"
        if nanoseconds > 0 {
            let digits = String(nanoseconds)
            text += "." + String(repeating: "0", count: 9 - digits.count) + digits
        }
        return text + "Z"
    }

    /// RFC 3339 in UTC of nanoseconds since 1970.
    static func utc(nanoseconds: Int64) -> String {
        let (seconds, rest) = seconds(nanoseconds)
        return utc(seconds, nanoseconds: rest)
    }

    /// Whole seconds, rounded down, and what is left.
    static func seconds(_ nanoseconds: Int64) -> (Int64, Int64) {
        let rest = (nanoseconds % 1_000_000_000 + 1_000_000_000) % 1_000_000_000
        return ((nanoseconds - rest) / 1_000_000_000, rest)
    }

    /// `3 days ago`, in the largest unit that fits.
    static func ago(_ seconds: Int64, now: Int64) -> String {
        let past = max(0, now - seconds)
        switch past {
        case ..<90: return "just now"
        case ..<5400: return count(Int(past / 60), "minute") + " ago"
        case ..<129_600: return count(Int(past / 3600), "hour") + " ago"
        default: return count(Int(past / 86_400), "day") + " ago"
        }
    }

    /// Columns under each other, two spaces apart; the first row is the heading.
    static func table(_ rows: [[String]]) -> [String] {
        var widths: [Int] = []
        for row in rows {
            for (column, text) in row.enumerated() {
                if column == widths.count { widths.append(0) }
                widths[column] = max(widths[column], text.count)
            }
        }
        return rows.map { row in
            row.enumerated().map { column, text in
                column == row.count - 1
                    ? text : text + String(repeating: " ", count: widths[column] - text.count)
            }.joined(separator: "  ")
        }
    }

    private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }
}

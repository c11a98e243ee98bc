import ArgumentParser
import Glibc

/// A moment as a person writes it, in local time: a day, a day with a time, or so long ago.
struct DateArgument: ExpressibleByArgument {
    /// Seconds since 1970 of its beginning.
    let start: Int64
    /// Seconds since 1970 at which it is over: the next midnight for a day, `start` for a moment.
    let end: Int64

    init?(argument: String) { self.init(argument, now: Int64(time(nil))) }

    init?(_ argument: String, now: Int64) {
        if let ago = Self.ago(argument, now: now) {
            start = ago
            end = ago
            return
        }
        let halves = argument.split(
            maxSplits: 1, omittingEmptySubsequences: false, whereSeparator: { "T ".contains($0) })
        guard let day = Self.numbers(halves[0], separator: "-", lengths: [4, 2, 2]) else {
            return nil
        }
        guard halves.count == 2 else {
            guard let start = Self.local(day, [0, 0, 0]),
                let end = Self.local([day[0], day[1], day[2] + 1], [0, 0, 0], exact: false)
            else { return nil }
            self.start = start
            self.end = end
            return
        }
        guard
            let clock = Self.numbers(halves[1], separator: ":", lengths: [2, 2, 2])
                ?? Self.numbers(halves[1], separator: ":", lengths: [2, 2]).map({ $0 + [0] }),
            let moment = Self.local(day, clock)
        else { return nil }
        start = moment
        end = moment
    }

    /// `3h`, `7d`, `2w`, `6m`, `1y`: hours, days, weeks, months of the calendar, years.
    private static func ago(_ text: String, now: Int64) -> Int64? {
        guard let unit = text.last, let count = Int32(text.dropLast()), (0...99_999).contains(count)
        else { return nil }
        var seconds = time_t(now)
        var parts = tm()
        localtime_r(&seconds, &parts)
        switch unit {
        case "h": return now - Int64(count) * 3600
        case "d": parts.tm_mday -= count
        case "w": parts.tm_mday -= 7 * count
        case "m": parts.tm_mon -= count
        case "y": parts.tm_year -= count
        default: return nil
        }
        parts.tm_isdst = -1
        return Int64(mktime(&parts))
    }

    private static func numbers(
        _ text: Substring, separator: Character, lengths: [Int]
    ) -> [Int32]? {
        let parts = text.split(separator: separator, omittingEmptySubsequences: false)
        guard parts.map(\.count) == lengths else { return nil }
        let values = parts.compactMap { part in
            part.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
                ? Int32(part) : nil
        }
        return values.count == lengths.count ? values : nil
    }

    /// Local time to seconds; with `exact`, a day or hour that does not exist is refused.
    private static func local(_ day: [Int32], _ clock: [Int32], exact: Bool = true) -> Int64? {
        var parts = tm()
        parts.tm_year = day[0] - 1900
        parts.tm_mon = day[1] - 1
        parts.tm_mday = day[2]
        parts.tm_hour = clock[0]
        parts.tm_min = clock[1]
        parts.tm_sec = clock[2]
        parts.tm_isdst = -1
        let seconds = mktime(&parts)
        guard !exact || (parts.tm_mon == day[1] - 1 && parts.tm_mday == day[2]) else { return nil }
        guard clock[0] < 24, clock[1] < 60, clock[2] < 60 else { return nil }
        return Int64(seconds)
    }
}

extension DateArgument {
    /// The same moments as the local clock shows them, in seconds from 1970-01-01T00:00:00 on it: what a
    /// picture's own time is compared with.
    var localStart: Int64 { Self.clock(start) }
    var localEnd: Int64 { Self.clock(end) }

    private static func clock(_ moment: Int64) -> Int64 {
        var seconds = time_t(moment)
        var parts = tm()
        localtime_r(&seconds, &parts)
        return Int64(timegm(&parts))
    }
}

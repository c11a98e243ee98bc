import ArgumentParser
import Glibc

/// A moment to come, as a person writes it: a span from now (`45m`, `12h`, `7d`, `2w`, `1y`), or a day, at
/// whose end it is, or a day with a time.
struct LaterArgument: ExpressibleByArgument, CustomStringConvertible {
    /// In seconds since 1970.
    let seconds: Int64
    private let argument: String

    init?(argument: String) { self.init(argument, now: Int64(time(nil))) }

    init?(_ argument: String, now: Int64) {
        self.argument = argument
        if let unit = argument.last, let count = Int64(argument.dropLast()),
            let factor = ["m": 60, "h": 3_600, "d": 86_400, "w": 604_800, "y": 31_557_600][unit]
                as Int64?
        {
            guard (1...99_999).contains(count) else { return nil }
            seconds = now + count * factor
            return
        }
        // Of a day, the last second that belongs to it.
        guard let date = DateArgument(argument, now: now) else { return nil }
        seconds = date.end > date.start ? date.end - 1 : date.end
    }

    var description: String { argument }
}

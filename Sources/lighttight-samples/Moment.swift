/// A second of UTC, counted from 1970.
struct Moment {
    let seconds: Int

    /// Some second of the years 2015 to 2024.
    static func random(_ generator: inout SeededGenerator) -> Moment {
        Moment(seconds: 1_420_070_400 + generator.below(10 * 365 * 86_400))
    }

    /// Year, month, day, hour, minute, second.
    var parts: [Int] {
        // The civil calendar with years that begin in March, so the leap day comes last.
        let days = seconds / 86_400 + 719_468
        let era = days / 146_097
        let dayOfEra = days % 146_097
        let year = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * year + year / 4 - year / 100)
        let month = (5 * dayOfYear + 2) / 153
        let calendarMonth = month < 10 ? month + 3 : month - 9
        let rest = seconds % 86_400
        return [
            year + era * 400 + (calendarMonth <= 2 ? 1 : 0), calendarMonth,
            dayOfYear - (153 * month + 2) / 5 + 1, rest / 3600, rest / 60 % 60, rest % 60,
        ]
    }

    var exifText: String {
        let text = parts.map { padded($0, 2) }
        return text[0...2].joined(separator: ":") + " " + text[3...5].joined(separator: ":")
    }
}

/// A number in decimal with leading zeros to at least `width` digits.
func padded(_ value: Int, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

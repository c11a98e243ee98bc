/// Moments as texts that are signed have them: `2026-11-21T10:00:00Z`, of the years 1970 to 2199. Spec 12 §1.
package enum UTCText {
    /// Seconds since 1970 that can be printed so.
    package static let range: ClosedRange<Int64> = 0...7_258_118_399

    /// What lies outside of the range is printed as its nearest end.
    package static func text(_ moment: Int64) -> String {
        let moment = min(max(moment, range.lowerBound), range.upperBound)
        // Days of the proleptic Gregorian calendar, counted from 1 March of year 0.
        let day = moment / 86_400 + 719_468
        let (era, ofEra) = (day / 146_097, day % 146_097)
        let year = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * year + year / 4 - year / 100)
        let month = (5 * ofYear + 2) / 153
        let parts = [
            month < 10 ? month + 3 : month - 9, ofYear - (153 * month + 2) / 5 + 1,
            moment / 3600 % 24, moment / 60 % 60, moment % 60,
        ].map { $0 < 10 ? "0\($0)" : "\($0)" }
        return "\(era * 400 + year + (month < 10 ? 0 : 1))-\(parts[0])-\(parts[1])"
            + "T\(parts[2]):\(parts[3]):\(parts[4])Z"
    }

    package static func parse(_ text: String) throws(FormatError) -> Int64 {
        guard let moment = ClockText.iso(Array(text.utf8), source: .xmp)?.local,
            range.contains(moment)
        else { throw .outOfRange("time") }
        guard self.text(moment) == text else { throw .notCanonical }
        return moment
    }
}

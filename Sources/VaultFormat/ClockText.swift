/// Dates and times as cameras and editors write them.
package enum ClockText {
    /// Seconds since 1970 on the clock that shows this; `nil` for a day or time that does not exist
    /// and for years that no picture is of.
    package static func seconds(
        year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int
    ) -> Int64? {
        guard (1800...2199).contains(year), (1...12).contains(month),
            (1...days(year, month)).contains(day), (0...23).contains(hour),
            (0...59).contains(minute), (0...60).contains(second)
        else { return nil }
        // Days since 1 March of year 0, where leap days end the year.
        let shifted = month <= 2 ? year - 1 : year
        let monthFromMarch = (month + 9) % 12
        let day =
            365 * shifted + shifted / 4 - shifted / 100 + shifted / 400
            + (monthFromMarch * 153 + 2) / 5 + day - 1
        let since1970 = Int64(day - 719_468)
        // A leap second is the last one of its minute.
        return since1970 * 86_400 + Int64(hour * 3600 + minute * 60 + min(second, 59))
    }

    private static func days(_ year: Int, _ month: Int) -> Int {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return month == 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    /// `2026:11:21 10:00:00`; any character may divide.
    package static func exif(_ bytes: [UInt8]) -> Int64? {
        guard bytes.count >= 19 else { return nil }
        guard let year = digits(bytes[0..<4]), let month = digits(bytes[5..<7]),
            let day = digits(bytes[8..<10]), let hour = digits(bytes[11..<13]),
            let minute = digits(bytes[14..<16]), let second = digits(bytes[17..<19])
        else { return nil }
        return seconds(
            year: year, month: month, day: day, hour: hour, minute: minute, second: second)
    }

    /// A day as people write it in a table, `2026-11-21`: seconds since 1970 of its beginning, in UTC.
    package static func day(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == 0x2D, bytes[7] == 0x2D else { return nil }
        return exif(bytes + Array(" 00:00:00".utf8))
    }

    /// ISO 8601 as XMP and QuickTime use it: `2026-11-21T10:00:00.25+01:00`, `+0100` or `Z`; seconds,
    /// fraction and zone may be missing, the time may not.
    package static func iso(_ bytes: [UInt8], source: CaptureTime.Source) -> CaptureTime? {
        guard bytes.count >= 16, bytes[4] == 0x2D, bytes[7] == 0x2D, bytes[10] == 0x54,
            bytes[13] == 0x3A
        else { return nil }
        var rest = bytes[16...]
        var text = Array(bytes[0..<16])
        if rest.first == 0x3A, rest.count >= 3 {
            text += rest.prefix(3)
            rest = rest.dropFirst(3)
        } else {
            text += Array(":00".utf8)
        }
        guard let local = exif(text) else { return nil }
        var fraction: [UInt8] = []
        if rest.first == 0x2E || rest.first == 0x2C {
            fraction = Array(rest.dropFirst().prefix { (0x30...0x39).contains($0) })
            rest = rest.dropFirst(1 + fraction.count)
        }
        return CaptureTime(
            local: local, milliseconds: milliseconds(fraction), minutesEast: zone(Array(rest)),
            source: source)
    }

    /// `+01:00`, `-0930`, `+01` or `Z`, in minutes east of UTC.
    package static func zone(_ bytes: [UInt8]) -> Int16? {
        if bytes.first == UInt8(ascii: "Z") { return 0 }
        guard let sign = bytes.first, sign == 0x2B || sign == 0x2D else { return nil }
        let parts = bytes.dropFirst().filter { $0 != 0x3A }
        guard parts.count >= 2, let hours = digits(parts[0..<2]) else { return nil }
        let minutes = parts.count >= 4 ? digits(parts[2..<4]) : 0
        guard let minutes, minutes < 60 else { return nil }
        let value = Int16((hours * 60 + minutes) * (sign == 0x2D ? -1 : 1))
        return CaptureTime.zones.contains(value) ? value : nil
    }

    /// The first three digits after a decimal point.
    package static func milliseconds(_ fraction: [UInt8]) -> UInt16 {
        let three = Array(
            (fraction.prefix { (0x30...0x39).contains($0) } + [0x30, 0x30, 0x30]).prefix(3))
        return UInt16(digits(three[...]) ?? 0)
    }

    package static func digits(_ bytes: ArraySlice<UInt8>) -> Int? {
        var value = 0
        for byte in bytes {
            guard (0x30...0x39).contains(byte) else { return nil }
            value = value * 10 + Int(byte - 0x30)
        }
        return bytes.isEmpty ? nil : value
    }
}

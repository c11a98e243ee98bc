/// What a card says of an album: its name, and how long its pictures are to be kept. Spec 04 §13.
package struct AlbumCard: Hashable, Sendable {
    package enum Start: UInt8, Sendable, CaseIterable {
        case imported = 1
        /// When it was taken, where that is known, else when it came in.
        case taken = 2
    }

    package struct Rule: Hashable, Sendable {
        /// 1 to `mostDays`.
        package var days: UInt32
        package var from: Start

        package init(days: UInt32, from: Start) {
            self.days = days
            self.from = from
        }
    }

    /// A century.
    package static let mostDays: UInt32 = 36_525

    /// Not empty.
    package var name: String
    package var rule: Rule?

    package init(name: String, rule: Rule?) {
        self.name = name
        self.rule = rule
    }

    package var encoded: [UInt8] {
        var writer = CBORWriter()
        writer.map(count: rule == nil ? 1 : 3)
        writer.key(1)
        writer.text(name)
        if let rule {
            writer.key(2)
            writer.unsigned(UInt64(rule.days))
            writer.key(3)
            writer.unsigned(UInt64(rule.from.rawValue))
        }
        return writer.bytes
    }

    package init(parsing bytes: UnsafeRawBufferPointer) throws(FormatError) {
        var reader = CBORReader(bytes)
        var (name, days, from) = (String?.none, UInt32?.none, Start?.none)
        try reader.map { (key, reader) throws(FormatError) in
            switch key {
            case 1: name = try reader.text()
            case 2: days = try reader.unsigned(in: 1...Self.mostDays)
            case 3:
                from = Start(rawValue: try reader.unsigned(in: 1...UInt8.max))
                if from == nil { throw .unknown("beginning of a time to be kept") }
            default: throw .unknown("album member \(key)")
            }
        }
        try reader.finish()
        guard let name, !name.isEmpty, (days == nil) == (from == nil) else {
            throw .unexpected("an album's name, and both parts of its rule or none")
        }
        self.name = name
        rule = days.flatMap { days in from.map { Rule(days: days, from: $0) } }
    }
}

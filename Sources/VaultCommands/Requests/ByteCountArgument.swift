import ArgumentParser

/// A number of bytes as a person writes it: `500K`, `64M`, `2G`, or a plain number. K is 1,024.
struct ByteCountArgument: ExpressibleByArgument, CustomStringConvertible {
    let count: Int64
    private let argument: String

    init?(argument: String) {
        self.argument = argument
        let units: [Character: Int64] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40]
        guard let last = argument.last else { return nil }
        let unit = units[Character(last.uppercased())]
        guard let number = Int64(unit == nil ? argument[...] : argument.dropLast()), number > 0
        else { return nil }
        let (product, isTooLarge) = number.multipliedReportingOverflow(by: unit ?? 1)
        guard !isTooLarge else { return nil }
        count = product
    }

    var description: String { argument }
}

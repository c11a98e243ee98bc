import ArgumentParser
import VaultFormat

/// A number of days, as a person writes it: `90d` or `12w`, at most a century.
struct DaysArgument: ExpressibleByArgument {
    let days: UInt32

    init?(argument: String) {
        guard let unit = argument.last, let count = UInt32(argument.dropLast()) else { return nil }
        // Months and years are not equally long, and a duty to delete counts days.
        guard unit == "d" || unit == "w" else { return nil }
        let (days, overflow) = count.multipliedReportingOverflow(by: unit == "w" ? 7 : 1)
        guard !overflow, (1...AlbumCard.mostDays).contains(days) else { return nil }
        self.days = days
    }
}

/// From when pictures of an album are to be kept.
enum RetainFrom: String, ExpressibleByArgument, CaseIterable {
    case imported, taken

    var start: AlbumCard.Start { self == .imported ? .imported : .taken }
}

extension AlbumCard.Start {
    var word: String {
        switch self {
        case .imported: "imported"
        case .taken: "taken"
        }
    }
}

extension AlbumCard.Rule {
    var sentence: String {
        "pictures are to be kept for \(Wording.count(Int(days), "day")) after they "
            + (from == .imported ? "came in" : "were taken")
    }
}

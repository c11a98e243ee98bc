/// Which rows a query yields, as SQL. The database knows no statistics of ours, so the way is chosen here:
/// by words when they are few, else by a label, else along the index of the order.
struct Selection {
    private let text: QueryText
    private let order: IndexQuery.Order
    private let driver: Driver

    private enum Driver { case words, label, picture }

    /// Up to here hits of words are looked up one by one.
    static let few: Int64 = 4_000

    init(_ query: IndexQuery, _ session: Session) throws(IndexError) {
        text = QueryText(query)
        order = query.order
        if text.labels.isEmpty {
            driver = text.match == nil ? .picture : .words
        } else if let match = text.match {
            let hits = try session.number(
                "SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT ?)",
                [.text(match), .integer(Self.few + 1)])
            driver = hits > Self.few ? .label : .words
        } else {
            driver = .label
        }
    }

    /// The table that moment, bin and row are taken from.
    private var alias: String { driver == .label ? "d" : "picture" }

    /// Whether moment, bin and row are all that is asked for, which an index knows.
    private var isNarrow: Bool { text.others.isEmpty }

    private func from(narrow: Bool) -> Fragment {
        switch driver {
        case .words:
            let index = narrow ? " INDEXED BY picture_row" : ""
            return Fragment("words CROSS JOIN picture\(index) ON picture.row = words.rowid")
        case .label:
            return Fragment(
                "label d" + (narrow ? "" : " CROSS JOIN picture ON picture.row = d.row"))
        case .picture:
            switch order {
            case _ where narrow && order != .imported:
                return Fragment("picture INDEXED BY picture_moment")
            case _ where text.others.contains { $0.sql.hasPrefix("id IN") }:
                return Fragment("picture INDEXED BY picture_id")
            // The place index is the better way to what is near.
            case _ where text.others.contains { $0.sql.hasPrefix("latitude") }:
                return Fragment("picture")
            case _ where text.others.contains(Fragment("looked = 0")):
                return Fragment("picture INDEXED BY picture_looked")
            case .newest, .oldest: return Fragment("picture INDEXED BY picture_moment")
            case .name: return Fragment("picture INDEXED BY picture_sort")
            case .size: return Fragment("picture INDEXED BY picture_bytes")
            case .imported: return Fragment("picture NOT INDEXED")
            }
        }
    }

    private var conditions: [Fragment] {
        var all: [Fragment] = []
        var labels = text.labels[...]
        if driver == .label, let first = labels.popFirst() {
            all.append(
                Fragment(
                    "d.kind = ? AND d.key = ?", .integer(first.kind.rawValue), .text(first.key)))
        }
        if let match = text.match {
            all.append(
                driver == .words
                    ? Fragment("words MATCH ?", .text(match))
                    : Fragment(
                        "\(alias).row IN (SELECT rowid FROM words WHERE words MATCH ?)",
                        .text(match)))
        }
        if let mismatch = text.mismatch {
            all.append(
                Fragment(
                    "\(alias).row NOT IN (SELECT rowid FROM words WHERE words MATCH ?)",
                    .text(mismatch)))
        }
        for label in labels {
            all.append(
                Fragment(
                    "EXISTS (SELECT 1 FROM label l WHERE l.row = \(alias).row AND l.kind = ? "
                        + "AND l.key = ?)", .integer(label.kind.rawValue), .text(label.key)))
        }
        all += text.simple.map { Fragment(Self.on(alias, $0.sql), $0.values) }
        return all + text.others
    }

    /// `$` is the table; nothing that a user typed stands in the SQL.
    ///
    /// A `+` hides from SQLite that one value of `bin` is asked for. It would leave it out of the order, and
    /// then not see that an index of moment and bin has that order: all that came at one moment were sorted.
    private static func on(_ alias: String, _ sql: String) -> String {
        let bin = alias == "picture" ? "+picture.bin" : alias + ".bin"
        return sql.replacing("$.bin", with: bin).replacing("$", with: alias)
    }

    private func sql(_ columns: String, _ from: Fragment, _ conditions: [Fragment]) -> Fragment {
        let all = conditions.map { "(\($0.sql))" }.joined(separator: " AND ")
        return Fragment(
            "SELECT \(columns) FROM \(from.sql)" + (all.isEmpty ? "" : " WHERE \(all)"),
            from.values + conditions.flatMap(\.values))
    }

    /// One column of all that match, in no order: of moment, bin and row, or `count(*)`.
    func unordered(_ column: String) -> Fragment {
        sql(
            Self.on(alias, column),
            from(narrow: isNarrow && (driver != .picture || order != .imported)), conditions)
    }

    /// The words alone that all hits must match, where nothing else but moment and bin is asked for.
    var wordsAlone: String? {
        guard driver == .words, isNarrow, text.labels.isEmpty, text.mismatch == nil else {
            return nil
        }
        return text.match
    }

    /// Rows along the order of moments, whatever their words.
    func along(_ query: IndexQuery, most: Int) -> Fragment {
        let keys = Self.keys(order, alias: "picture", row: "picture")
        let direction = order == .oldest ? "" : " DESC"
        let simple = text.simple.map { Fragment(Self.on("picture", $0.sql), $0.values) }
        var along = sql(
            "picture.row", Fragment("picture INDEXED BY picture_moment"),
            simple + Self.after(query, keys, direction))
        along.sql +=
            " ORDER BY " + keys.map { $0 + direction }.joined(separator: ", ") + " LIMIT \(most)"
        return along
    }

    /// Goes on after a hit.
    private static func after(
        _ query: IndexQuery, _ keys: [String], _ direction: String
    ) -> [Fragment] {
        guard let after = query.after, after.values.count == keys.count else { return [] }
        let places = Array(repeating: "?", count: keys.count).joined(separator: ", ")
        return [
            Fragment(
                "(\(keys.joined(separator: ", "))) \(direction.isEmpty ? ">" : "<") (\(places))",
                after.values)
        ]
    }

    /// Rows in their order.
    func page(_ columns: String, _ query: IndexQuery) -> Fragment {
        let byMoment = order == .newest || order == .oldest
        let isNarrow = isNarrow && byMoment && driver != .picture
        let keys = Self.keys(order, alias: byMoment ? alias : "picture", row: alias)
        let direction = order == .oldest || order == .name ? "" : " DESC"
        let conditions = conditions + Self.after(query, keys, direction)
        let sorted = " ORDER BY " + keys.map { $0 + direction }.joined(separator: ", ")
        let limit: [Bound] = [
            .integer(query.limit.map { Int64(max($0, 0)) } ?? -1),
            .integer(Int64(max(query.offset, 0))),
        ]
        let from = from(narrow: isNarrow)
        guard isNarrow else {
            var page = sql(columns, from, conditions)
            page.sql += sorted + " LIMIT ? OFFSET ?"
            page.values += limit
            return page
        }
        // First which rows, then what they hold: only what is shown is looked up.
        var page = sql("\(alias).row AS hit", from, conditions)
        let outer = Self.keys(order, alias: "picture", row: "picture").map { $0 + direction }
        page.sql =
            "SELECT \(columns) FROM (\(page.sql + sorted) LIMIT ? OFFSET ?) "
            + "CROSS JOIN picture ON picture.row = hit ORDER BY " + outer.joined(separator: ", ")
        page.values += limit
        return page
    }

    /// What an order compares, one after the other; the last is different for every row.
    static func keys(_ order: IndexQuery.Order, alias: String, row: String) -> [String] {
        switch order {
        case .newest, .oldest: ["\(alias).moment", "\(alias).bin", "\(row).row"]
        case .name: ["picture.sort", "picture.bin", "picture.row"]
        case .size: ["picture.bytes", "picture.bin", "picture.row"]
        case .imported: ["picture.row"]
        }
    }
}

/// A table of an HTML page. Cells are HTML already; an empty table says so in words.
struct HTMLTable {
    struct Column {
        let title: String
        let isNumber: Bool

        init(_ title: String, isNumber: Bool = false) {
            self.title = title
            self.isNumber = isNumber
        }

        var style: String { isNumber ? " class=\"number\"" : "" }
    }

    let columns: [Column]
    private(set) var rows: [[String]] = []

    init(_ columns: [Column]) { self.columns = columns }

    mutating func add(_ cells: [String]) {
        precondition(cells.count == columns.count, "a row has a cell for each column")
        rows.append(cells)
    }

    var html: String {
        if rows.isEmpty { return "<p class=\"none\">\(AuditReportText.none)</p>" }
        var text = "<div class=\"table\"><table>\n<thead><tr>"
        for column in columns { text += "<th scope=\"col\"\(column.style)>\(column.title)</th>" }
        text += "</tr></thead>\n<tbody>\n"
        for row in rows {
            text += "<tr>"
            for (column, cell) in zip(columns, row) { text += "<td\(column.style)>\(cell)</td>" }
            text += "</tr>\n"
        }
        return text + "</tbody>\n</table></div>"
    }
}

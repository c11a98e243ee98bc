import VaultFormat

extension PictureIndex {
    /// The pictures that a query finds, in its order. Each is to be checked against its record.
    package func find(_ query: IndexQuery) throws(IndexError) -> [IndexHit] {
        try find(query, common: CommonWords.least)
    }

    /// - Parameter common: from so many hits on words are common.
    func find(_ query: IndexQuery, common: Int64) throws(IndexError) -> [IndexHit] {
        try connection.run { (session) throws(IndexError) in
            let selection = try Selection(query, session)
            if let page = try CommonWords(query, selection, session, least: common)?
                .page(Self.columns)
            {
                return try Self.hits(session, page, query.order)
            }
            return try Self.hits(session, selection.page(Self.columns, query), query.order)
        }
    }

    /// How many pictures a query finds; limit, offset and cursor do not count.
    package func count(_ query: IndexQuery) throws(IndexError) -> Int {
        try connection.run { (session) throws(IndexError) in
            let sql = try Selection(query, session).unordered("count(*)")
            return Int(try session.number(sql.sql, sql.values))
        }
    }

    /// How many pictures of a query lie in each month that has any, the earliest first.
    package func months(_ query: IndexQuery) throws(IndexError) -> [Month] {
        try connection.run { (session) throws(IndexError) in
            let sql = try Selection(query, session).unordered("$.moment")
            let rows = try session.query(sql.sql, sql.values)
            var days: [Int64: Int] = [:]
            while try rows.step() {
                let moment = rows.integer(0)
                days[(moment >= 0 ? moment : moment - 86_399) / 86_400, default: 0] += 1
            }
            var counts: [Int64: Int] = [:]
            for (day, count) in days {
                let (year, month) = CalendarSpan.month(of: day * 86_400)
                counts[year * 12 + month - 1, default: 0] += count
            }
            return counts.sorted { $0.key < $1.key }.map { number, count in
                let year = (number >= 0 ? number : number - 11) / 12
                return Month(year: Int(year), month: Int(number - year * 12) + 1, count: count)
            }
        }
    }

    package struct Month: Hashable, Sendable {
        package let year: Int
        /// 1…12.
        package let month: Int
        package let count: Int
    }

    /// Pictures whose ID begins with these hexadecimal digits, in the bin or not; none for anything else.
    package func find(idPrefix digits: String, limit: Int = 10) throws(IndexError) -> [IndexHit] {
        let wanted = 2 * RecordID.byteCount
        guard (1...wanted).contains(digits.utf8.count),
            let low = Self.id(digits + String(repeating: "0", count: wanted - digits.utf8.count)),
            let high = Self.id(digits + String(repeating: "f", count: wanted - digits.utf8.count))
        else { return [] }
        return try connection.run { (session) throws(IndexError) in
            let sql =
                "SELECT \(Self.columns) FROM picture INDEXED BY picture_id "
                + "WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ?"
            return try Self.hits(
                session, Fragment(sql, .bytes(low), .bytes(high), .integer(Int64(limit))), .newest)
        }
    }

    private static func id(_ digits: String) -> [UInt8]? {
        do throws(FormatError) { return try RecordID(hex: digits).bytes } catch { return nil }
    }

    /// The pictures that belong together under a stack key, the first that came in first.
    package func find(stack: [UInt8]) throws(IndexError) -> [IndexHit] {
        try connection.run { (session) throws(IndexError) in
            let sql =
                "SELECT \(Self.columns) FROM picture INDEXED BY picture_stack WHERE stack = ? "
                + "ORDER BY row"
            return try Self.hits(session, Fragment(sql, .bytes(stack)), .imported)
        }
    }

    private static let columns =
        "picture.row, id, picture.revision, bytes, type, imported, taken, zone, width, height, "
        + "duration, picture.name, rating, picture.bin, looked, stack, picture.moment, sort"

    private static func hits(
        _ session: Session, _ select: Fragment, _ order: IndexQuery.Order
    ) throws(IndexError) -> [IndexHit] {
        let rows = try session.query(select.sql, select.values)
        var hits: [IndexHit] = []
        while try rows.step() { hits.append(try hit(rows, order)) }
        return hits
    }

    private static func hit(
        _ row: Statement, _ order: IndexQuery.Order
    ) throws(IndexError) -> IndexHit {
        let id: RecordID
        do throws(FormatError) { id = try RecordID(bytes: row.bytes(1)) } catch { throw .damaged }
        let width = row.optional(8).map { UInt32(clamping: $0) }
        let height = row.optional(9).map { UInt32(clamping: $0) }
        let number = row.integer(0)
        let bin = row.integer(13)
        let cursor: [Bound] =
            switch order {
            case .newest, .oldest: [.integer(row.integer(16)), .integer(bin), .integer(number)]
            case .name: [.text(row.text(17)), .integer(bin), .integer(number)]
            case .size: [.integer(row.integer(3)), .integer(bin), .integer(number)]
            case .imported: [.integer(number)]
            }
        return IndexHit(
            row: number, id: id, revision: row.integer(2),
            byteCount: UInt64(clamping: row.integer(3)), type: MediaType(name: row.text(4)),
            imported: row.integer(5), taken: row.optional(6),
            minutesEast: row.optional(7).map { Int16(clamping: $0) },
            size: width.flatMap { width in height.map { PixelSize(width: width, height: $0) } },
            milliseconds: row.optional(10).map { UInt64(clamping: $0) }, name: row.bytes(11),
            rating: row.optional(12).map { Int8(clamping: $0) }, isInBin: bin != 0,
            looked: IndexedPicture.Looked(rawValue: row.integer(14)) ?? .notYet,
            stack: row.isNull(15) ? nil : row.bytes(15), cursor: IndexQuery.Cursor(values: cursor))
    }
}

import VaultFormat
import VaultIndex
import VaultRecords

extension UnlockedVault {
    /// The pictures that a search finds, in its order, as their records tell them now, each with those of its
    /// places that are meant. In the log before: pictures named by ID as `viewed`, others as `listed`.
    ///
    /// Hits are read page by page, so memory does not grow with their number, and nobody is kept from writing
    /// meanwhile; what changes meanwhile may or may not be among them.
    ///
    /// - Parameters:
    ///   - progress: of making the index, when it has to be.
    ///   - begin: called once, before the first picture, with how many there are in the vault.
    /// - Throws: `noSuchPicture` when a prefix names no picture, or more than one; what `body` throws; `damaged`
    ///   at the end, after all others, when there are records that do not open.
    package func search(
        _ search: Search, progress: (Progress) -> Void, begin: (Int) -> Void = { _ in },
        _ body: (Picture) throws(VaultError) -> Void
    ) throws(VaultError) {
        var query = try search.query()
        query.ids = try resolve(search.prefixes)
        var pages = try HitPages(self, query, most: search.limit, progress)
        var hits = try pages.next()
        if query.ids.isEmpty {
            try slot.tell(Telling(.listed, count: pages.count(hits, most: search.limit)))
        } else {
            try slot.tell(Telling(.viewed, pictures: query.ids))
        }
        begin(try pages.totals().pictures)
        var reader = HitReader(self, search)
        while !hits.isEmpty, reader.room > 0 {
            try reader.read(hits, body)
            hits = reader.room > 0 ? try pages.next() : []
        }
        var damaged = reader.damaged
        if !query.ids.isEmpty {
            damaged += try pages.missing(query.ids)
        } else if search.limit == nil {
            damaged += try pages.unindexed()
        }
        guard damaged == 0 else { throw Self.damaged(records: damaged) }
    }

    static func damaged(records: Int) -> VaultError {
        VaultError(
            .damaged,
            records == 1
                ? "one record does not open; the others are listed"
                : "\(records) records do not open; the others are listed",
            hint: "run lighttight verify to see which")
    }

    /// How many pictures of a search lie in each month, the earliest first.
    package func timeline(
        _ search: Search, progress: (Progress) -> Void
    ) throws(VaultError) -> [MonthCount] {
        let query = try search.query()
        let months = try withIndex(progress) { (index) throws(IndexError) in
            try index.months(query)
        }
        try slot.tell(Telling(.listed, count: months.reduce(0) { $0 + $1.count }))
        return months.map { MonthCount(year: $0.year, month: $0.month, count: $0.count) }
    }
}

/// How many pictures were taken in a month, or came in, where nothing tells when they were taken.
package struct MonthCount: Hashable, Sendable {
    package let year: Int
    /// 1 to 12.
    package let month: Int
    package let count: Int
}

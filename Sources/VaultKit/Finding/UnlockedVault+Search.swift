import VaultFormat
import VaultIndex
import VaultRecords

extension UnlockedVault {
    /// The pictures that a search finds, in its order, as their records tell them now. In the log before.
    ///
    /// - Parameter progress: of making the index, when it has to be.
    package func search(
        _ search: Search, progress: (Progress) -> Void,
        _ body: (Picture) throws(VaultError) -> Void
    ) throws(VaultError) {
        let query = try search.query()
        let hits = try withIndex(progress) { (index) throws(IndexError) in try index.find(query) }
        try slot.tell(Telling(.listed, count: hits.count))
        let revisions = Dictionary(
            hits.map { ($0.id, $0.revision) }, uniquingKeysWith: { first, _ in first })
        var opener = opener()
        var batch = RecordBatch()
        // The index says what is found, the record what is shown.
        for start in stride(from: 0, to: hits.count, by: 500) {
            let group = hits[start..<min(start + 500, hits.count)]
            try reading { () throws(RecordsError) in
                try records.fill(&batch, ids: group.map(\.id))
            }
            for index in 0..<batch.count {
                let sealed = try reading { () throws(RecordsError) in
                    try opener.open(batch, at: index)
                }
                // Words are not looked for in it again: of another revision the index knows nothing.
                guard query.text == nil || revisions[sealed.picture.id] == batch.revision(at: index)
                else { continue }
                if search.accepts(sealed.picture) { try body(sealed.picture) }
            }
        }
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

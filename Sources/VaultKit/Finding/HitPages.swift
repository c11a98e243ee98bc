import VaultFormat
import VaultIndex
import VaultRecords

/// What a query finds, page by page: a short one first, so that the first pictures are there at once.
struct HitPages {
    private let vault: UnlockedVault
    private var index: PictureIndex
    private var query: IndexQuery
    private var ended = false

    private static let firstPage = 500
    private static let laterPage = 20_000

    /// - Parameter most: how many hits will do, when every one of them is what was looked for.
    init(
        _ vault: UnlockedVault, _ query: IndexQuery, most: Int?, _ progress: (Progress) -> Void
    ) throws(VaultError) {
        self.vault = vault
        self.query = query
        self.query.limit = min(max(most ?? .max, 1), Self.firstPage)
        index = try vault.index(progress)
    }

    /// The next hits; none after the last.
    mutating func next() throws(VaultError) -> [IndexHit] {
        if ended { return [] }
        let query = query
        let hits = try reading { (index) throws(IndexError) in try index.find(query) }
        ended = hits.count < query.limit ?? 0
        self.query.after = hits.last?.cursor
        self.query.limit = Self.laterPage
        return hits
    }

    /// How many hits there are in all, no more than `most`.
    ///
    /// - Parameter first: the first page.
    mutating func count(_ first: [IndexHit], most: Int?) throws(VaultError) -> Int {
        let most = most ?? .max
        if ended || first.count >= most { return min(first.count, most) }
        let query = query
        return min(most, try reading { (index) throws(IndexError) in try index.count(query) })
    }

    mutating func totals() throws(VaultError) -> PictureIndex.Totals {
        try reading { (index) throws(IndexError) in try index.totals() }
    }

    /// How many of these records the index does not have, for they do not open.
    mutating func missing(_ ids: [RecordID]) throws(VaultError) -> Int {
        let found = try reading { (index) throws(IndexError) in try index.revisions(of: ids) }
        return ids.count - found.count
    }

    /// How many records the index does not have; 0 when they changed meanwhile, for then nobody can say.
    mutating func unindexed() throws(VaultError) -> Int {
        func now() throws(VaultError) -> Int64 {
            try VaultKit.reading { () throws(RecordsError) in try vault.records.revision() }
        }
        let revision = try reading { (index) throws(IndexError) in try index.revision() }
        guard try now() == revision else { return 0 }
        let records = try VaultKit.reading { () throws(RecordsError) in
            try vault.records.counts()
        }.records
        guard try now() == revision else { return 0 }
        return try max(0, records - totals().pictures)
    }

    /// Makes the index anew, once, where it turns out to be damaged.
    private mutating func reading<R>(
        _ body: (PictureIndex) throws(IndexError) -> R
    ) throws(VaultError) -> R {
        do throws(IndexError) {
            return try body(index)
        } catch .damaged {
            index = try vault.made { _ in }
            let index = index
            return try indexing { () throws(IndexError) in try body(index) }
        } catch {
            throw VaultError(error)
        }
    }
}

/// Reads the records of hits, for the index says what is found and the record what is shown.
struct HitReader: ~Copyable {
    private let vault: UnlockedVault
    private let judge: Search.Judge
    private var opener: RecordOpener
    private var batch = RecordBatch()
    /// How many more pictures are wanted.
    private(set) var room: Int
    /// How many records did not open.
    private(set) var damaged = 0

    init(_ vault: UnlockedVault, _ search: Search) {
        self.vault = vault
        judge = Search.Judge(search)
        opener = vault.opener()
        room = search.limit ?? .max
    }

    mutating func read(
        _ hits: [IndexHit], _ body: (Picture) throws(VaultError) -> Void
    ) throws(VaultError) {
        let revisions = Dictionary(
            hits.map { ($0.id, $0.revision) }, uniquingKeysWith: { first, _ in first })
        for start in stride(from: 0, to: hits.count, by: 500) {
            let ids = hits[start..<min(start + 500, hits.count)].map(\.id)
            try reading { () throws(RecordsError) in try vault.records.fill(&batch, ids: ids) }
            for index in 0..<batch.count where room > 0 {
                guard let picture = try open(index, revisions) else { continue }
                room -= 1
                try body(picture)
            }
        }
    }

    private mutating func open(
        _ index: Int, _ revisions: [RecordID: Int64]
    ) throws(VaultError) -> Picture? {
        do throws(RecordsError) {
            let picture = try opener.open(batch, at: index).picture
            // Words are not looked for in it again: of another revision the index knows nothing.
            if judge.trustsIndex, revisions[picture.id] != batch.revision(at: index) { return nil }
            return judge.meant(picture)
        } catch .rotated {
            throw VaultError(RecordsError.rotated)
        } catch {
            damaged += 1
            return nil
        }
    }
}

/// The newest or oldest of the very many pictures that a common word finds: instead of sorting all of them, goes along the
/// order and asks of each whether it has the word.
///
/// That is quick where most have it and slow where few of those at the end have it; so it gives up soon.
struct CommonWords {
    /// From so many hits on words are common. To count so far takes some milliseconds.
    static let least: Int64 = 50_000
    /// How many pictures are asked for each that is wanted, before it gives up.
    private static let patience = 4
    private static let mostWanted = 1_000

    private let query: IndexQuery
    private let selection: Selection
    private let session: Session
    private let match: String
    private let wanted: Int

    /// `nil` where the words are not common, or something else decides, too.
    init?(
        _ query: IndexQuery, _ selection: Selection, _ session: Session, least: Int64
    ) throws(IndexError) {
        guard query.order == .newest || query.order == .oldest, query.offset <= 0,
            let wanted = query.limit, (1...Self.mostWanted).contains(wanted),
            let match = selection.wordsAlone
        else { return nil }
        let hits = try session.number(
            "SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT ?)",
            [.text(match), .integer(least)])
        guard hits >= least else { return nil }
        self.query = query
        self.selection = selection
        self.session = session
        self.match = match
        self.wanted = wanted
    }

    /// The rows of the page; `nil` when too few have the words near the end to go on so.
    func page(_ columns: String) throws(IndexError) -> Fragment? {
        let along = selection.along(query, most: wanted * Self.patience)
        let rows = try session.query(along.sql, along.values)
        defer { rows.reset() }
        let has = try session.statement("SELECT 1 FROM words WHERE words MATCH ? AND rowid = ?")
        var found: [Int64] = []
        while found.count < wanted, try rows.step() {
            let row = rows.integer(0)
            has.bind([.text(match), .integer(row)])
            if try has.step() {
                found.append(row)
                has.reset()
            }
        }
        guard found.count == wanted else { return nil }
        let direction = query.order == .oldest ? "" : " DESC"
        let keys = Selection.keys(query.order, alias: "picture", row: "picture")
        return Fragment(
            "SELECT \(columns) FROM picture WHERE row IN ("
                + found.map(String.init).joined(separator: ", ") + ") ORDER BY "
                + keys.map { $0 + direction }.joined(separator: ", "))
    }
}

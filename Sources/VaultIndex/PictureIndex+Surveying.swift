package import VaultFormat

// What is asked of all pictures at once.
extension PictureIndex {
    /// An album, tag or subject, and how many pictures outside of the bin are under it.
    package struct Label: Hashable, Sendable {
        /// In composed form (NFC).
        package let name: String
        package let count: Int
    }

    /// All albums, tags or subjects, by name as bytes; those with pictures in the bin only are left out.
    package func labels(_ kind: LabelKind) throws(IndexError) -> [Label] {
        try connection.run { (session) throws(IndexError) in
            let rows = try session.query(
                "SELECT key, count(*) FROM label INDEXED BY label_key WHERE kind = ? AND bin = 0 "
                    + "GROUP BY key", [.integer(kind.rawValue)])
            var labels: [Label] = []
            while try rows.step() {
                labels.append(Label(name: rows.text(0), count: Int(rows.integer(1))))
            }
            return labels
        }
    }

    /// Gives every picture that has a hash, in the order of rows, those in the bin included.
    package func hashes(
        _ body: (_ row: Int64, _ id: RecordID, _ hash: PictureHash) -> Void
    ) throws(IndexError) {
        try connection.run { (session) throws(IndexError) in
            let rows = try session.query(
                "SELECT row, id, pdq, quality FROM picture NOT INDEXED WHERE pdq IS NOT NULL "
                    + "ORDER BY row", [])
            while try rows.step() {
                let pdq = rows.bytes(2)
                guard pdq.count == PictureHash.byteCount else { throw .damaged }
                let id: RecordID
                do throws(FormatError) {
                    id = try RecordID(bytes: rows.bytes(1))
                } catch {
                    throw .damaged
                }
                body(
                    rows.integer(0), id,
                    PictureHash(bytes: pdq, quality: UInt8(clamping: rows.integer(3))))
            }
        }
    }

    /// What the whole index holds.
    package struct Totals: Hashable, Sendable {
        package let pictures: Int
        /// Of them, in the bin.
        package let inBin: Int
        /// Of them, not looked at yet.
        package let notLooked: Int
    }

    package func totals() throws(IndexError) -> Totals {
        try connection.run { (session) throws(IndexError) in
            let row = try session.query("SELECT pictures, bin, waiting FROM state", [])
            guard try row.step() else { throw .damaged }
            return Totals(
                pictures: Int(row.integer(0)), inBin: Int(row.integer(1)),
                notLooked: Int(row.integer(2)))
        }
    }

    /// At what revision the index has each of these, of those that it has.
    package func revisions(of ids: [RecordID]) throws(IndexError) -> [RecordID: Int64] {
        try connection.run { (session) throws(IndexError) in
            let find = try session.statement("SELECT revision FROM picture WHERE id = ?")
            var found: [RecordID: Int64] = [:]
            for id in ids {
                find.bind(.bytes(id.bytes))
                if try find.step() {
                    found[id] = find.integer(0)
                    find.reset()
                }
            }
            return found
        }
    }
}

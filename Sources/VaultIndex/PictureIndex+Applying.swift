package import VaultFormat

extension PictureIndex {
    /// Brings the index up by one step: rows that are new or changed, records that were destroyed, and
    /// the revision that it reflects from then on, in one transaction. Whoever calls holds the vault's
    /// lock for writing. When it throws, nothing changed.
    ///
    /// All pages that change stay in memory until the end: some thousand rows at a time. Where a tenth of
    /// all pictures changed, building anew is quicker.
    ///
    /// A row replaces what the index had under its number. IDs that it does not know are passed over.
    /// - Parameter forgetting: whether something in the changed rows was erased rather than edited (one of
    ///   two people who have the same picture). Records that were destroyed are forgotten in any case:
    ///   then the whole word index is merged, which takes seconds with half a million pictures.
    package func apply(
        changes: [IndexedPicture], removed: [RecordID] = [], forgetting: Bool = false,
        revision: Int64
    ) throws(IndexError) {
        try connection.run { (session) throws(IndexError) in
            try session.transaction("BEGIN IMMEDIATE") { () throws(IndexError) in
                let writer = PictureWriter(session: session)
                var change = PictureWriter.Change()
                var wasRemoved = false
                for id in removed {
                    let find = try session.statement("SELECT row FROM picture WHERE id = ?")
                    find.bind(.bytes(id.bytes))
                    var rows: [Int64] = []
                    while try find.step() { rows.append(find.integer(0)) }
                    for row in rows {
                        wasRemoved = try writer.remove(row: row, &change) || wasRemoved
                    }
                }
                for picture in changes {
                    _ = try writer.remove(row: picture.row, &change)
                    try writer.insert(picture)
                    change.add(
                        1, isInBin: picture.isInBin, isWaiting: picture.looked == .notYet)
                }
                if wasRemoved || forgetting { try writer.forgetWords() }
                try session.statement(
                    "UPDATE state SET revision = ?, pictures = pictures + ?, bin = bin + ?, "
                        + "waiting = waiting + ?"
                ).run(
                    .integer(revision), .integer(change.pictures), .integer(change.inBin),
                    .integer(change.waiting))
            }
        }
    }
}

import VaultFormat

/// Writes rows of pictures inside a transaction. Spec 09 §5.
struct PictureWriter {
    let session: Session

    func insert(_ picture: IndexedPicture) throws(IndexError) {
        let bin: Bound = .integer(picture.isInBin ? 1 : 0)
        let moment: Bound = .integer(picture.moment)
        let path = picture.paths.first ?? []
        let name = path.split(separator: UInt8(ascii: "/")).last.map { Array($0) } ?? path
        try session.statement(Schema.insertPicture).run(
            .integer(picture.row), .bytes(picture.id.bytes), .integer(picture.revision),
            .bytes(picture.digest.bytes), .integer(Int64(clamping: picture.byteCount)),
            .text(picture.type.name), .integer(picture.imported), moment,
            Bound(picture.taken?.local), Bound(picture.taken?.minutesEast.map { Int64($0) }),
            Bound(picture.size.map { Int64($0.width) }),
            Bound(picture.size.map { Int64($0.height) }),
            Bound(picture.milliseconds.map { Int64(clamping: $0) }),
            Bound(picture.place.map { Int64($0.latitude) }),
            Bound(picture.place.map { Int64($0.longitude) }),
            Bound(picture.rating.map { Int64($0) }), Bound(picture.hash?.bytes),
            Bound(picture.hash.map { Int64($0.quality) }), Bound(picture.stack), bin,
            .integer(picture.looked.rawValue), .bytes(name), .text(PlainText.sortKey(ofName: name)))
        for (kind, texts) in LabelKind.all(of: picture) {
            for key in Set(texts.map { PlainText.composed($0) }) {
                try session.statement(Schema.insertLabel).run(
                    .integer(picture.row), .integer(kind.rawValue), .text(key), bin, moment)
            }
        }
        try session.statement(Schema.insertWords).run(
            .integer(picture.row),
            .text(PlainText.joined(picture.paths.map { PlainText.text(ofName: $0) })),
            .text(PlainText.joined([picture.caption].compactMap { $0 })),
            .text(PlainText.joined(picture.tags + picture.keywords)),
            .text(PlainText.joined(picture.albums)), .text(PlainText.joined(picture.subjects)),
            .text(PlainText.joined([picture.maker, picture.model, picture.lens].compactMap { $0 })))
    }

    /// What insertions and removals change of the totals in `state`.
    struct Change {
        var pictures: Int64 = 0
        var inBin: Int64 = 0
        var waiting: Int64 = 0

        mutating func add(_ sign: Int64, isInBin: Bool, isWaiting: Bool) {
            pictures += sign
            if isInBin { inBin += sign }
            if isWaiting { waiting += sign }
        }
    }

    /// Takes a row away; whether there was one.
    func remove(row: Int64, _ change: inout Change) throws(IndexError) -> Bool {
        let find = try session.statement("SELECT bin, looked FROM picture WHERE row = ?")
        find.bind(.integer(row))
        guard try find.step() else { return false }
        change.add(-1, isInBin: find.integer(0) != 0, isWaiting: find.integer(1) == 0)
        find.reset()
        for sql in Self.removals { try session.statement(sql).run(.integer(row)) }
        return true
    }

    /// Merges the word index into one segment, in which nothing is left of rows that were taken away.
    func forgetWords() throws(IndexError) {
        try session.execute("INSERT INTO words(words) VALUES('optimize')")
    }

    private static let removals = [
        "DELETE FROM words WHERE rowid = ?", "DELETE FROM label WHERE row = ?",
        "DELETE FROM picture WHERE row = ?",
    ]
}

/// What a picture can be put under by name. Spec 09 §5.
package enum LabelKind: Int64, Hashable, Sendable, CaseIterable {
    case album = 1
    case tag = 2
    case subject = 3

    static func all(of picture: IndexedPicture) -> [(LabelKind, [String])] {
        [(.album, picture.albums), (.tag, picture.tags), (.subject, picture.subjects)]
    }
}

import VaultFormat
import VaultIndex

extension IndexedPicture {
    /// What a record says, for the index. Spec 09 §5.
    init(_ picture: Picture, row: Int64, revision: Int64) {
        let value = picture.value
        // What somebody moved to the bin is not found by it any more, unless all of it is there.
        let live = picture.occurrences.filter { $0.removed == nil }
        let occurrences = live.isEmpty ? picture.occurrences : live
        self.init(
            row: row, id: picture.id, revision: revision, digest: value.digest,
            byteCount: value.byteCount, type: value.type, imported: value.imported,
            paths: occurrences.map(\.path))
        let facts = picture.facts
        taken = facts.taken.map {
            CaptureTime(
                local: $0.local, milliseconds: $0.milliseconds, minutesEast: $0.minutesEast,
                source: .exif)
        }
        size = facts.own?.size
        milliseconds = facts.own?.milliseconds
        maker = facts.own?.maker
        model = facts.own?.model
        lens = facts.own?.lens
        place = facts.place
        caption = facts.caption
        keywords = facts.keywords
        tags = value.tags
        albums = RecordValue.sorted(value.albums + occurrences.compactMap(\.album))
        subjects = RecordValue.sorted(occurrences.compactMap(\.subject))
        rating = facts.rating
        hash = value.look?.hash
        stack = occurrences.first.map(Self.stack)
        isInBin = picture.isInBin
        looked = value.look.map { $0.trouble == nil ? .done : .unreadable } ?? .notYet
    }

    /// What a Live Photo and its film, or RAW and JPEG, have in common: folder and name without the ending.
    private static func stack(_ occurrence: OccurrenceValue) -> [UInt8] {
        let path = occurrence.path
        let name = path.lastIndex(of: UInt8(ascii: "/")).map { path.index(after: $0) } ?? 0
        let end = path[name...].lastIndex(of: UInt8(ascii: ".")) ?? path.endIndex
        return occurrence.root + [0] + path[..<end]
    }
}

package import VaultFormat
import VaultRecords

/// What to do with one thing that a person may have said of a picture.
package enum Said<Value: Sendable>: Sendable {
    case leave
    case set(Value)
    case takeBack

    func applied(to value: inout Value?) {
        switch self {
        case .leave: break
        case .set(let new): value = new
        case .takeBack: value = nil
        }
    }
}

/// What a person sets right, or takes back. Spec 04 §11.
package struct EditRequest: Sendable {
    package var taken = Said<SaidTime>.leave
    package var place = Said<Place>.leave
    package var caption = Said<String>.leave

    package init() {}
}

// What people say of pictures: words, tags, albums. Each returns the pictures that changed; what is so
// already is left as it is.
extension UnlockedVault {
    package func edit(
        _ filter: PictureFilter, _ request: EditRequest
    ) throws(VaultError) -> [RecordID] {
        try changeValues(of: filter, .edited) { value in
            var edit = value.edit ?? PictureEdit()
            request.taken.applied(to: &edit.taken)
            request.place.applied(to: &edit.place)
            request.caption.applied(to: &edit.caption)
            value.edit = edit.isEmpty ? nil : edit
        }
    }

    package func addTag(_ tag: String, to filter: PictureFilter) throws(VaultError) -> [RecordID] {
        try changeValues(of: filter, .filed) {
            $0.tags = RecordValue.sorted($0.tags + [tag])
        }
    }

    package func removeTag(
        _ tag: String, from filter: PictureFilter
    ) throws(VaultError) -> [RecordID] {
        try changeValues(of: filter, .filed) { value in
            value.tags.removeAll { $0.sameBytes(as: tag) }
        }
    }

    package func addToAlbum(
        _ album: String, _ filter: PictureFilter
    ) throws(VaultError) -> [RecordID] {
        try changeAlbums(of: filter) { value, occurrences in
            if !occurrences.contains(where: { $0.album?.sameBytes(as: album) == true }) {
                value.albums = RecordValue.sorted(value.albums + [album])
            }
        }
    }

    package func removeFromAlbum(
        _ album: String, _ filter: PictureFilter
    ) throws(VaultError) -> [RecordID] {
        try changeAlbums(of: filter) { value, occurrences in
            value.albums.removeAll { $0.sameBytes(as: album) }
            for index in occurrences.indices
            where occurrences[index].album?.sameBytes(as: album) == true {
                occurrences[index].album = nil
            }
        }
    }

    /// Also of what is in the bin, so that nothing of the old name is left. Returns `nil` when there is no such
    /// album, and no pictures when it is empty.
    package func renameAlbum(_ old: String, to new: String) throws(VaultError) -> [RecordID]? {
        var filter = PictureFilter()
        filter.bin = .both
        filter.albums = [old]
        let hadCard = try renameAlbumCard(old, to: new)
        let changed = try changeAlbums(of: filter) { value, occurrences in
            if value.albums.contains(where: { $0.sameBytes(as: old) }) {
                value.albums = RecordValue.sorted(
                    value.albums.filter { !$0.sameBytes(as: old) } + [new])
            }
            for index in occurrences.indices
            where occurrences[index].album?.sameBytes(as: old) == true {
                occurrences[index].album = new
            }
        }
        return changed.isEmpty && !hadCard ? nil : changed
    }

    /// How many pictures that are not in the bin each album has, by name, and its rule; also albums that are
    /// empty.
    package func albumSizes() throws(VaultError) -> [(
        name: String, pictures: Int, rule: AlbumCard.Rule?
    )] {
        let cards = try albumCards().map(\.card)
        let rules = Dictionary(
            cards.map { (Array($0.name.utf8), $0.rule) }, uniquingKeysWith: { first, _ in first })
        var sizes = try sizes { $0.albums }
        let full = Set(sizes.map { Array($0.name.utf8) })
        sizes += cards.filter { !full.contains(Array($0.name.utf8)) }.map { ($0.name, 0) }
        return sizes.map { (Array($0.name.utf8), $0.pictures) }
            .sorted { $0.0.lexicographicallyPrecedes($1.0) }
            .map { (String(decoding: $0.0, as: UTF8.self), $0.1, rules[$0.0] ?? nil) }
    }

    /// The same of tags.
    package func tagSizes() throws(VaultError) -> [(name: String, pictures: Int)] {
        try sizes { $0.value.tags }
    }

    private func sizes(
        _ names: (Picture) -> [String]
    ) throws(VaultError) -> [(name: String, pictures: Int)] {
        // By bytes: what looks the same may be two.
        var sizes: [[UInt8]: Int] = [:]
        try pictures(PictureFilter()) { (picture) throws(VaultError) in
            for name in names(picture) { sizes[Array(name.utf8), default: 0] += 1 }
        }
        return sizes.sorted { $0.key.lexicographicallyPrecedes($1.key) }
            .map { (String(decoding: $0.key, as: UTF8.self), $0.value) }
    }

    private func changeValues(
        of filter: PictureFilter, _ action: EntryAction, _ body: (inout RecordValue) -> Void
    ) throws(VaultError) -> [RecordID] {
        let chosen = try choose(filter)
        guard !chosen.isEmpty else { return [] }
        return try change(chosen, action, destroying: false) {
            (writer, _, record, sealer, _, _) throws(RecordsError) in
            var value = record.value
            body(&value)
            guard value != record.value else { return false }
            try writer.replaceValue(sealer.reseal(value, of: record))
            return true
        }
    }

    /// `body` gets all of a picture's occurrences: an album is the picture's, not one place's.
    private func changeAlbums(
        of filter: PictureFilter, _ body: (inout RecordValue, inout [OccurrenceValue]) -> Void
    ) throws(VaultError) -> [RecordID] {
        let chosen = try choose(filter)
        guard !chosen.isEmpty else { return [] }
        return try change(chosen, .filed, destroying: false) {
            (writer, _, record, sealer, _, occurrences) throws(RecordsError) in
            var value = record.value
            var places = occurrences.map(\.value)
            body(&value, &places)
            var hasChanged = false
            for (occurrence, place) in zip(occurrences, places) where occurrence.value != place {
                try writer.replaceOccurrence(
                    sealer.seal(
                        place, number: occurrence.number, version: occurrence.version + 1,
                        of: record))
                hasChanged = true
            }
            if value != record.value {
                try writer.replaceValue(sealer.reseal(value, of: record))
                hasChanged = true
            }
            return hasChanged
        }
    }
}

extension String {
    /// Swift takes different bytes that look the same for one; the vault does not.
    fileprivate func sameBytes(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}

import VaultFormat

extension Search {
    /// Judges pictures by their records, as far as a search says exactly what it wants.
    struct Judge {
        private let search: Search
        private let patterns: [PathPattern]

        init(_ search: Search) {
            self.search = search
            patterns = search.names.map(PathPattern.init)
        }

        /// Whether the index alone knows a part of it: a record that changed since may be no hit any more.
        var trustsIndex: Bool {
            !search.line.isEmpty || search.camera != nil || !search.types.isEmpty
                || search.since != nil || search.until != nil
        }

        /// The picture with those of its places that are meant; `nil` when it is not meant.
        func meant(_ picture: Picture) -> Picture? {
            guard search.tags.allSatisfy(picture.value.tags.contains) else { return nil }
            let albums = search.albums.filter { !picture.value.albums.contains($0) }
            var meant = picture
            meant.occurrences = picture.occurrences.filter { accepts($0, albums) }
            guard !meant.occurrences.isEmpty,
                albums.allSatisfy({ album in meant.occurrences.contains { $0.album == album } }),
                search.subjects.allSatisfy({ subject in
                    meant.occurrences.contains { $0.subject == subject }
                })
            else { return nil }
            return meant
        }

        /// - Parameter albums: those that the picture is not in as a whole.
        private func accepts(_ occurrence: OccurrenceValue, _ albums: [String]) -> Bool {
            switch search.bin {
            case .without: if occurrence.removed != nil { return false }
            case .only: if occurrence.removed == nil { return false }
            case .both: break
            }
            if !albums.isEmpty, !albums.contains(where: { $0 == occurrence.album }) { return false }
            if !search.subjects.isEmpty,
                !search.subjects.contains(where: { $0 == occurrence.subject })
            {
                return false
            }
            return patterns.isEmpty || patterns.contains { $0.matches(occurrence.path) }
        }
    }
}

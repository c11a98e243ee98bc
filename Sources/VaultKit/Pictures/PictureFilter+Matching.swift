import VaultFormat

extension PictureFilter {
    /// Judges pictures by all conditions but the IDs.
    struct Judge: Sendable {
        private let filter: PictureFilter
        private let patterns: [PathPattern]
        private let rules: RetentionRules

        /// - Parameter rules: of albums, where the filter asks for what is due.
        init(_ filter: PictureFilter, _ rules: RetentionRules = .none) {
            self.filter = filter
            self.rules = rules
            patterns = filter.names.map(PathPattern.init)
        }

        /// Which of a picture's occurrences are meant; none when the picture is not.
        func meant(_ value: RecordValue, _ occurrences: [OccurrenceValue]) -> [Int] {
            if !filter.tags.isEmpty, !filter.tags.contains(where: value.tags.contains) { return [] }
            if filter.since != nil || filter.until != nil {
                let moment = value.moment
                if let since = filter.since, moment < since { return [] }
                if let until = filter.until, moment >= until { return [] }
            }
            let isInAlbum =
                filter.albums.isEmpty || filter.albums.contains(where: value.albums.contains)
            return occurrences.indices.filter { accepts(occurrences[$0], isInAlbum, value) }
        }

        /// Conditions on occurrences must hold for one and the same.
        /// - Parameter isInAlbum: whether all of the picture's occurrences are in one of the albums.
        private func accepts(
            _ occurrence: OccurrenceValue, _ isInAlbum: Bool, _ value: RecordValue
        ) -> Bool {
            switch filter.bin {
            case .without: if occurrence.removed != nil { return false }
            case .only: if occurrence.removed == nil { return false }
            case .both: break
            }
            if !isInAlbum, !filter.albums.contains(where: { $0 == occurrence.album }) {
                return false
            }
            if !filter.subjects.isEmpty,
                !filter.subjects.contains(where: { $0 == occurrence.subject })
            {
                return false
            }
            if let due = filter.due, rules.until(occurrence, of: value).map({ $0 > due }) ?? true {
                return false
            }
            return patterns.isEmpty || patterns.contains { $0.matches(occurrence.path) }
        }
    }
}

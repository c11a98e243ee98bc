import VaultFormat

extension PictureFilter {
    /// Judges a picture by all conditions but the IDs.
    struct Judge: Sendable {
        private let filter: PictureFilter
        private let patterns: [PathPattern]

        init(_ filter: PictureFilter) {
            self.filter = filter
            patterns = filter.names.map(PathPattern.init)
        }

        /// Conditions on occurrences must hold for one and the same occurrence.
        func accepts(_ picture: Picture) -> Bool {
            switch filter.bin {
            case .without: if picture.isInBin { return false }
            case .only: if !picture.isInBin { return false }
            case .both: break
            }
            if !filter.tags.isEmpty, !filter.tags.contains(where: picture.value.tags.contains) {
                return false
            }
            return picture.occurrences.contains(where: accepts)
        }

        private static func nanoseconds(_ seconds: Int64) -> Int64 {
            let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
            return overflow ? (seconds < 0 ? .min : .max) : product
        }

        private func accepts(_ occurrence: OccurrenceValue) -> Bool {
            if !filter.albums.isEmpty, !filter.albums.contains(where: { $0 == occurrence.album }) {
                return false
            }
            if !filter.subjects.isEmpty,
                !filter.subjects.contains(where: { $0 == occurrence.subject })
            {
                return false
            }
            if let since = filter.since, occurrence.modified < Self.nanoseconds(since) {
                return false
            }
            if let until = filter.until, occurrence.modified >= Self.nanoseconds(until) {
                return false
            }
            return patterns.isEmpty || patterns.contains { $0.matches(occurrence.path) }
        }
    }
}

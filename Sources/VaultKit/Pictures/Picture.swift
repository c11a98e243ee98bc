package import VaultFormat

/// One picture as its record tells it.
package struct Picture: Sendable, Hashable {
    package var id: RecordID
    package var value: RecordValue
    /// By number; at least one. After a search, those that the filter means.
    package var occurrences: [OccurrenceValue]

    package init(id: RecordID, value: RecordValue, occurrences: [OccurrenceValue]) {
        self.id = id
        self.value = value
        self.occurrences = occurrences
    }

    /// What is known of it, whoever said it.
    package var facts: KnownFacts { value.facts }

    /// All albums it is in, each once, in the order of their bytes.
    package var albums: [String] {
        RecordValue.sorted(value.albums + occurrences.compactMap(\.album))
    }

    package var isInBin: Bool { removed != nil }

    /// When the last of its occurrences was moved to the bin; `nil` while one of them is not there.
    package var removed: Int64? {
        occurrences.contains { $0.removed == nil } ? nil : occurrences.compactMap(\.removed).max()
    }
}

/// Which pictures are meant. All conditions must hold; within one list, any entry suffices.
package struct PictureFilter: Sendable {
    /// Which side of the bin. A picture with occurrences on both sides is on both.
    package enum Bin: Sendable { case without, only, both }

    /// Beginnings of IDs, each of which must name exactly one picture.
    package var prefixes: [String] = []
    package var albums: [String] = []
    package var tags: [String] = []
    package var subjects: [String] = []
    /// Patterns with `*`, `?` and `[…]`: over the last name, or over the whole path below its root
    /// when the pattern holds a `/`; a path that ends in the pattern's components matches too.
    package var names: [[UInt8]] = []
    /// When it was taken (`RecordValue.moment`), inclusive.
    package var since: Int64?
    /// The same, exclusive.
    package var until: Int64?
    /// To be kept until a moment that is not after this one, seconds since 1970; what nobody said of is not
    /// meant.
    package var due: Int64?
    package var bin: Bin = .without

    package init() {}

    /// Whether no condition was given, so that every picture is meant.
    package var isEmpty: Bool {
        prefixes.isEmpty && albums.isEmpty && tags.isEmpty && subjects.isEmpty && names.isEmpty
            && since == nil && until == nil && due == nil
    }
}

extension RecordValue {
    /// When it was taken, in seconds since 1970 as the clock there showed it; when it came in, if nothing says.
    var moment: Int64 { facts.taken?.local ?? imported }
}

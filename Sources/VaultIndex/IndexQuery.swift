package import VaultFormat

/// What is looked for. Everything that is set must hold.
package struct IndexQuery: Hashable, Sendable {
    package var text: SearchText?
    /// By exact name, in either Unicode form; a picture must be under all of them.
    package var albums: [String] = []
    package var tags: [String] = []
    package var subjects: [String] = []
    /// Words that maker, model or lens hold, without regard to case.
    package var camera: String?
    /// From this moment on (`IndexedPicture.moment`), in seconds.
    package var since: Int64?
    /// Before this moment.
    package var until: Int64?
    /// Any of them, as `SearchText` reads `type:`.
    package var types: [String] = []
    package var near: Nearness?
    /// Only these; all when there are none.
    package var ids: [RecordID] = []
    package var bin = Bin.outside
    package var looked: IndexedPicture.Looked?
    package var order = Order.newest
    /// How many hits at most; `nil` for all.
    package var limit: Int?
    package var offset = 0
    /// Goes on after a hit, in the same order; then `offset` counts from there.
    package var after: Cursor?

    package init() {}

    package enum Bin: Hashable, Sendable {
        case outside, inside, both
    }

    package enum Order: Hashable, Sendable, CaseIterable {
        /// By `IndexedPicture.moment`.
        case newest, oldest
        case name
        /// The largest first.
        case size
        /// The last that came in first.
        case imported
    }

    package struct Nearness: Hashable, Sendable {
        package var place: Place
        package var metres: Double

        package init(place: Place, metres: Double) {
            self.place = place
            self.metres = metres
        }
    }

    /// A place in an order, made by the index.
    package struct Cursor: Hashable, Sendable {
        let values: [Bound]
    }
}

package import VaultFormat

/// What the index knows of one picture. Spec 09 §5.
package struct IndexedPicture: Hashable, Sendable {
    /// `record.row` (Spec 04 §2): grows with each import and is never used again.
    package var row: Int64
    package var id: RecordID
    /// The revision of its record, by which a stale hit is told.
    package var revision: Int64
    package var digest: ContentDigest
    package var byteCount: UInt64
    package var type: MediaType
    /// Seconds since 1970.
    package var imported: Int64
    package var taken: CaptureTime?
    package var size: PixelSize?
    package var milliseconds: UInt64?
    package var maker: String?
    package var model: String?
    package var lens: String?
    package var place: Place?
    package var caption: String?
    /// What the picture itself brought; searched like tags, and no tags.
    package var keywords: [String] = []
    package var tags: [String] = []
    package var albums: [String] = []
    package var subjects: [String] = []
    /// Where it came from, below the folder that was imported: one for each occurrence, the one that is
    /// shown first.
    package var paths: [[UInt8]]
    package var rating: Int8?
    package var hash: PictureHash?
    /// The same for pictures that belong together: a Live Photo and its film, RAW and JPEG.
    package var stack: [UInt8]?
    package var isInBin = false
    package var looked = Looked.notYet

    package enum Looked: Int64, Sendable, CaseIterable {
        case notYet = 0
        case done = 1
        /// It could not be read; it will not be tried again.
        case unreadable = 2
    }

    package init(
        row: Int64, id: RecordID, revision: Int64, digest: ContentDigest, byteCount: UInt64,
        type: MediaType, imported: Int64, paths: [[UInt8]]
    ) {
        self.row = row
        self.id = id
        self.revision = revision
        self.digest = digest
        self.byteCount = byteCount
        self.type = type
        self.imported = imported
        self.paths = paths
    }

    /// The time by which pictures are sorted: when it was taken by the clock there, else when it came in.
    package var moment: Int64 { taken?.local ?? imported }
}

/// What a list shows of a picture; everything else is in its record.
package struct IndexHit: Hashable, Sendable {
    package let row: Int64
    package let id: RecordID
    package let revision: Int64
    package let byteCount: UInt64
    package let type: MediaType
    package let imported: Int64
    /// Seconds on the clock where it was taken, and how far that was ahead of UTC in minutes.
    package let taken: Int64?
    package let minutesEast: Int16?
    package let size: PixelSize?
    package let milliseconds: UInt64?
    /// The last part of its first path.
    package let name: [UInt8]
    package let rating: Int8?
    package let isInBin: Bool
    package let looked: IndexedPicture.Looked
    package let stack: [UInt8]?
    /// Where the next page begins, in the order that was asked for.
    package let cursor: IndexQuery.Cursor
}

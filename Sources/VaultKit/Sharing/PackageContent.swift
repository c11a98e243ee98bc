package import VaultFormat

/// Which pictures go into a package, and as what.
package struct PackageContent: Sendable {
    package static let standardSide: UInt16 = 2_048

    /// Which pictures.
    package enum Choice: Sendable {
        case filter(PictureFilter)
        case search(Search)
    }

    package var choice: Choice
    /// The longest side of the copies, 64 to 8,192 pixels; `nil` for originals.
    package var side: UInt16? = standardSide
    /// Laid over each copy; not for originals.
    package var mark: ImagerMark?
    /// What the recipient reads.
    package var note: String?
    /// The path of `lighttight-imager`; copies need it.
    package var imager: [UInt8]?

    package init(_ choice: Choice) { self.choice = choice }

    func check(_ pictures: [RecordID]) throws(VaultError) {
        guard !pictures.isEmpty else {
            throw VaultError(
                .noSuchPicture, "no picture answers this description",
                hint: "lighttight list shows what there is")
        }
        guard LinkManifest.itemCounts.contains(pictures.count) else {
            throw VaultError(
                .usage,
                "\(pictures.count) pictures are too many for one package, which has 1,000 at most",
                hint: "share them in parts, by --album or by IDs")
        }
        precondition(mark == nil || side != nil, "originals bear no mark")
        if let note, !LinkManifest.noteLengths.contains(note.unicodeScalars.count) {
            throw VaultError(.usage, "a note has 1 to 2,000 characters")
        }
    }
}

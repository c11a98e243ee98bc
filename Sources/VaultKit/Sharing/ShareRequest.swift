package import VaultFormat

/// What to share, with whom, and for how long.
package struct ShareRequest: Sendable {
    /// The longest time that a share may last, in seconds: ten years.
    package static let longest: Int64 = 3_652 * 86_400

    package var content: PackageContent
    /// A package and a link for each; `nil` where it is not said for whom.
    package var recipients: [String?] = [nil]
    /// In seconds since 1970.
    package var expires: Int64
    /// How often each may be opened; `nil` for as often as one likes.
    package var views: Int?
    /// Where it is served; `nil` for the address that the vault remembers.
    package var base: String?

    package init(_ content: PackageContent, expires: Int64) {
        self.content = content
        self.expires = expires
    }
}

/// A share that was just made.
package struct NewShare: Sendable {
    package var name: ShareName
    package var recipient: String?
    /// The link, secret and all: nobody can make it again.
    package var link: String
    package var pictures: Int
    /// Of the package, in bytes.
    package var byteCount: Int64
    package var expires: Int64
}

/// What became of a share.
package struct ShareStatus: Sendable {
    package enum Standing: Sendable, Equatable {
        case open
        /// Its time is over.
        case expired
        /// It was opened as often as it might be.
        case used
        /// The vault ended it.
        case ended(ShareCard.Ending)
        /// Its files are not there any more, and nothing tells why.
        case gone
        /// Its files are not what they were.
        case damaged

        package var isOpen: Bool { self == .open || self == .damaged }
    }

    package var name: ShareName
    package var card: ShareCard
    package var standing: Standing
    /// What the server tells: how often it was opened, first and last in seconds since 1970; `nil` when it
    /// tells nothing any more.
    package var opened: Opened?

    package struct Opened: Sendable, Equatable {
        package var count: Int
        package var first: Int64?
        package var last: Int64?
    }

    /// How often it may still be opened.
    package var viewsLeft: Int? {
        guard let views = card.views, let opened, standing.isOpen else { return nil }
        return max(0, views - opened.count)
    }
}

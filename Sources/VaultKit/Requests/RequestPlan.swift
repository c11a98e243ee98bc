package import VaultFormat

/// What to ask for, whom, and for how long.
package struct RequestPlan: Sendable {
    /// The longest time that a request may last, in seconds: ten years, as a share.
    package static let longest = ShareRequest.longest
    /// So many bytes come in all, unless it is said.
    package static let standardTotal: Int64 = 4 << 30

    /// Whom it is sent to, a link for each; `nil` where it is not said.
    package var recipients: [String?] = [nil]
    /// Whose pictures these will be, and where they go.
    package var subject: String?
    package var album: String?
    /// In seconds since 1970.
    package var expires: Int64
    package var files = 1
    /// The largest picture, in bytes, about: room is kept for the deposit that it makes.
    package var largest: Int64 = 256 << 20
    /// How much may come in all, in bytes of deposits; `nil` for as much as the files may have, and no more
    /// than `standardTotal`.
    package var total: Int64?
    /// Who asks, and what for, as the recipient reads it.
    package var asker: String?
    package var note: String?
    /// Where it is served; `nil` for the address that the vault remembers.
    package var base: String?

    package init(expires: Int64) { self.expires = expires }
}

/// A request that was just made.
package struct NewRequest: Sendable {
    package var name: RequestName
    package var recipient: String?
    /// The link, token and all: nobody can make it again.
    package var link: String
    package var expires: Int64
    package var files: Int
}

/// What became of a request.
package struct RequestStatus: Sendable {
    package enum Standing: Sendable, Equatable {
        case open
        /// Everything came that may come.
        case full
        /// Its time is over.
        case expired
        /// The vault ended it.
        case ended(RequestCard.Ending)
        /// Its files are not there any more, and nothing tells why.
        case gone
        /// Its files are not what they were.
        case damaged

        /// Whether something can still come.
        package var isOpen: Bool { self == .open }
    }

    package var name: RequestName
    package var card: RequestCard
    package var standing: Standing
    /// How many files came, and their bytes, as the server says; `nil` when nothing tells it.
    package var came: Came?
    /// How many of them wait to be accepted.
    package var waiting: Int

    package struct Came: Sendable {
        package var files: Int
        package var bytes: Int64
    }
}

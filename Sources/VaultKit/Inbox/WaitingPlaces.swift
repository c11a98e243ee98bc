import VaultFiles
import VaultFormat
import VaultSharing

/// Where deposits wait: in the inbox, and in the folder of each request. Spec 13 §7.
struct WaitingPlaces {
    /// A deposit's file, by its name alone.
    struct Spot: Hashable, Comparable {
        /// In whose folder it lies; `nil` for the inbox.
        var request: RequestName?
        var id: DepositID

        static func < (left: Spot, right: Spot) -> Bool {
            left.id == right.id
                ? (left.request?.hex ?? "") < (right.request?.hex ?? "") : left.id < right.id
        }
    }

    struct Found {
        /// Ascending by ID.
        var spots: [Spot] = []
        /// Whether there are more than a command looks at.
        var hasMore = false
        /// Of the inbox: what is no deposit by its name.
        var strangers = 0
    }

    private let place: VaultPlace
    private let requests: RequestsFolder?

    init(_ place: VaultPlace) throws(VaultError) {
        self.place = place
        requests = try files("the requests") { () throws(FileError) in
            try RequestsFolder.openIfThere(in: place.folder)
        }
    }

    /// Everything that waits, as far as one command looks.
    func find() throws(VaultError) -> Found {
        var found = Found()
        if let inbox = try Inbox.open(place) {
            let names = try files("the inbox") { () throws(FileError) in
                try inbox.names(limit: Inbox.maximumCount)
            }
            found.spots = names.deposits.map { Spot(request: nil, id: $0) }
            (found.hasMore, found.strangers) = (names.hasMore, names.strangers)
        }
        try files("the requests") { () throws(FileError) in
            for request in try requests?.names(limit: Inbox.maximumCount) ?? [] {
                guard let inbox = try open(request) else { continue }
                let names = try inbox.names(limit: Inbox.maximumCount - found.spots.count)
                found.spots += names.deposits.map { Spot(request: request, id: $0) }
                found.hasMore = found.hasMore || names.hasMore
            }
        }
        found.spots.sort()
        return found
    }

    /// The folder of some, opened when it is wanted: there may be thousands.
    func inbox(of request: RequestName?) throws(VaultError) -> Inbox? {
        guard let request else { return try Inbox.open(place) }
        return try files("the requests") { () throws(FileError) in try open(request) }
    }

    private func open(_ request: RequestName) throws(FileError) -> Inbox? {
        do throws(FileError) {
            return try requests.map { (requests) throws(FileError) in
                Inbox(try requests.open(request))
            }
        } catch .notFound {
            return nil
        } catch .isSymbolicLink {
            return nil
        } catch .notAFolder {
            return nil
        }
    }
}

package import VaultFormat

/// What is to be destroyed for good, in the bin or not, with a receipt at the end.
package struct ErasureRequest: Sendable {
    /// Why, as the log says it.
    package enum Reason: String, Sendable {
        case request = "erasure request"
        case retention
    }

    package var filter: PictureFilter
    package var reason: Reason
    /// Also what is to be kept longer than until now.
    package var despiteRetention = false
    /// Keeps no mark, by which `import` would pass the same pictures over.
    package var forget = false
    /// What the keeper calls the request by; one line, which stands in the receipt.
    package var reference: String?

    /// One person's pictures.
    package static func subject(_ name: String) -> ErasureRequest {
        var filter = PictureFilter()
        filter.subjects = [name]
        return ErasureRequest(filter: filter, reason: .request)
    }

    /// Pictures that were to be kept until a moment that has passed.
    ///
    /// - Parameter moment: seconds since 1970; not in the future.
    package static func due(at moment: Int64, _ filter: PictureFilter) -> ErasureRequest {
        var filter = filter
        filter.due = moment
        return ErasureRequest(filter: filter, reason: .retention)
    }

    private init(filter: PictureFilter, reason: Reason) {
        self.filter = filter
        self.filter.bin = .both
        self.reason = reason
    }
}

/// What an erasure would do.
package struct ErasurePlan: Sendable {
    /// Pictures whose keys go.
    package var destroyed: [RecordID] = []
    /// Pictures that others have too: what is theirs stays.
    package var shared: [RecordID] = []
    /// How many of both are to be kept for longer, and until when the last of them, in seconds since 1970.
    package var retained: (count: Int, until: Int64) = (0, 0)

    package var isEmpty: Bool { destroyed.isEmpty && shared.isEmpty }
}

/// What an erasure did.
package struct ErasureReport: Sendable {
    package var receipt: Receipt
    /// The signed receipt's file.
    package var note: [UInt8]
    /// Where the copies lie that the receipt names, as bytes, in its order.
    package var places: [[UInt8]]
}

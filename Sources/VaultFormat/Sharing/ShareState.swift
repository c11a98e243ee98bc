/// What the server keeps of a share. Spec 11 §6.
package struct ShareState: Hashable, Sendable, Codable {
    package static let format = "lighttight/1 link state"
    /// A longer file is refused before it is parsed, in bytes.
    package static let maximumByteCount = 262_144
    package static let maximumGrantCount = 1_024
    /// Seconds since 1970 that a state may name; later ones are no times.
    package static let times: ClosedRange<Int64> = 0...(1 << 40)

    /// A view that was taken and has not ended.
    package struct Grant: Hashable, Sendable, Codable {
        /// SHA-256 of the ticket.
        package var ticket: JSONBytes
        /// In seconds since 1970.
        package var until: Int64

        package init(ticket: [UInt8], until: Int64) {
            self.ticket = JSONBytes(ticket)
            self.until = until
        }
    }

    /// When a view was taken first and last; both or neither.
    package var first: Int64?
    package var format: String
    /// Oldest first.
    package var grants: [Grant]
    package var last: Int64?
    /// How many view proofs in a row were wrong.
    package var refused: Int
    /// No view proof is looked at before.
    package var retry: Int64
    /// How many views were taken.
    package var taken: Int

    /// Of a share that nobody opened yet.
    package init() {
        format = Self.format
        grants = []
        refused = 0
        retry = 0
        taken = 0
    }

    package var encoded: [UInt8] { CanonicalJSON.encode(self) }

    package init(parsing bytes: [UInt8]) throws(FormatError) {
        guard bytes.count <= Self.maximumByteCount else { throw .outOfRange("state size") }
        guard try CanonicalJSON.format(of: bytes) == Self.format else {
            throw .unknown("state format")
        }
        self = try CanonicalJSON.decode(Self.self, from: bytes)
        guard (first == nil) == (last == nil) else { throw .unexpected("one time of two") }
        let times = [first, last, retry].compactMap(\.self) + grants.map(\.until)
        guard times.allSatisfy(Self.times.contains) else { throw .outOfRange("time") }
        guard refused >= 0, (0...ShareOffer.views.upperBound).contains(taken) else {
            throw .outOfRange("count")
        }
        guard grants.count <= Self.maximumGrantCount else { throw .outOfRange("grants") }
        for grant in grants { _ = try grant.ticket.exactly(32) }
    }
}

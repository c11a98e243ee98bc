/// What the server keeps of a request: the files that came. Spec 13 §3.
package struct RequestState: Hashable, Sendable, Codable {
    package static let format = "lighttight/1 request state"
    /// A longer file is refused before it is parsed, in bytes.
    package static let maximumByteCount = 1 << 20

    /// A file that came.
    package struct Received: Hashable, Sendable, Codable {
        package var bytes: Int64
        package var deposit: DepositID
        /// SHA-256 of the file.
        package var receipt: JSONBytes

        package init(deposit: DepositID, bytes: Int64, receipt: [UInt8]) {
            self.deposit = deposit
            self.bytes = bytes
            self.receipt = JSONBytes(receipt)
        }
    }

    package var format: String
    /// In the order of their coming.
    package var received: [Received]

    /// Of a request that nobody answered yet.
    package init() {
        format = Self.format
        received = []
    }

    package var encoded: [UInt8] { CanonicalJSON.encode(self) }

    package init(parsing bytes: [UInt8]) throws(FormatError) {
        guard bytes.count <= Self.maximumByteCount else { throw .outOfRange("state size") }
        guard try CanonicalJSON.format(of: bytes) == Self.format else {
            throw .unknown("state format")
        }
        self = try CanonicalJSON.decode(Self.self, from: bytes)
        guard received.count <= RequestOffer.fileCounts.upperBound else {
            throw .outOfRange("files")
        }
        guard Set(received.map(\.deposit)).count == received.count else { throw .notCanonical }
        for file in received {
            guard RequestOffer.isFileSize(file.bytes) else { throw .outOfRange("size") }
            _ = try file.receipt.exactly(32)
        }
    }

    /// How many bytes came.
    package var byteCount: Int64 { received.reduce(0) { $0 + $1.bytes } }

    package func file(_ deposit: DepositID) -> Received? {
        received.first { $0.deposit == deposit }
    }
}

extension DepositID: Codable {}

/// What a server must know of a request: how much may come, how long, and who may send. Spec 13 §3.
package struct RequestOffer: Hashable, Sendable, Codable {
    package static let format = "lighttight/1 request offer"
    /// A longer file is refused before it is parsed, in bytes.
    package static let maximumByteCount = 4_096
    package static let byteCounts: ClosedRange<Int64> = 1...(1 << 40)
    package static let fileCounts = 1...1_000
    /// Of one file: from the smallest deposit there is.
    package static let fileByteCounts: ClosedRange<Int64> = 4_352...(1 << 32)

    /// How much may come in all.
    package var bytes: Int64
    /// In seconds since 1970.
    package var expires: Int64
    /// How many files may come.
    package var files: Int
    package var format: String
    /// The largest file, in bytes: a PADMÉ size.
    package var largest: Int64
    /// SHA-256 of the proof.
    package var proof: JSONBytes

    package init(
        expires: Int64, files: Int, bytes: Int64, largest: Int64, proof: [UInt8]
    ) {
        format = Self.format
        self.expires = expires
        self.files = files
        self.bytes = bytes
        self.largest = largest
        self.proof = JSONBytes(proof)
    }

    package var encoded: [UInt8] { CanonicalJSON.encode(self) }

    package init(parsing bytes: [UInt8]) throws(FormatError) {
        guard bytes.count <= Self.maximumByteCount else { throw .outOfRange("offer size") }
        guard try CanonicalJSON.format(of: bytes) == Self.format else {
            throw .unknown("offer format")
        }
        self = try CanonicalJSON.decode(Self.self, from: bytes)
        try check()
    }

    /// Throws `.outOfRange` for what no offer may say.
    package func check() throws(FormatError) {
        guard ShareState.times.contains(expires) else { throw .outOfRange("expiry") }
        guard Self.byteCounts.contains(bytes), Self.fileCounts.contains(files) else {
            throw .outOfRange("quota")
        }
        guard Self.isFileSize(largest) else { throw .outOfRange("largest") }
        _ = try proof.exactly(32)
    }

    /// Whether a deposit may have so many bytes, whatever its request allows.
    package static func isFileSize(_ byteCount: Int64) -> Bool {
        fileByteCounts.contains(byteCount)
            && Padme.paddedSize(of: UInt64(byteCount)) == UInt64(byteCount)
    }
}

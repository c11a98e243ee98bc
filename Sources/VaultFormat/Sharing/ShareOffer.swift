/// What a server must know of a share. Spec 11 §5.
package struct ShareOffer: Hashable, Sendable, Codable {
    package static let format = "lighttight/1 offer"
    /// A longer file is refused before it is parsed, in bytes.
    package static let maximumByteCount = 65_536
    package static let views = 1...1_000_000
    /// Objects of a package, manifest included.
    package static let objectCounts = 2...1_001
    package static let maximumObjectByteCount: Int64 = 1 << 40

    /// How the password becomes a key: PBKDF2-HMAC-SHA-256.
    package struct Password: Hashable, Sendable, Codable {
        package static let rounds = 600_000...10_000_000
        package var rounds: Int
        /// 16 bytes.
        package var salt: JSONBytes

        package init(rounds: Int, salt: [UInt8]) {
            self.rounds = rounds
            self.salt = JSONBytes(salt)
        }
    }

    /// In seconds since 1970.
    package var expires: Int64
    package var format: String
    /// The sizes of the objects' files in bytes, manifest first.
    package var objects: [Int64]
    package var password: Password?
    /// SHA-256 of the proof.
    package var proof: JSONBytes
    /// SHA-256 of the view proof.
    package var view: JSONBytes
    /// How often it may be opened; `nil` for as often as one likes.
    package var views: Int?

    package init(
        expires: Int64, objects: [Int64], password: Password?, proof: [UInt8], view: [UInt8],
        views: Int?
    ) {
        format = Self.format
        self.expires = expires
        self.objects = objects
        self.password = password
        self.proof = JSONBytes(proof)
        self.view = JSONBytes(view)
        self.views = views
    }

    package var encoded: [UInt8] { CanonicalJSON.encode(self) }

    package init(parsing bytes: [UInt8]) throws(FormatError) {
        guard bytes.count <= Self.maximumByteCount else { throw .outOfRange("offer size") }
        guard try CanonicalJSON.format(of: bytes) == Self.format else {
            throw .unknown("offer format")
        }
        self = try CanonicalJSON.decode(Self.self, from: bytes)
        _ = try proof.exactly(32)
        _ = try view.exactly(32)
        guard Self.objectCounts.contains(objects.count),
            objects.allSatisfy({ (1...Self.maximumObjectByteCount).contains($0) })
        else { throw .outOfRange("objects") }
        if let views, !Self.views.contains(views) { throw .outOfRange("views") }
        guard let password else { return }
        guard Password.rounds.contains(password.rounds) else { throw .outOfRange("rounds") }
        _ = try password.salt.exactly(16)
    }
}

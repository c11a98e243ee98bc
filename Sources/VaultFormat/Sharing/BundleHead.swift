/// What a bundle says of itself, in the clear. Spec 11 §10.
package struct BundleHead: Hashable, Sendable, Codable {
    package static let format = "lighttight/1 bundle"
    package static let rounds = 2_000_000...10_000_000
    /// Of all objects together, in bytes.
    package static let largest: Int64 = 256 << 20

    package var format: String
    /// Of the bundle, 16 bytes.
    package var id: JSONBytes
    /// The sizes of the objects in bytes, manifest first.
    package var objects: [Int64]
    /// Of PBKDF2-HMAC-SHA-256, which makes a key of the password.
    package var rounds: Int
    /// 16 bytes.
    package var salt: JSONBytes

    package init(id: BundleID, objects: [Int64], rounds: Int, salt: [UInt8]) {
        format = Self.format
        self.id = JSONBytes(id.bytes)
        self.objects = objects
        self.rounds = rounds
        self.salt = JSONBytes(salt)
    }

    package var encoded: [UInt8] { CanonicalJSON.encode(self) }

    package init(parsing bytes: [UInt8]) throws(FormatError) {
        guard try CanonicalJSON.format(of: bytes) == Self.format else {
            throw .unknown("bundle format")
        }
        self = try CanonicalJSON.decode(Self.self, from: bytes)
        _ = try id.exactly(BundleID.byteCount)
        _ = try salt.exactly(16)
        guard Self.rounds.contains(rounds) else { throw .outOfRange("rounds") }
        guard ShareOffer.objectCounts.contains(objects.count),
            objects.allSatisfy({ (1...Self.largest).contains($0) }),
            objects.reduce(0, +) <= Self.largest
        else { throw .outOfRange("objects") }
    }
}

/// Names one bundle in what is sealed for it. 16 random bytes. Spec 11 §10.
package struct BundleID: Identifier {
    package let words: SIMD16<UInt8>
    package init(words: SIMD16<UInt8>) { self.words = words }
}

/// What a package belongs to; each of its objects is sealed for that place alone. Spec 11 §3, §10.
package enum PackageID: Hashable, Sendable {
    case share(ShareID)
    case bundle(BundleID)

    /// Context of an object; number 0 is the manifest.
    package func context(object number: Int) -> [UInt8] {
        switch self {
        case .share(let id): Associated.linkObject(share: id, number: UInt32(number))
        case .bundle(let id): Associated.bundleObject(bundle: id, number: UInt32(number))
        }
    }
}

extension Associated {
    /// HKDF `info` of a bundle's content key. Spec 11 §10.
    package static let bundleContent = Array("lighttight/1 bundle content".utf8)

    /// Context of an object of a bundle. Spec 11 §10.
    package static func bundleObject(bundle: BundleID, number: UInt32) -> [UInt8] {
        Array("lighttight/1 bundle object".utf8) + [0] + bundle.bytes
            + withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }
}

import FoundationEssentials

/// What somebody with a link asks its server, and is answered: JSON in any spelling. Spec 11 §8.
package enum LinkMessages {
    /// Longer answers than this are none of these, in bytes.
    package static let maximumByteCount = 65_536

    package static func look(proof: [UInt8]) -> [UInt8] {
        CanonicalJSON.encode(["proof": JSONBytes(proof)])
    }

    package static func view(proof: [UInt8], view: [UInt8], ticket: [UInt8]) -> [UInt8] {
        CanonicalJSON.encode([
            "proof": JSONBytes(proof), "ticket": JSONBytes(ticket), "view": JSONBytes(view),
        ])
    }

    package static func done(ticket: [UInt8]) -> [UInt8] {
        CanonicalJSON.encode(["ticket": JSONBytes(ticket)])
    }

    static func decode<Value: Decodable>(
        _ type: Value.Type, _ bytes: [UInt8]
    ) throws(FormatError) -> Value {
        guard bytes.count <= maximumByteCount else { throw .outOfRange("answer") }
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch {
            throw .unexpected("answer of another shape")
        }
    }
}

/// What a link opens, before a view is taken.
package struct LinkLook: Decodable, Sendable {
    /// In seconds since 1970.
    package var expires: Int64
    /// How many pictures.
    package var items: Int
    /// Views left; `nil` for as many as one likes.
    package var left: Int?
    package var password: ShareOffer.Password?
    /// Of all objects, in bytes.
    package var size: Int64

    package init(parsing bytes: [UInt8]) throws(FormatError) {
        self = try LinkMessages.decode(Self.self, bytes)
        guard LinkManifest.itemCounts.contains(items), size >= 0 else {
            throw .outOfRange("items or size")
        }
        guard let password else { return }
        guard ShareOffer.Password.rounds.contains(password.rounds) else {
            throw .outOfRange("rounds")
        }
        _ = try password.salt.exactly(16)
    }
}

/// A view that was taken.
package struct LinkView: Decodable, Sendable {
    package var half: JSONBytes
    package var left: Int?
    /// Sizes in bytes, manifest first.
    package var objects: [Int64]
    /// When the view ends, in seconds since 1970.
    package var until: Int64

    package init(parsing bytes: [UInt8]) throws(FormatError) {
        self = try LinkMessages.decode(Self.self, bytes)
        _ = try half.exactly(32)
        guard ShareOffer.objectCounts.contains(objects.count),
            objects.allSatisfy((1...ShareOffer.maximumObjectByteCount).contains)
        else { throw .outOfRange("objects") }
    }
}

/// Why a server refuses.
package struct LinkRefusal: Decodable, Sendable {
    package var error: String
    /// Seconds to wait.
    package var after: Int?

    package init(parsing bytes: [UInt8]) throws(FormatError) {
        self = try LinkMessages.decode(Self.self, bytes)
    }
}

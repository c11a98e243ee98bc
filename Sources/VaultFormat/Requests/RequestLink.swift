/// What a request link names: where the request is served, which one it is, and what its sender must hold.
/// Spec 13 §1.
///
/// The token is in the text: there is no description.
package struct RequestLink: Sendable {
    package static let tokenByteCount = 16
    package static let slipByteCount = 32
    /// A longer text is refused before it is parsed.
    package static let maximumByteCount = 2_048

    /// Without a slash at its end: `https://host`, perhaps with port and path.
    package let base: String
    package let id: RequestID
    package let token: [UInt8]
    /// SHA-256 of the slip.
    package let slip: [UInt8]

    /// - Precondition: token and digest have their lengths, and the base is one that `Link.checkBase` lets
    ///   pass.
    package init(base: String, id: RequestID, token: [UInt8], slip: [UInt8]) {
        precondition(
            token.count == Self.tokenByteCount && slip.count == Self.slipByteCount,
            "the parts of a request link have fixed lengths")
        self.base = base
        self.id = id
        self.token = token
        self.slip = slip
    }

    /// The link as it is handed over, token and all.
    package var text: String {
        "\(base)/r/\(Base64URL.encode(id.bytes))#\(Base64URL.encode(token + slip))"
    }

    /// Throws `.unexpected` for what is no such link, `.notCanonical` for another spelling of one.
    package init(parsing text: String) throws(FormatError) {
        guard text.utf8.count <= Self.maximumByteCount else { throw .outOfRange("link length") }
        let parts = text.split(separator: "#", omittingEmptySubsequences: false)
        let words = parts[0].split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, words.count > 2, words[words.count - 2] == "r" else {
            throw .unexpected("text that is no request link")
        }
        base = words.dropLast(2).joined(separator: "/")
        try Link.checkBase(base)
        id = try RequestID(bytes: Base64URL.decode(String(words[words.count - 1])))
        let key = try Base64URL.decode(String(parts[1]))
        let length = Self.tokenByteCount + Self.slipByteCount
        guard key.count == length else {
            throw .wrongLength(expected: length, actual: key.count)
        }
        token = Array(key[..<Self.tokenByteCount])
        slip = Array(key[Self.tokenByteCount...])
    }
}

/// Names one request in its link. 16 random bytes. Spec 13 §1.
package struct RequestID: Identifier {
    package let words: SIMD16<UInt8>
    package init(words: SIMD16<UInt8>) { self.words = words }

    /// What a request name is hashed from.
    package var namedBytes: [UInt8] { Array("lighttight/1 request name\n".utf8) + bytes }
}

/// Calls a request by a hash of its ID: on disk, in records and in logs. Spec 13 §1.
package struct RequestName: Identifier {
    package let words: SIMD16<UInt8>
    package init(words: SIMD16<UInt8>) { self.words = words }
}

extension Associated {
    /// What the proof authenticates, under the token. Spec 13 §4.
    package static func requestProof(_ id: RequestID) -> [UInt8] {
        Array("lighttight/1 request proof\n".utf8) + id.bytes
    }

    /// What the mark authenticates, under the token. Spec 13 §4.
    package static func requestMark(
        vault: VaultID, request: RequestID, epoch: UInt32, picture: ContentDigest
    ) -> [UInt8] {
        Array("lighttight/1 request\n".utf8) + vault.bytes + request.bytes
            + withUnsafeBytes(of: epoch.bigEndian) { Array($0) } + picture.bytes
    }
}

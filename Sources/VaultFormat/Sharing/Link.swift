/// What a link names: where a share is served, which one it is, and the secret that opens it. Spec 11 §1.
///
/// The secret is in the text, so neither is printed by accident: there is no description.
package struct Link: Sendable {
    package static let secretByteCount = 32
    /// A longer text is refused before it is parsed.
    package static let maximumByteCount = 2_048

    /// Without a slash at its end: `https://host`, perhaps with port and path.
    package let base: String
    package let id: ShareID
    package let secret: [UInt8]

    /// - Precondition: the secret has 32 bytes, and the base is one that `checkBase` lets pass.
    package init(base: String, id: ShareID, secret: [UInt8]) {
        precondition(secret.count == Self.secretByteCount, "a link's secret has 32 bytes")
        self.base = base
        self.id = id
        self.secret = secret
    }

    /// The link as it is handed over, secret and all.
    package var text: String {
        "\(base)/s/\(Base64URL.encode(id.bytes))#\(Base64URL.encode(secret))"
    }

    /// Throws `.unexpected` for what is no link, `.notCanonical` for another spelling of one.
    package init(parsing text: String) throws(FormatError) {
        guard text.utf8.count <= Self.maximumByteCount else { throw .outOfRange("link length") }
        let parts = text.split(separator: "#", omittingEmptySubsequences: false)
        guard parts.count == 2, let cut = parts[0].range(ofLast: "/s/") else {
            throw .unexpected("text that is no link")
        }
        base = String(parts[0][..<cut.lowerBound])
        try Self.checkBase(base)
        id = try ShareID(bytes: Base64URL.decode(String(parts[0][cut.upperBound...])))
        secret = try Base64URL.decode(String(parts[1]))
        guard secret.count == Self.secretByteCount else {
            throw .wrongLength(expected: Self.secretByteCount, actual: secret.count)
        }
    }

    /// Refuses an address that no link can begin with: another scheme, no host, a query, a fragment, a
    /// slash at its end, or a character that does not stand in URLs.
    package static func checkBase(_ base: String) throws(FormatError) {
        let scheme = ["https://", "http://"].first { base.hasPrefix($0) }
        guard let scheme, base.utf8.count > scheme.utf8.count, base.utf8.last != UInt8(ascii: "/")
        else { throw .unexpected("address that is no server's") }
        let allowed = base.utf8.allSatisfy {
            $0 > 0x20 && $0 < 0x7F && !"?#\"<>\\^`{|}@".utf8.contains($0)
        }
        guard allowed, base.dropFirst(scheme.count).first != "/" else {
            throw .unexpected("address that is no server's")
        }
    }
}

extension Substring {
    fileprivate func range(ofLast word: String) -> Range<Index>? {
        var start = endIndex
        while start > startIndex {
            start = index(before: start)
            if self[start...].hasPrefix(word) {
                return start..<index(start, offsetBy: word.count)
            }
        }
        return nil
    }
}

/// Names one share in its link. 16 random bytes; whoever holds the vault's or the server's files has only its
/// `ShareName`. Spec 11 §1.
package struct ShareID: Identifier {
    package let words: SIMD16<UInt8>
    package init(words: SIMD16<UInt8>) { self.words = words }

    /// What a share name is hashed from.
    package var namedBytes: [UInt8] { Array("lighttight/1 share\n".utf8) + bytes }
}

/// Calls a share by a hash of its ID: on disk, in records and in logs. Spec 11 §1.
package struct ShareName: Identifier {
    package let words: SIMD16<UInt8>
    package init(words: SIMD16<UInt8>) { self.words = words }
}

extension Associated {
    /// HKDF `info` of what comes from a link's secret. Spec 11 §2.
    package static func link(_ label: String) -> [UInt8] {
        Array("lighttight/1 link \(label)".utf8)
    }

    /// Context of an object of a package. Spec 11 §3.
    package static func linkObject(share: ShareID, number: UInt32) -> [UInt8] {
        Array("lighttight/1 link object".utf8) + [0] + share.bytes
            + withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }
}

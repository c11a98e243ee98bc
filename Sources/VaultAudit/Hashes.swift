package import VaultCrypto
package import VaultFormat

// A hash has a type on each side of this room: one that is computed, one that is stored.

extension LogHash {
    package init(_ digest: Digest) {
        self = digest.withUnsafeBytes { LogHash(at: 0, in: $0) }
    }
}

extension Digest {
    package init(_ hash: LogHash) {
        let digest = Swift.withUnsafeBytes(of: hash.words) { bytes in
            Result { () throws(CryptoError) in try Digest(bytes) }
        }
        guard case .success(let digest) = digest else {
            preconditionFailure("both have 32 bytes")
        }
        self = digest
    }
}

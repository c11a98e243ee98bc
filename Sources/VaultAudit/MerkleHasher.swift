package import VaultCrypto

/// Hashes of the log's tree: RFC 6962 §2.1 with SHA-256. Spec 07 §2.
package struct MerkleHasher: ~Copyable, Sendable {
    private var hasher = SHA256Hasher()

    package init() {}

    /// The hash of the tree without leaves.
    package static var empty: Digest { Digest(hashing: []) }

    package mutating func leaf(_ bytes: UnsafeRawBufferPointer) -> Digest {
        prefix(0)
        hasher.update(bytes)
        return hasher.finalize()
    }

    package mutating func node(_ left: Digest, _ right: Digest) -> Digest {
        prefix(1)
        left.withUnsafeBytes { hasher.update($0) }
        right.withUnsafeBytes { hasher.update($0) }
        return hasher.finalize()
    }

    private mutating func prefix(_ byte: UInt8) {
        withUnsafeBytes(of: byte) { hasher.update($0) }
    }
}

import COpenSSL

/// SHA-256 of bytes that come in pieces. It can be used again after `finalize` or `reset`, without
/// allocating anew.
// Sendable: it has one owner at a time, and nobody else knows the pointer.
package struct SHA256Hasher: ~Copyable, @unchecked Sendable {
    private let state: OpaquePointer

    /// - Precondition: there is memory, as for an array.
    package init() {
        guard let state = lt_sha256_new() else {
            preconditionFailure("libcrypto gives no SHA-256: no memory, or no default provider")
        }
        self.state = state
    }

    deinit {
        lt_sha256_free(state)
    }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count > 0 else { return }
        let result = lt_sha256_update(state, bytes.baseAddress, bytes.count)
        precondition(result == 0, "hashing in memory cannot fail")
    }

    package mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// The digest of everything since the last `finalize` or `reset`; begins anew.
    package mutating func finalize() -> Digest {
        let digest = Digest { bytes in
            let result = lt_sha256_final(state, bytes)
            precondition(result == 0, "hashing in memory cannot fail")
        }
        reset()
        return digest
    }

    /// Forgets what was hashed so far.
    package mutating func reset() {
        precondition(lt_sha256_reset(state) == 0, "a SHA-256 can always begin again")
    }

    /// A second hasher that has seen the same bytes.
    package borrowing func copy() -> SHA256Hasher {
        let copy = SHA256Hasher()
        precondition(lt_sha256_copy(copy.state, state) == 0, "no memory to copy a SHA-256")
        return copy
    }
}

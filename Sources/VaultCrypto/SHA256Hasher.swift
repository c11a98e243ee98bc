import COpenSSL

/// SHA-256 of bytes that come in pieces. It can be used again after `finalize` or `reset`, without
/// allocating anew.
// Sendable: it has one owner at a time, and nobody else knows the pointer.
package struct SHA256Hasher: ~Copyable, @unchecked Sendable {
    private let state: OpaquePointer

    /// - Precondition: there is memory, as for an array.
    package init() {
        guard let state = lt_sha256_new() else {
            preconditionFailure("no memory for a SHA-256")
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

    /// Takes other bytes into two hashers. As far as both go they are hashed together, where the
    /// processor can: that takes little more than half of the time. Design record 008.
    package static func update(
        _ first: inout SHA256Hasher, with firstBytes: UnsafeRawBufferPointer,
        and second: inout SHA256Hasher, with secondBytes: UnsafeRawBufferPointer
    ) {
        update(&first, with: firstBytes, and: &second, with: secondBytes, paired: true)
    }

    /// `paired`: false has libcrypto hash one after the other, as where there is no other way.
    static func update(
        _ first: inout SHA256Hasher, with firstBytes: UnsafeRawBufferPointer,
        and second: inout SHA256Hasher, with secondBytes: UnsafeRawBufferPointer, paired: Bool
    ) {
        let result = lt_sha256_update_two(
            first.state, firstBytes.baseAddress, firstBytes.count,
            second.state, secondBytes.baseAddress, secondBytes.count, paired ? 1 : 0)
        precondition(result == 0, "hashing in memory cannot fail")
    }

    /// Whether this processor hashes two streams together.
    package static var canPair: Bool { lt_sha256_can_pair() != 0 }

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
        lt_sha256_copy(copy.state, state)
        return copy
    }
}

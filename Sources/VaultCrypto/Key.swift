/// A key of 32 bytes with one purpose. There is one type for each purpose, so that a key cannot be
/// used for another one's work (`wrap(_ key: borrowing FileKey)` takes nothing else).
package protocol Key: ~Copyable, Sendable {
    /// - Precondition: the secret has 32 bytes. For bytes read from somewhere, `init(bytes:)`.
    init(_ secret: consuming Secret)
    var secret: Secret { get }
}

/// The size of every key, in bytes.
package let keyByteCount = 32

extension Key where Self: ~Copyable {
    /// A new key from the system's random source.
    package static func random() -> Self {
        Self(Secret(randomCount: keyByteCount))
    }

    /// Copies a key; any size but 32 bytes is `.malformed`.
    package init(bytes: UnsafeRawBufferPointer) throws(CryptoError) {
        guard bytes.count == keyByteCount else { throw .malformed }
        self.init(Secret(copying: bytes))
    }

    /// Takes a secret as a key; any size but 32 bytes is `.malformed`.
    package init(checking secret: consuming Secret) throws(CryptoError) {
        guard secret.count == keyByteCount else { throw .malformed }
        self.init(secret)
    }

    package borrowing func copy() -> Self {
        Self(secret.copy())
    }

    /// Lends the key's bytes for the time of the call; the pointer must not leave it.
    package borrowing func withUnsafeBytes<R: ~Copyable, E: Error>(
        _ body: (UnsafeRawBufferPointer) throws(E) -> R
    ) throws(E) -> R {
        try secret.withUnsafeBytes(body)
    }
}

extension Secret {
    consuming func asKey() -> Secret {
        precondition(count == keyByteCount, "a key has 32 bytes")
        return self
    }
}

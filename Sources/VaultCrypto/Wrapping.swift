// Keys under keys. A wrapped key is a box of 72 bytes around its 32; it is sealed from guarded
// memory and opened into it.

/// The size of a wrapped key, in bytes.
package let wrappedKeyByteCount = keyByteCount + Box.overhead

extension WrapKey {
    package borrowing func wrap(_ key: borrowing FileKey, associated: [UInt8]) -> [UInt8] {
        Box.sealSecret(key.secret, under: self, associated: associated)
    }

    /// Throws `.malformed` for any size but 72 bytes, before anything is opened, else
    /// `.authenticationFailed`.
    package borrowing func unwrap(
        _ wrapped: [UInt8], associated: [UInt8]
    ) throws(CryptoError) -> FileKey {
        guard wrapped.count == wrappedKeyByteCount else { throw .malformed }
        return FileKey(try Box.openSecret(wrapped, under: self, associated: associated))
    }
}

extension RingKey {
    /// Wraps a secret of the keyring, of any size.
    package borrowing func wrap(_ secret: borrowing Secret, associated: [UInt8]) -> [UInt8] {
        Box.sealSecret(secret, under: self, associated: associated)
    }

    /// Throws `.truncated` or `.authenticationFailed`. The secret's size is the caller's to check
    /// (`Key.init(checking:)` does).
    package borrowing func unwrap(
        _ wrapped: [UInt8], associated: [UInt8]
    ) throws(CryptoError) -> Secret {
        try Box.openSecret(wrapped, under: self, associated: associated)
    }
}

extension SubjectKey {
    package borrowing func wrap(_ key: borrowing FileKey, associated: [UInt8]) -> [UInt8] {
        Box.sealSecret(key.secret, under: self, associated: associated)
    }

    /// Throws `.malformed` for any size but 72 bytes, before anything is opened, else
    /// `.authenticationFailed`.
    package borrowing func unwrap(
        _ wrapped: [UInt8], associated: [UInt8]
    ) throws(CryptoError) -> FileKey {
        guard wrapped.count == wrappedKeyByteCount else { throw .malformed }
        return FileKey(try Box.openSecret(wrapped, under: self, associated: associated))
    }
}

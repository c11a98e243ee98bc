import CSodium

/// Short messages: XChaCha20-Poly1305 with a random nonce.
///
/// Sealed bytes are nonce (24) ‖ ciphertext ‖ tag (16). Random nonces of 24 bytes do not repeat, so
/// one key may seal any number of messages. The cipher does not commit to its key: where somebody
/// may choose the key (a passphrase), a commitment is checked first, see `SlotKeyCandidate`.
package enum Box {
    package static let nonceByteCount = 24
    package static let tagByteCount = 16
    /// What sealing adds, in bytes.
    package static let overhead = nonceByteCount + tagByteCount

    package static func seal<K: Key & ~Copyable>(
        _ plaintext: UnsafeRawBufferPointer, under key: borrowing K, associated: [UInt8]
    ) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: plaintext.count + overhead) { sealed, count in
            let message = sealed.baseAddress!
            let nonce = UnsafePointer(message)
            RandomBytes.fill(UnsafeMutableRawBufferPointer(start: message, count: nonceByteCount))
            let result = key.secret.withBytes { key in
                crypto_aead_xchacha20poly1305_ietf_encrypt(
                    message + nonceByteCount, nil,
                    plaintext.baseAddress?.assumingMemoryBound(to: UInt8.self),
                    UInt64(plaintext.count), associated, UInt64(associated.count), nil, nonce, key)
            }
            precondition(result == 0, "sealing in memory cannot fail")
            count = plaintext.count + overhead
        }
    }

    /// Seals into memory of the caller's, without any allocation.
    /// - Precondition: the buffer has room for `plaintext.count + overhead` bytes, and does not overlap
    ///   the plaintext.
    package static func seal<K: Key & ~Copyable>(
        _ plaintext: UnsafeRawBufferPointer, under key: borrowing K,
        associated: UnsafeRawBufferPointer, into buffer: UnsafeMutableRawBufferPointer
    ) {
        precondition(buffer.count >= plaintext.count + overhead, "the buffer is too small")
        let message = buffer.baseAddress!.assumingMemoryBound(to: UInt8.self)
        // Asked for one by one: bytes kept for later would be the same twice after a fork.
        RandomBytes.fill(UnsafeMutableRawBufferPointer(start: message, count: nonceByteCount))
        let result = key.secret.withBytes { key in
            crypto_aead_xchacha20poly1305_ietf_encrypt(
                message + nonceByteCount, nil,
                plaintext.baseAddress?.assumingMemoryBound(to: UInt8.self),
                UInt64(plaintext.count),
                associated.baseAddress?.assumingMemoryBound(to: UInt8.self),
                UInt64(associated.count), nil, message, key)
        }
        precondition(result == 0, "sealing in memory cannot fail")
    }

    package static func seal<K: Key & ~Copyable>(
        _ plaintext: [UInt8], under key: borrowing K, associated: [UInt8]
    ) -> [UInt8] {
        plaintext.withUnsafeBytes { seal($0, under: key, associated: associated) }
    }

    /// Seals a secret; its bytes never leave guarded memory.
    package static func sealSecret<K: Key & ~Copyable>(
        _ secret: borrowing Secret, under key: borrowing K, associated: [UInt8]
    ) -> [UInt8] {
        secret.withUnsafeBytes { seal($0, under: key, associated: associated) }
    }

    /// Opens into new memory. Throws `.truncated` for fewer than 40 bytes, else
    /// `.authenticationFailed`.
    package static func open<K: Key & ~Copyable>(
        _ sealed: UnsafeRawBufferPointer, under key: borrowing K, associated: [UInt8]
    ) throws(CryptoError) -> [UInt8] {
        let plaintextCount = try plaintextCount(ofSealed: sealed.count)
        var isGenuine = false
        let plaintext = [UInt8](unsafeUninitializedCapacity: plaintextCount) { buffer, count in
            isGenuine = associated.withUnsafeBytes {
                openChecked(
                    sealed, key.secret, $0, into: UnsafeMutableRawPointer(buffer.baseAddress))
            }
            count = isGenuine ? plaintextCount : 0
        }
        guard isGenuine else { throw .authenticationFailed }
        return plaintext
    }

    package static func open<K: Key & ~Copyable>(
        _ sealed: [UInt8], under key: borrowing K, associated: [UInt8]
    ) throws(CryptoError) -> [UInt8] {
        // The standard library's withUnsafeBytes loses the type of what is thrown.
        let result = sealed.withUnsafeBytes { bytes in
            Result { () throws(CryptoError) in
                try open(bytes, under: key, associated: associated)
            }
        }
        return try result.get()
    }

    /// Opens into a buffer of the caller's, without any allocation, and returns the plaintext's
    /// size. The buffer has room for `sealed.count - overhead` bytes and may begin at
    /// `sealed.baseAddress + nonceByteCount` (then the message is opened in place). When it throws,
    /// it holds no plaintext.
    package static func open<K: Key & ~Copyable>(
        _ sealed: UnsafeRawBufferPointer, under key: borrowing K,
        associated: UnsafeRawBufferPointer, into buffer: UnsafeMutableRawBufferPointer
    ) throws(CryptoError) -> Int {
        let plaintextCount = try plaintextCount(ofSealed: sealed.count)
        precondition(buffer.count >= plaintextCount, "the buffer is too small for the plaintext")
        guard openChecked(sealed, key.secret, associated, into: buffer.baseAddress) else {
            throw .authenticationFailed
        }
        return plaintextCount
    }

    /// Opens straight into guarded memory. Throws as `open` does.
    package static func openSecret<K: Key & ~Copyable>(
        _ sealed: [UInt8], under key: borrowing K, associated: [UInt8]
    ) throws(CryptoError) -> Secret {
        let count = try plaintextCount(ofSealed: sealed.count)
        var isGenuine = false
        let secret = Secret(count: count) { buffer in
            isGenuine = sealed.withUnsafeBytes { sealed in
                associated.withUnsafeBytes {
                    openChecked(sealed, key.secret, $0, into: buffer.baseAddress)
                }
            }
        }
        guard isGenuine else { throw .authenticationFailed }
        return secret
    }

    /// How many bytes a sealed message of `count` bytes holds. Throws `.truncated` below 40.
    package static func plaintextCount(ofSealed count: Int) throws(CryptoError) -> Int {
        guard count >= overhead else { throw .truncated }
        return count - overhead
    }

    /// `sealed` has at least `overhead` bytes. libsodium checks the tag before it writes plaintext.
    private static func openChecked(
        _ sealed: UnsafeRawBufferPointer, _ key: borrowing Secret,
        _ associated: UnsafeRawBufferPointer, into plaintext: UnsafeMutableRawPointer?
    ) -> Bool {
        let nonce = sealed.baseAddress!.assumingMemoryBound(to: UInt8.self)
        return key.withBytes { key in
            crypto_aead_xchacha20poly1305_ietf_decrypt(
                plaintext?.assumingMemoryBound(to: UInt8.self), nil, nil,
                nonce + nonceByteCount, UInt64(sealed.count - nonceByteCount),
                associated.baseAddress?.assumingMemoryBound(to: UInt8.self),
                UInt64(associated.count), nonce, key)
        } == 0
    }
}

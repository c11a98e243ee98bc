import CSodium

/// The private half of an Ed25519 pair. What is stored of it is its seed, 32 bytes.
package struct SigningKey: ~Copyable, Sendable {
    /// Seed and public key side by side, as libsodium signs with them.
    private let pair: Secret
    /// 32 bytes.
    package let publicKey: [UInt8]

    /// A new key from the system's random source.
    package static func random() -> SigningKey {
        SigningKey(derivingFrom: Secret(randomCount: keyByteCount))
    }

    /// Takes a stored seed; any size but 32 bytes is `.malformed`.
    package init(seed: borrowing Secret) throws(CryptoError) {
        guard seed.count == keyByteCount else { throw .malformed }
        self.init(derivingFrom: seed)
    }

    private init(derivingFrom seed: borrowing Secret) {
        var publicKey = [UInt8](repeating: 0, count: Int(crypto_sign_PUBLICKEYBYTES))
        pair = Secret(count: Int(crypto_sign_SECRETKEYBYTES)) { pair in
            let result = seed.withBytes { seed in
                crypto_sign_seed_keypair(
                    &publicKey, pair.baseAddress!.assumingMemoryBound(to: UInt8.self), seed)
            }
            precondition(result == 0, "every seed has a key pair")
        }
        self.publicKey = publicKey
    }

    /// The seed, to be wrapped or sealed.
    package borrowing func seed() -> Secret {
        pair.withUnsafeBytes {
            Secret(copying: UnsafeRawBufferPointer(rebasing: $0[..<keyByteCount]))
        }
    }

    package borrowing func copy() -> SigningKey { SigningKey(derivingFrom: seed()) }

    /// A signature of 64 bytes.
    package borrowing func sign(_ message: [UInt8]) -> [UInt8] {
        var signature = [UInt8](repeating: 0, count: VerifyingKey.signatureByteCount)
        let result = pair.withBytes { pair in
            crypto_sign_detached(&signature, nil, message, UInt64(message.count), pair)
        }
        precondition(result == 0, "signing in memory cannot fail")
        return signature
    }

    package var verifyingKey: VerifyingKey { VerifyingKey(trusted: publicKey) }
}

/// The public half of an Ed25519 pair.
package struct VerifyingKey: Hashable, Sendable {
    package static let signatureByteCount = 64
    /// 32 bytes.
    package let bytes: [UInt8]

    /// Takes a public key; `.malformed` unless it is 32 bytes that encode a point of the group's
    /// prime-order part (a point of small order would accept signatures nobody made).
    package init(_ bytes: [UInt8]) throws(CryptoError) {
        Sodium.start()
        guard bytes.count == Int(crypto_sign_PUBLICKEYBYTES),
            crypto_core_ed25519_is_valid_point(bytes) == 1
        else { throw .malformed }
        self.bytes = bytes
    }

    init(trusted bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// False for a signature of a wrong size too.
    package func verify(signature: [UInt8], of message: [UInt8]) -> Bool {
        signature.count == Self.signatureByteCount
            && crypto_sign_verify_detached(signature, message, UInt64(message.count), bytes) == 0
    }
}

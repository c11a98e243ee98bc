import CSodium
import Crypto
// swift-crypto speaks Foundation's Data; it stays in this file.
import FoundationEssentials

/// The private half of an X25519 pair, to which envelopes are sealed. 32 bytes.
package struct ReceivingKey: ~Copyable, Sendable {
    let secret: Secret
    /// 32 bytes.
    package let publicKey: [UInt8]

    /// A new key from the system's random source.
    package static func random() -> ReceivingKey {
        ReceivingKey(trusted: Secret(randomCount: keyByteCount))
    }

    /// Takes a stored private half; any size but 32 bytes is `.malformed`.
    package init(_ secret: consuming Secret) throws(CryptoError) {
        guard secret.count == keyByteCount else { throw .malformed }
        self.init(trusted: secret)
    }

    private init(trusted secret: consuming Secret) {
        var publicKey = [UInt8](repeating: 0, count: Int(crypto_scalarmult_BYTES))
        let result = secret.withBytes { crypto_scalarmult_base(&publicKey, $0) }
        precondition(result == 0, "every private key has a public one")
        self.publicKey = publicKey
        self.secret = secret
    }

    /// The private half, to be wrapped or sealed.
    package borrowing func privateHalf() -> Secret { secret.copy() }
}

/// Messages to somebody's public key: HPKE (RFC 9180), base mode, with DHKEM(X25519, HKDF-SHA256),
/// HKDF-SHA256 and AES-256-GCM. Spec 02 §6.
///
/// Sealed bytes are the encapsulated key (32) ‖ ciphertext ‖ tag (16). Anybody can seal one: who
/// sealed it must be known from elsewhere, such as a signature over it.
package enum Envelope {
    package static let encapsulatedKeyByteCount = 32
    package static let tagByteCount = 16
    /// What sealing adds, in bytes.
    package static let overhead = encapsulatedKeyByteCount + tagByteCount

    // Browsers have these, too; they have no ChaCha20-Poly1305.
    static let suite = HPKE.Ciphersuite(
        kem: .Curve25519_HKDF_SHA256, kdf: .HKDF_SHA256, aead: .AES_GCM_256)

    /// Throws `.malformed` for a public key of a wrong size or of small order.
    package static func seal(
        _ plaintext: UnsafeRawBufferPointer, to publicKey: [UInt8], info: [UInt8],
        associated: [UInt8]
    ) throws(CryptoError) -> [UInt8] {
        var sealer = try EnvelopeSealer(to: publicKey, info: info)
        return try sealer.encapsulatedKey + sealer.seal(plaintext, associated: associated)
    }

    package static func seal(
        _ secret: borrowing Secret, to publicKey: [UInt8], info: [UInt8], associated: [UInt8]
    ) throws(CryptoError) -> [UInt8] {
        try secret.withUnsafeBytes { (bytes) throws(CryptoError) in
            try seal(bytes, to: publicKey, info: info, associated: associated)
        }
    }

    /// Opens into guarded memory; what swift-crypto holds in between is wiped. Throws `.truncated`
    /// below 48 bytes, else `.authenticationFailed`.
    package static func open(
        _ sealed: [UInt8], with key: borrowing ReceivingKey, info: [UInt8], associated: [UInt8]
    ) throws(CryptoError) -> Secret {
        guard sealed.count >= overhead else { throw .truncated }
        var opener = try EnvelopeOpener(
            Array(sealed[..<encapsulatedKeyByteCount]), with: key, info: info)
        return try opener.open(sealed[encapsulatedKeyByteCount...], associated: associated)
    }

    /// Whether the two agree on more than zeros. RFC 9180 §7.1.4 wants this checked; swift-crypto
    /// 4.5.2 seals to a public key of zeros, and what it seals anybody opens.
    fileprivate static func hasLargeOrder(_ publicKey: [UInt8], against secret: borrowing Secret)
        -> Bool
    {
        guard publicKey.count == Int(crypto_scalarmult_BYTES) else { return false }
        var result: Int32 = -1
        _ = Secret(count: Int(crypto_scalarmult_BYTES)) { shared in
            result = secret.withBytes {
                crypto_scalarmult(
                    shared.baseAddress!.assumingMemoryBound(to: UInt8.self), $0, publicKey)
            }
        }
        return result == 0
    }
}

/// Seals one message after another to the same public key, under one encapsulated key.
package struct EnvelopeSealer {
    private var sender: HPKE.Sender

    /// 32 bytes, which the receiver needs beside the messages.
    package var encapsulatedKey: [UInt8] { Array(sender.encapsulatedKey) }

    /// Throws `.malformed` for a public key of a wrong size or of small order.
    package init(to publicKey: [UInt8], info: [UInt8]) throws(CryptoError) {
        guard Envelope.hasLargeOrder(publicKey, against: Secret(randomCount: keyByteCount)) else {
            throw .malformed
        }
        do {
            sender = try HPKE.Sender(
                recipientKey: Curve25519.KeyAgreement.PublicKey(rawRepresentation: publicKey),
                ciphersuite: Envelope.suite, info: Data(info))
        } catch {
            throw .malformed
        }
    }

    /// The next message: ciphertext ‖ tag, 16 bytes more than the plaintext.
    package mutating func seal(
        _ plaintext: UnsafeRawBufferPointer, associated: [UInt8]
    ) throws(CryptoError) -> [UInt8] {
        do {
            return Array(try sender.seal(plaintext, authenticating: associated))
        } catch {
            throw .malformed
        }
    }
}

/// Opens what one sealer sealed, in the same order.
package struct EnvelopeOpener {
    private var recipient: HPKE.Recipient

    /// Throws `.authenticationFailed` for an encapsulated key that nobody made.
    package init(
        _ encapsulatedKey: [UInt8], with key: borrowing ReceivingKey, info: [UInt8]
    ) throws(CryptoError) {
        guard Envelope.hasLargeOrder(encapsulatedKey, against: key.secret) else {
            throw .authenticationFailed
        }
        do {
            let privateKey = try key.secret.withUnsafeBytes { bytes in
                try Curve25519.KeyAgreement.PrivateKey(rawRepresentation: bytes)
            }
            recipient = try HPKE.Recipient(
                privateKey: privateKey, ciphersuite: Envelope.suite, info: Data(info),
                encapsulatedKey: Data(encapsulatedKey))
        } catch {
            throw .authenticationFailed
        }
    }

    /// The next message, into guarded memory; what swift-crypto holds in between is wiped. Throws
    /// `.authenticationFailed`.
    package mutating func open(
        _ sealed: ArraySlice<UInt8>, associated: [UInt8]
    ) throws(CryptoError) -> Secret {
        var plaintext: Data
        do {
            plaintext = try recipient.open(sealed, authenticating: associated)
        } catch {
            throw .authenticationFailed
        }
        let secret = Secret(count: plaintext.count) { secret in
            plaintext.copyBytes(to: secret)
        }
        plaintext.resetBytes(in: plaintext.startIndex..<plaintext.endIndex)
        return secret
    }
}

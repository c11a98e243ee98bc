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

/// Messages to somebody's public key: HPKE (RFC 9180), base mode, one message each, with
/// DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and ChaCha20Poly1305.
///
/// Sealed bytes are the encapsulated key (32) ‖ ciphertext ‖ tag (16). Anybody can seal one: who
/// sealed it must be known from elsewhere, such as a signature over it.
package enum Envelope {
    package static let encapsulatedKeyByteCount = 32
    /// What sealing adds, in bytes.
    package static let overhead = encapsulatedKeyByteCount + 16

    private static let suite = HPKE.Ciphersuite.Curve25519_SHA256_ChachaPoly

    /// Throws `.malformed` for a public key of a wrong size or of small order.
    package static func seal(
        _ plaintext: UnsafeRawBufferPointer, to publicKey: [UInt8], info: [UInt8],
        associated: [UInt8]
    ) throws(CryptoError) -> [UInt8] {
        guard hasLargeOrder(publicKey, against: Secret(randomCount: keyByteCount)) else {
            throw .malformed
        }
        do {
            var sender = try HPKE.Sender(
                recipientKey: Curve25519.KeyAgreement.PublicKey(rawRepresentation: publicKey),
                ciphersuite: suite, info: Data(info))
            let ciphertext = try sender.seal(plaintext, authenticating: associated)
            return Array(sender.encapsulatedKey) + Array(ciphertext)
        } catch {
            throw .malformed
        }
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
        let encapsulatedKey = Array(sealed[..<encapsulatedKeyByteCount])
        guard hasLargeOrder(encapsulatedKey, against: key.secret) else {
            throw .authenticationFailed
        }
        let plaintext: Data?
        do {
            let privateKey = try key.secret.withUnsafeBytes { bytes in
                try Curve25519.KeyAgreement.PrivateKey(rawRepresentation: bytes)
            }
            var recipient = try HPKE.Recipient(
                privateKey: privateKey, ciphersuite: suite, info: Data(info),
                encapsulatedKey: Data(encapsulatedKey))
            plaintext = try recipient.open(
                sealed[encapsulatedKeyByteCount...], authenticating: associated)
        } catch {
            throw .authenticationFailed
        }
        guard var plaintext else { throw .authenticationFailed }
        let secret = Secret(count: plaintext.count) { secret in
            plaintext.copyBytes(to: secret)
        }
        plaintext.resetBytes(in: plaintext.startIndex..<plaintext.endIndex)
        return secret
    }

    /// Whether the two agree on more than zeros. RFC 9180 §7.1.4 wants this checked; swift-crypto
    /// 4.5.2 seals to a public key of zeros, and what it seals anybody opens.
    private static func hasLargeOrder(_ publicKey: [UInt8], against secret: borrowing Secret)
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

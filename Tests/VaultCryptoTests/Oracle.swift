import Crypto

// swift-crypto as the second opinion. It stands apart from the tests because both modules have a
// Digest and an HKDF.

func oracleSHA256(_ bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes)) }

func oracleSHA512(_ bytes: [UInt8]) -> [UInt8] { Array(SHA512.hash(data: bytes)) }

/// HKDF-Extract with SHA-512, by its definition.
func oracleExtractSHA512(_ ikm: [UInt8], salt: [UInt8]) -> [UInt8] {
    Array(HMAC<SHA512>.authenticationCode(for: ikm, using: SymmetricKey(data: salt)))
}

/// The same format by swift-crypto, written for these tests from the specification.
struct Oracle {
    let key: SymmetricKey
    let nonce, commitment: [UInt8]

    init(key: [UInt8], salt: [UInt8], context: [UInt8]) {
        let label = Array("c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM".utf8) + [0]
        let derived = HKDF<SHA512>.expand(
            pseudoRandomKey: SymmetricKey(data: key), info: label + salt + context,
            outputByteCount: 76
        ).withUnsafeBytes { Array($0) }
        self.key = SymmetricKey(data: derived[..<32])
        nonce = Array(derived[32..<44])
        commitment = Array(derived[44...])
    }

    func nonce(_ number: Int) throws -> AES.GCM.Nonce {
        var nonce = nonce
        for index in 0..<8 { nonce[11 - index] ^= UInt8(truncatingIfNeeded: number >> (8 * index)) }
        return try AES.GCM.Nonce(data: nonce)
    }

    func open(_ chunk: [UInt8], number: Int) throws -> [UInt8] {
        let box = try AES.GCM.SealedBox(
            nonce: nonce(number), ciphertext: chunk.dropLast(16), tag: chunk.suffix(16))
        return Array(try AES.GCM.open(box, using: key))
    }

    func seal(_ plaintext: [UInt8], number: Int) throws -> [UInt8] {
        let box = try AES.GCM.seal(plaintext, using: key, nonce: nonce(number))
        return Array(box.ciphertext) + Array(box.tag)
    }
}

/// RFC 9180 base mode, written for these tests from its text: DHKEM(X25519, HKDF-SHA256),
/// HKDF-SHA256, AES-256-GCM.
enum HPKEOracle {
    /// Seals with an ephemeral key of its own.
    static func seal(_ plaintext: [UInt8], to publicKey: [UInt8], info: [UInt8]) throws -> [UInt8] {
        let ephemeral = Curve25519.KeyAgreement.PrivateKey()
        let shared = try ephemeral.sharedSecretFromKeyAgreement(
            with: .init(rawRepresentation: publicKey))
        return try seal(
            plaintext, agreed: shared.withUnsafeBytes { Array($0) },
            encapsulated: Array(ephemeral.publicKey.rawRepresentation), to: publicKey, info: info)
    }

    static func seal(
        _ plaintext: [UInt8], agreed: [UInt8], encapsulated: [UInt8], to publicKey: [UInt8],
        info: [UInt8]
    ) throws -> [UInt8] {
        let kem = Array("KEM".utf8) + [0, 0x20]
        let suite = Array("HPKE".utf8) + [0, 0x20, 0, 1, 0, 2]
        let agreement = extract(kem, salt: [], "eae_prk", agreed)
        let shared = expand(kem, agreement, "shared_secret", encapsulated + publicKey, 32)
        let context =
            [0] + extract(suite, salt: [], "psk_id_hash", [])
            + extract(suite, salt: [], "info_hash", info)
        let secret = extract(suite, salt: shared, "secret", [])
        let key = expand(suite, secret, "key", context, 32)
        let nonce = expand(suite, secret, "base_nonce", context, 12)
        let box = try AES.GCM.seal(
            plaintext, using: SymmetricKey(data: key), nonce: AES.GCM.Nonce(data: nonce))
        return encapsulated + Array(box.ciphertext) + Array(box.tag)
    }

    private static func extract(
        _ suite: [UInt8], salt: [UInt8], _ label: String, _ ikm: [UInt8]
    ) -> [UInt8] {
        Array(
            HMAC<SHA256>.authenticationCode(
                for: Array("HPKE-v1".utf8) + suite + Array(label.utf8) + ikm,
                using: SymmetricKey(data: salt)))
    }

    private static func expand(
        _ suite: [UInt8], _ prk: [UInt8], _ label: String, _ info: [UInt8], _ count: Int
    ) -> [UInt8] {
        HKDF<SHA256>.expand(
            pseudoRandomKey: SymmetricKey(data: prk),
            info: [0, UInt8(count)] + Array("HPKE-v1".utf8) + suite + Array(label.utf8) + info,
            outputByteCount: count
        ).withUnsafeBytes { Array($0) }
    }
}

import Crypto
import FoundationEssentials
import VaultCrypto
import VaultFormat

/// Seals with nonces, salts and keys that are given, which the rooms never do: they draw them.
///
/// Put together from swift-crypto and the specification, apart from VaultCrypto's sealing, so that
/// what VaultCrypto opens here it did not also make. Only derivation, Argon2id and tags, which draw
/// nothing, are VaultCrypto's own; the Python reader computes those a second time.
enum Compose {
    /// Bytes that are the same on every run and have nothing to do with other names' bytes.
    static func bytes(_ name: String, _ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        var block: UInt8 = 0
        while bytes.count < count {
            bytes += Digest(hashing: Array("lighttight vector \(name) \(block)".utf8)).bytes
            block &+= 1
        }
        return Array(bytes[..<count])
    }

    /// Box of Spec 01 §2: XChaCha20-Poly1305 as ChaCha20-Poly1305 under a key that HChaCha20 makes.
    static func box(
        _ plaintext: [UInt8], key: [UInt8], nonce: String, associated: [UInt8]
    ) throws -> [UInt8] {
        let nonce = bytes("nonce \(nonce)", 24)
        let box = try ChaChaPoly.seal(
            plaintext, using: SymmetricKey(data: hchacha20(key, nonce)),
            nonce: ChaChaPoly.Nonce(data: [0, 0, 0, 0] + nonce[16...]), authenticating: associated)
        return nonce + Array(box.ciphertext) + Array(box.tag)
    }

    /// An object of Spec 03 §2.
    static func object(
        _ plaintext: [UInt8], key: [UInt8], salt: [UInt8], context: [UInt8]
    ) throws -> [UInt8] {
        let info =
            Array("c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM".utf8) + [0] + salt + context
        let derived = Crypto.HKDF<SHA512>.expand(
            pseudoRandomKey: key, info: info, outputByteCount: 32 + 12 + 32
        ).withUnsafeBytes { Array($0) }
        var object = salt + derived[44...]
        let aes = SymmetricKey(data: derived[..<32])
        for chunk in 0...plaintext.count / 16384 {
            var nonce = Array(derived[32..<44])
            for (index, byte) in withUnsafeBytes(of: UInt64(chunk).bigEndian, Array.init)
                .enumerated()
            {
                nonce[4 + index] ^= byte
            }
            let end = min(plaintext.count, (chunk + 1) * 16384)
            let box = try AES.GCM.seal(
                plaintext[chunk * 16384..<end], using: aes, nonce: AES.GCM.Nonce(data: nonce))
            object += Array(box.ciphertext) + Array(box.tag)
        }
        return object
    }

    /// A bundle of Spec 02 §6: HPKE in base mode with an ephemeral key that is given.
    static func envelope(
        _ plaintext: [UInt8], to receiver: [UInt8], ephemeral: [UInt8], info: [UInt8],
        associated: [UInt8]
    ) throws -> [UInt8] {
        let context = try envelope(to: receiver, ephemeral: ephemeral, info: info)
        return try context.encapsulated + context.seal(plaintext, 0, associated)
    }

    /// An HPKE context: seals messages by their numbers.
    struct EnvelopeContext {
        let encapsulated: [UInt8]
        fileprivate let key: SymmetricKey
        fileprivate let nonce: [UInt8]

        func seal(
            _ plaintext: [UInt8], _ number: UInt8, _ associated: [UInt8]
        ) throws -> [UInt8] {
            var nonce = nonce
            nonce[11] ^= number
            let box = try AES.GCM.seal(
                plaintext, using: key, nonce: AES.GCM.Nonce(data: nonce),
                authenticating: associated)
            return Array(box.ciphertext) + Array(box.tag)
        }
    }

    static func envelope(
        to receiver: [UInt8], ephemeral: [UInt8], info: [UInt8]
    ) throws -> EnvelopeContext {
        let kem = Array("KEM".utf8) + [0, 0x20]
        let suite = Array("HPKE".utf8) + [0, 0x20, 0, 1, 0, 2]
        func extract(_ suite: [UInt8], _ salt: [UInt8], _ label: String, _ key: [UInt8]) -> [UInt8]
        {
            Array(
                Crypto.HMAC<SHA256>.authenticationCode(
                    for: Array("HPKE-v1".utf8) + suite + label.utf8 + key,
                    using: SymmetricKey(data: salt)))
        }
        func expand(
            _ suite: [UInt8], _ key: [UInt8], _ label: String, _ info: [UInt8], _ count: Int
        ) -> [UInt8] {
            Crypto.HKDF<SHA256>.expand(
                pseudoRandomKey: key,
                info: [0, UInt8(count)] + Array("HPKE-v1".utf8) + suite + label.utf8 + info,
                outputByteCount: count
            ).withUnsafeBytes { Array($0) }
        }
        let pair = try Curve25519.KeyAgreement.PrivateKey(rawRepresentation: ephemeral)
        let encapsulated = Array(pair.publicKey.rawRepresentation)
        let agreed = try pair.sharedSecretFromKeyAgreement(
            with: .init(rawRepresentation: receiver)
        ).withUnsafeBytes { Array($0) }
        let shared = expand(
            kem, extract(kem, [], "eae_prk", agreed), "shared_secret", encapsulated + receiver, 32)
        let context =
            [0] + extract(suite, [], "psk_id_hash", []) + extract(suite, [], "info_hash", info)
        let secret = extract(suite, shared, "secret", [])
        return EnvelopeContext(
            encapsulated: encapsulated,
            key: SymmetricKey(data: expand(suite, secret, "key", context, 32)),
            nonce: expand(suite, secret, "base_nonce", context, 12))
    }

    /// The public half of an X25519 key.
    static func receiving(_ key: [UInt8]) throws -> [UInt8] {
        Array(
            try Curve25519.KeyAgreement.PrivateKey(rawRepresentation: key).publicKey
                .rawRepresentation)
    }

    /// The public half of an Ed25519 seed.
    static func verifying(_ seed: [UInt8]) throws -> [UInt8] {
        Array(
            try Curve25519.Signing.PrivateKey(rawRepresentation: seed).publicKey.rawRepresentation)
    }

    static func secret(_ bytes: [UInt8]) -> Secret {
        Secret(count: bytes.count) { $0.copyBytes(from: bytes) }
    }

    static func sign(_ message: [UInt8], seed: [UInt8]) throws -> [UInt8] {
        try SigningKey(seed: secret(seed)).sign(message)
    }

    /// HChaCha20: 16 bytes of nonce and a key make another key.
    private static func hchacha20(_ key: [UInt8], _ nonce: [UInt8]) -> [UInt8] {
        func word(_ bytes: [UInt8], _ index: Int) -> UInt32 {
            (0..<4).reduce(0) { $0 | UInt32(bytes[index * 4 + $1]) << UInt32(8 * $1) }
        }
        var state: [UInt32] =
            [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574]
            + (0..<8).map { word(key, $0) } + (0..<4).map { word(nonce, $0) }
        func turn(_ a: Int, _ b: Int, _ c: Int, _ d: Int) {
            for (x, y, z, bits) in [(a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)] {
                state[x] &+= state[y]
                let mixed = state[z] ^ state[x]
                state[z] = mixed << UInt32(bits) | mixed >> UInt32(32 - bits)
            }
        }
        for _ in 0..<10 {
            for index in 0..<4 { turn(index, 4 + index, 8 + index, 12 + index) }
            for index in 0..<4 {
                turn(index, 4 + (index + 1) % 4, 8 + (index + 2) % 4, 12 + (index + 3) % 4)
            }
        }
        return (state[..<4] + state[12...]).flatMap { word in
            (0..<4).map { UInt8(truncatingIfNeeded: word >> UInt32(8 * $0)) }
        }
    }
}

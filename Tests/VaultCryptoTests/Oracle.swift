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

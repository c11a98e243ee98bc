import COpenSSL

/// PBKDF2 with HMAC-SHA-256 (RFC 8018): for passwords that a browser must stretch too, where Argon2id is not
/// to be had.
package enum PBKDF2 {
    /// 32 bytes. The time goes with the rounds: 600,000 take some 0.2 s. Throws `.malformed` for no rounds
    /// or more than 2³¹ − 1, or `.outOfMemory`.
    ///
    /// Nothing from outside is bounded here: who reads rounds out of a file judges them first.
    package static func sha256(
        _ password: borrowing Secret, salt: [UInt8], rounds: Int
    ) throws(CryptoError) -> Secret {
        guard let rounds = Int32(exactly: rounds), rounds > 0 else { throw .malformed }
        return try Secret(count: keyByteCount) { (out) throws(CryptoError) in
            let result = password.withUnsafeBytes { password in
                lt_pbkdf2_sha256(
                    out.baseAddress!.assumingMemoryBound(to: UInt8.self), out.count,
                    password.baseAddress!, password.count, salt, salt.count, rounds)
            }
            guard result == 0 else { throw .outOfMemory }
        }
    }
}

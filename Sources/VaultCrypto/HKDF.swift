import COpenSSL

/// HKDF (RFC 5869) into guarded memory.
package enum HKDF {
    /// Extract and expand with SHA-256. Throws `.outOfMemory`.
    /// - Precondition: `count` is 1...8160.
    package static func sha256(
        _ secret: borrowing Secret, salt: [UInt8], info: [UInt8], count: Int
    ) throws(CryptoError) -> Secret {
        precondition((1...255 * 32).contains(count), "HKDF-SHA-256 makes 1 to 8160 bytes")
        return try Secret(count: count) { (out) throws(CryptoError) in
            let result = secret.withUnsafeBytes { secret in
                lt_hkdf_sha256(
                    out.baseAddress!.assumingMemoryBound(to: UInt8.self), out.count,
                    secret.baseAddress, secret.count, salt, salt.count, info, info.count)
            }
            guard result == 0 else { throw .outOfMemory }
        }
    }

    /// Expand only, with SHA-512, from a key that is uniformly random. Throws `.outOfMemory`.
    /// - Precondition: `count` is 1...16320, and the key has 128 bytes at most.
    package static func expandSHA512(
        _ secret: borrowing Secret, info: [UInt8], count: Int
    ) throws(CryptoError) -> Secret {
        precondition((1...255 * 64).contains(count), "HKDF-SHA-512 makes 1 to 16320 bytes")
        precondition(secret.count <= 128, "a pseudorandom key of one block at most")
        return try Secret(count: count) { (out) throws(CryptoError) in
            let result = secret.withUnsafeBytes { secret in
                lt_hkdf_expand_sha512(
                    out.baseAddress!.assumingMemoryBound(to: UInt8.self), out.count,
                    secret.baseAddress!, secret.count, info, info.count)
            }
            guard result == 0 else { throw .outOfMemory }
        }
    }
}

import CSodium

/// HMAC-SHA-256 (RFC 2104), for what a browser must make, too; elsewhere keyed BLAKE2b does this.
package enum HMAC {
    package static let byteCount = 32

    /// - Parameter key: of any length; one that is shared out is no key of the vault's.
    package static func sha256(_ message: [UInt8], under key: [UInt8]) -> [UInt8] {
        var state = crypto_auth_hmacsha256_state()
        var code = [UInt8](repeating: 0, count: byteCount)
        // None of the three fails.
        crypto_auth_hmacsha256_init(&state, key, key.count)
        crypto_auth_hmacsha256_update(&state, message, UInt64(message.count))
        crypto_auth_hmacsha256_final(&state, &code)
        return code
    }

    /// Whether a code is a message's, compared in constant time.
    package static func verify(_ code: [UInt8], of message: [UInt8], under key: [UInt8]) -> Bool {
        code.count == byteCount && sodium_memcmp(code, sha256(message, under: key), byteCount) == 0
    }
}

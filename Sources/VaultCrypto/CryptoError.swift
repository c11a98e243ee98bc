/// Why a cryptographic step was refused. None of them carries a secret or any plaintext.
package enum CryptoError: Error, Hashable, Sendable {
    /// The tag or signature does not fit: another key, another associated data, or changed bytes.
    case authenticationFailed
    /// The key commitment differs: this is not the key (or context, or passphrase) it was made
    /// with. Nothing was opened.
    case wrongKey
    /// The bytes end before they may, or at a place where no whole message ends.
    case truncated
    /// The bytes cannot be what they are said to be: a wrong length, a point off the curve.
    case malformed
    /// A cost outside of what this program spends; refused before any memory was taken.
    case costOutOfBounds
    /// The passphrase hash needs this much memory and the system does not give it.
    case memoryUnavailable(byteCount: Int)
    /// A C library could not go on, which in practice is for want of memory.
    case outOfMemory
}

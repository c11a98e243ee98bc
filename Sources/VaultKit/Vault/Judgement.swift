import VaultCrypto
import VaultKeys

/// How hard a passphrase is to guess, for rooms that import the façade alone.
package struct Judgement: Sendable, Hashable {
    /// Estimated entropy in bits.
    package let bits: Double
    /// Why it is weak, in a few words; `nil` when it is not.
    package let reason: String?

    init(_ passphrase: borrowing Secret) {
        let judged = VaultKeys.Judgement(passphrase)
        bits = judged.bits
        reason = judged.reason
    }
}

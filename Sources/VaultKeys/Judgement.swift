import CZxcvbn
package import VaultCrypto

/// How hard a passphrase is to guess, by zxcvbn (Wheeler 2016): dictionaries, names, dates, keyboard
/// walks and repeats are told from chance.
package struct Judgement: Sendable, Hashable {
    /// Fewer bits are weak: with Argon2id at its standard cost, 2⁴⁴ guesses keep a thousand machines
    /// busy for some five centuries.
    package static let minimumBits = 45.0
    package static let minimumByteCount = 8

    /// Estimated entropy in bits.
    package var bits: Double
    /// Why it is weak, in a few words; `nil` when it is not.
    package var reason: String?

    package init(_ passphrase: borrowing Secret) {
        let (bits, count) = passphrase.withUnsafeBytes { bytes in
            (
                lt_zxcvbn_bits(
                    bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count),
                bytes.count
            )
        }
        self.bits = max(bits, 0)
        reason =
            if bits < 0 {
                "it could not be judged for want of memory"
            } else if count < Self.minimumByteCount {
                "it is shorter than \(Self.minimumByteCount) characters"
            } else if bits < Self.minimumBits {
                "it would be guessed in about 2^\(Int(bits.rounded())) tries"
            } else {
                nil
            }
    }
}

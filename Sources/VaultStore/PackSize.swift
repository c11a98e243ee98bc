import VaultCrypto
import VaultFormat

/// How much goes into one pack. Spec 03 §4 and §5.
package enum PackSize {
    /// A pack that holds this many bytes of objects, 32 MiB, is full.
    package static let full: UInt64 = 32 << 20
    /// An object of this many bytes, 16 MiB, is a pack of its own.
    package static let large: UInt64 = 16 << 20

    /// Whether a picture of `byteCount` bytes makes an object that is a pack of its own.
    package static func isLarge(_ byteCount: UInt64) -> Bool {
        guard let count = Int(exactly: byteCount) else { return true }
        do throws(CryptoError) {
            return UInt64(try ObjectSize.sealed(ofPlaintext: count)) >= large
        } catch {
            // Beyond every object; whoever seals it will say so.
            return true
        }
    }

    /// Whether a conforming writer can have written a pack of this size.
    package static func isPadded(_ byteCount: UInt64) -> Bool {
        byteCount >= 72 && Padme.paddedSize(of: byteCount) == byteCount
    }
}

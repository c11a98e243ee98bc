import VaultCrypto
import VaultFormat

/// A CBOR map {1: key, 2: key, …} of 32-byte keys in guarded memory: the plaintext of a private half
/// and of a bundle. Spec 02 §5, §6.
///
/// It has one shape only, so it is written and checked as fixed bytes around the keys, and no general
/// parser ever holds a secret.
struct KeyMap: ~Copyable {
    let encoded: Secret
    private let count: Int

    private static func byteCount(_ count: Int) -> Int { 1 + count * (3 + keyByteCount) }

    /// Writes `count` keys that `fill` copies into place one by one.
    init(count: Int, _ fill: (_ index: Int, _ place: UnsafeMutableRawBufferPointer) -> Void) {
        self.count = count
        encoded = Secret(count: Self.byteCount(count)) { buffer in
            buffer[0] = 0xA0 | UInt8(count)
            for index in 0..<count {
                let start = 1 + index * (3 + keyByteCount)
                buffer[start] = UInt8(index + 1)
                buffer[start + 1] = 0x58
                buffer[start + 2] = UInt8(keyByteCount)
                fill(
                    index,
                    UnsafeMutableRawBufferPointer(
                        rebasing: buffer[(start + 3)..<(start + 3 + keyByteCount)]))
            }
        }
    }

    /// Takes an opened map of exactly `count` keys.
    init(_ encoded: consuming Secret, count: Int) throws(FormatError) {
        let fits = encoded.withUnsafeBytes { bytes in
            guard bytes.count == Self.byteCount(count), bytes[0] == 0xA0 | UInt8(count) else {
                return false
            }
            return (0..<count).allSatisfy { index in
                let start = 1 + index * (3 + keyByteCount)
                return bytes[start] == UInt8(index + 1) && bytes[start + 1] == 0x58
                    && bytes[start + 2] == UInt8(keyByteCount)
            }
        }
        guard fits else { throw .unexpected("sealed keys of another shape") }
        self.count = count
        self.encoded = encoded
    }

    /// A copy of key `index`, from 0.
    borrowing func key(_ index: Int) -> Secret {
        precondition(index < count, "a map of \(count) keys has no key \(index)")
        let start = 1 + index * (3 + keyByteCount) + 3
        return encoded.withUnsafeBytes {
            Secret(copying: UnsafeRawBufferPointer(rebasing: $0[start..<(start + keyByteCount)]))
        }
    }
}

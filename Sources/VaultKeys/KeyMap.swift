import VaultCrypto
import VaultFormat

/// A CBOR map of 32-byte keys under small numbers in guarded memory, {1: key, 2: key, …}: the plaintext of
/// a private half and of a bundle. Spec 02 §5, §6, §10.
///
/// Who reads one knows the numbers that it must have. So it is written and checked as fixed bytes
/// around the keys, and no general parser ever holds a secret.
struct KeyMap: ~Copyable {
    let encoded: Secret
    /// Ascending, at most 23.
    private let numbers: [UInt8]

    static func byteCount(_ count: Int) -> Int { 1 + count * entryByteCount }
    private static let entryByteCount = 3 + keyByteCount

    /// Writes the keys that `fill` copies into place one by one.
    init(
        _ numbers: [UInt8],
        _ fill: (_ number: UInt8, _ place: UnsafeMutableRawBufferPointer) -> Void
    ) {
        precondition(
            zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 } && numbers.count < 24,
            "the numbers of a key map ascend, and fit a byte each")
        self.numbers = numbers
        encoded = Secret(count: Self.byteCount(numbers.count)) { buffer in
            buffer[0] = 0xA0 | UInt8(numbers.count)
            for (index, number) in numbers.enumerated() {
                let start = 1 + index * Self.entryByteCount
                buffer[start] = number
                buffer[start + 1] = 0x58
                buffer[start + 2] = UInt8(keyByteCount)
                fill(
                    number,
                    UnsafeMutableRawBufferPointer(
                        rebasing: buffer[(start + 3)..<(start + 3 + keyByteCount)]))
            }
        }
    }

    /// Takes an opened map of exactly these keys.
    init(_ encoded: consuming Secret, _ numbers: [UInt8]) throws(FormatError) {
        let fits = encoded.withUnsafeBytes { bytes in
            guard bytes.count == Self.byteCount(numbers.count),
                bytes[0] == 0xA0 | UInt8(numbers.count)
            else { return false }
            return numbers.enumerated().allSatisfy { index, number in
                let start = 1 + index * Self.entryByteCount
                return bytes[start] == number && bytes[start + 1] == 0x58
                    && bytes[start + 2] == UInt8(keyByteCount)
            }
        }
        guard fits else { throw .unexpected("sealed keys of another shape") }
        self.numbers = numbers
        self.encoded = encoded
    }

    /// A copy of the key under a number; `nil` when the map has none.
    borrowing func key(_ number: UInt8) -> Secret? {
        guard let index = numbers.firstIndex(of: number) else { return nil }
        let start = 1 + index * Self.entryByteCount + 3
        return encoded.withUnsafeBytes {
            Secret(copying: UnsafeRawBufferPointer(rebasing: $0[start..<(start + keyByteCount)]))
        }
    }

    borrowing func copy() -> KeyMap { KeyMap(trusted: encoded.copy(), numbers) }

    private init(trusted encoded: consuming Secret, _ numbers: [UInt8]) {
        self.encoded = encoded
        self.numbers = numbers
    }
}

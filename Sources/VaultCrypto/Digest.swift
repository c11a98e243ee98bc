import COpenSSL

/// A SHA-256, 32 bytes, kept in line. Digests are ordered as their bytes are.
package struct Digest: Hashable, Comparable, Sendable {
    package static let byteCount = 32

    // The bytes as they lie in memory; four words because a tuple of bytes is not Hashable.
    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    /// Lets `fill` write the 32 bytes.
    init(filling fill: (UnsafeMutablePointer<UInt8>) -> Void) {
        withUnsafeMutableBytes(of: &words) { bytes in
            fill(bytes.baseAddress!.assumingMemoryBound(to: UInt8.self))
        }
    }

    /// Takes 32 bytes; any other size is `.malformed`.
    package init(_ bytes: UnsafeRawBufferPointer) throws(CryptoError) {
        guard bytes.count == Self.byteCount else { throw .malformed }
        withUnsafeMutableBytes(of: &words) { $0.copyMemory(from: bytes) }
    }

    package init(_ bytes: [UInt8]) throws(CryptoError) {
        guard bytes.count == Self.byteCount else { throw .malformed }
        withUnsafeMutableBytes(of: &words) { $0.copyBytes(from: bytes) }
    }

    /// Hashes bytes in one go.
    package init(hashing bytes: UnsafeRawBufferPointer) {
        var hasher = SHA256Hasher()
        hasher.update(bytes)
        self = hasher.finalize()
    }

    package init(hashing bytes: [UInt8]) {
        self = bytes.withUnsafeBytes { Digest(hashing: $0) }
    }

    /// Reads 64 lower-case hexadecimal digits, the one way a digest is written; anything else is
    /// `.malformed`.
    package init(hex: some StringProtocol) throws(CryptoError) {
        let digits = Array(hex.utf8)
        guard digits.count == 2 * Self.byteCount else { throw .malformed }
        var bytes: [UInt8] = []
        for index in 0..<Self.byteCount {
            guard let high = Self.value(ofDigit: digits[2 * index]),
                let low = Self.value(ofDigit: digits[2 * index + 1])
            else { throw .malformed }
            bytes.append(high << 4 | low)
        }
        try self.init(bytes)
    }

    package var bytes: [UInt8] {
        withUnsafeBytes { Array($0) }
    }

    /// 64 lower-case hexadecimal digits.
    package var hex: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(unsafeUninitializedCapacity: 2 * Self.byteCount) { text in
            for (index, byte) in bytes.enumerated() {
                text[2 * index] = digits[Int(byte >> 4)]
                text[2 * index + 1] = digits[Int(byte & 15)]
            }
            return 2 * Self.byteCount
        }
    }

    package func withUnsafeBytes<R: ~Copyable, E: Error>(
        _ body: (UnsafeRawBufferPointer) throws(E) -> R
    ) throws(E) -> R {
        try Swift.withUnsafeBytes(of: words, body)
    }

    package static func == (left: Digest, right: Digest) -> Bool {
        left.words == right.words
    }

    package static func < (left: Digest, right: Digest) -> Bool {
        left.inOrder < right.inOrder
    }

    package func hash(into hasher: inout Hasher) {
        withUnsafeBytes { hasher.combine(bytes: $0) }
    }

    private var inOrder: (UInt64, UInt64, UInt64, UInt64) {
        (words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian)
    }

    private static func value(ofDigit digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}

/// A fixed number of bytes that names something: printed as lower-case hex, compared as bytes.
///
/// Stored inline, so that a scan of half a million of them allocates nothing. Spec 01 §3.
package protocol Identifier: Hashable, Sendable, Comparable, CustomStringConvertible {
    associatedtype Words: SIMD<UInt8> & Hashable & Sendable
    var words: Words { get }
    init(words: Words)
}

extension Identifier {
    package static var byteCount: Int { Words.scalarCount }

    /// Takes exactly `byteCount` bytes.
    package init(bytes: some Collection<UInt8>) throws(FormatError) {
        guard bytes.count == Self.byteCount else {
            throw .wrongLength(expected: Self.byteCount, actual: bytes.count)
        }
        var words = Words()
        // Not lane by lane: a scan makes a million of them, and no generic code here is specialised.
        withUnsafeMutableBytes(of: &words) { $0.copyBytes(from: bytes) }
        self.init(words: words)
    }

    /// Copies from a place that has room for it. Nothing is allocated or checked: for loops over items
    /// whose whole size was checked.
    package init(at offset: Int, in bytes: UnsafeRawBufferPointer) {
        self.init(words: bytes.loadUnaligned(fromByteOffset: offset, as: Words.self))
    }

    /// Takes exactly twice `byteCount` lower-case hexadecimal digits.
    package init(hex: String) throws(FormatError) {
        try self.init(bytes: Hex.decode(hex))
    }

    package var bytes: [UInt8] { withUnsafeBytes(of: words) { Array($0) } }
    package var hex: String { Hex.encode(bytes) }
    package var description: String { hex }

    package static func < (left: Self, right: Self) -> Bool {
        for index in left.words.indices where left.words[index] != right.words[index] {
            return left.words[index] < right.words[index]
        }
        return false
    }
}

/// Names one vault for life; a copy made by `backup` keeps it. 16 random bytes.
package struct VaultID: Identifier {
    package let words: SIMD16<UInt8>
    package init(words: SIMD16<UInt8>) { self.words = words }
}

/// Names one record, so one picture. 16 random bytes, never used again after destruction.
package struct RecordID: Identifier {
    package let words: SIMD16<UInt8>
    package init(words: SIMD16<UInt8>) { self.words = words }
}

/// Names one way to open the vault. 16 random bytes.
package struct SlotID: Identifier {
    package let words: SIMD16<UInt8>
    package init(words: SIMD16<UInt8>) { self.words = words }
}

/// Names one copy of the vault that `backup` made. 16 random bytes.
package struct CopyID: Identifier {
    package let words: SIMD16<UInt8>
    package init(words: SIMD16<UInt8>) { self.words = words }
}

/// Names one deposit. 16 random bytes. Spec 08 §1.
package struct DepositID: Identifier {
    package let words: SIMD16<UInt8>
    package init(words: SIMD16<UInt8>) { self.words = words }
}

/// Names one card among those of its kind. 16 bytes. Spec 04 §13.
package struct CardID: Identifier {
    package let words: SIMD16<UInt8>
    package init(words: SIMD16<UInt8>) { self.words = words }
}

/// Names a pack: the SHA-256 of all its bytes, padding included. Spec 03 §4.
package struct PackName: Identifier {
    package let words: SIMD32<UInt8>
    package init(words: SIMD32<UInt8>) { self.words = words }
}

/// The SHA-256 of a picture's bytes.
package struct ContentDigest: Identifier {
    package let words: SIMD32<UInt8>
    package init(words: SIMD32<UInt8>) { self.words = words }
}

/// A SHA-256 that the audit log holds: of a row's state, a table, a tree. Spec 07.
package struct LogHash: Identifier {
    package let words: SIMD32<UInt8>
    package init(words: SIMD32<UInt8>) { self.words = words }
}

/// The tag of a content that was purged. Spec 04 §5.
package struct ErasureTag: Identifier {
    package let words: SIMD16<UInt8>
    package init(words: SIMD16<UInt8>) { self.words = words }
}

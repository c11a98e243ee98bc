import VaultCrypto
package import VaultFormat

/// What can be said about packs without any key. Spec 03 §4.
package enum PackCheck {
    /// The name that a pack's bytes come to: equal to the pack's own, or the pack is damaged.
    ///
    /// `progress` is told of each piece's size in bytes, and may stop it by throwing.
    package static func hash(
        _ reader: any PackReader, progress: (Int) throws(StoreError) -> Void = { _ in }
    ) throws(StoreError) -> PackName {
        reader.expectSequentialReading()
        var hasher = SHA256Hasher()
        // Small enough to be hashed while in the second-level cache.
        let buffer = PageBuffer(byteCount: 256 << 10)
        var offset: UInt64 = 0
        while true {
            let count = try reader.read(at: offset, into: buffer.bytes)
            hasher.update(UnsafeRawBufferPointer(buffer[0..<count]))
            offset += UInt64(count)
            try progress(count)
            if count < buffer.count { break }
        }
        return PackName(hasher.finalize())
    }

    /// Throws `.damaged` when a pack's bytes do not come to its name.
    package static func requireSound(_ reader: any PackReader) throws(StoreError) {
        if try hash(reader) != reader.name { throw .damaged(reader.name) }
    }
}

extension PackName {
    init(_ digest: Digest) {
        self = digest.withUnsafeBytes {
            PackName(words: $0.loadUnaligned(as: SIMD32<UInt8>.self))
        }
    }
}

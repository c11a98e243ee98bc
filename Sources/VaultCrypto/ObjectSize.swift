import COpenSSL

/// The sizes of C2SP chunked-encryption v1, in bytes: a header of 56, then chunks of 16 KiB, each
/// with a tag of 16. The last chunk is always short, so a plaintext of 0 or of 16 KiB ends in an
/// empty chunk of 16 bytes.
package enum ObjectSize {
    package static let saltByteCount = Int(lt_salt_length)
    package static let headerByteCount = Int(lt_header_length)
    package static let chunkByteCount = Int(lt_chunk_length)
    package static let tagByteCount = Int(lt_tag_length)
    package static let sealedChunkByteCount = Int(lt_sealed_chunk_length)
    /// 2³⁸ chunks.
    package static let maximumChunkCount = 1 << 38

    /// The size of the object that a plaintext becomes, header included. Throws `.malformed` for a
    /// negative size and from 4 PiB on.
    package static func sealed(ofPlaintext count: Int) throws(CryptoError) -> Int {
        guard count >= 0, count / chunkByteCount < maximumChunkCount else { throw .malformed }
        return headerByteCount + sealedChunks(ofPlaintext: count, isLast: true)
    }

    /// The size of the plaintext in an object of `count` bytes. Throws `.truncated` for a size at
    /// which no object ends, and `.malformed` for one too large.
    package static func plaintext(ofSealed count: Int) throws(CryptoError) -> Int {
        guard count >= headerByteCount + tagByteCount else { throw .truncated }
        let (full, rest) = (count - headerByteCount)
            .quotientAndRemainder(dividingBy: sealedChunkByteCount)
        guard rest >= tagByteCount else { throw .truncated }
        guard full < maximumChunkCount else { throw .malformed }
        return full * chunkByteCount + rest - tagByteCount
    }

    /// The size of sealed chunks without a header: what `ObjectSealer.seal` writes.
    package static func sealedChunks(ofPlaintext count: Int, isLast: Bool) -> Int {
        count + (count / chunkByteCount + (isLast ? 1 : 0)) * tagByteCount
    }
}

/// An object's size, known to be true because its final chunk was opened at the place where this
/// size puts it. Reading from the middle begins with this.
package struct ConfirmedSize: Hashable, Sendable {
    package let plaintextByteCount: Int

    fileprivate init(plaintextByteCount: Int) {
        self.plaintextByteCount = plaintextByteCount
    }

    /// The chunks to read for a range of the plaintext. Throws `.malformed` for a range that is
    /// empty or reaches beyond the end.
    package func chunks(covering range: Range<Int>) throws(CryptoError) -> ChunkSpan {
        guard !range.isEmpty, range.lowerBound >= 0, range.upperBound <= plaintextByteCount else {
            throw .malformed
        }
        let first = range.lowerBound / ObjectSize.chunkByteCount
        let last = (range.upperBound - 1) / ObjectSize.chunkByteCount
        let isLast = last == plaintextByteCount / ObjectSize.chunkByteCount
        let start = first * ObjectSize.chunkByteCount
        let end = isLast ? plaintextByteCount : (last + 1) * ObjectSize.chunkByteCount
        return ChunkSpan(
            firstChunk: first, isLast: isLast, plaintext: start..<end,
            wanted: range.lowerBound - start..<range.upperBound - start)
    }
}

/// Neighbouring chunks of one object.
package struct ChunkSpan: Hashable, Sendable {
    package let firstChunk: Int
    package let isLast: Bool
    /// What of the plaintext they hold.
    package let plaintext: Range<Int>
    /// Where in the opened bytes lies what was asked for.
    package let wanted: Range<Int>

    /// Where they lie in the object, counted from its header's first byte.
    package var sealed: Range<Int> {
        let start =
            ObjectSize.headerByteCount + firstChunk * ObjectSize.sealedChunkByteCount
        let count = ObjectSize.sealedChunks(ofPlaintext: plaintext.count, isLast: isLast)
        return start..<start + count
    }
}

extension ObjectSize {
    /// Where an object's final chunk lies, counted from its header's first byte. Throws as
    /// `plaintext(ofSealed:)` does.
    package static func finalChunk(ofSealed count: Int) throws(CryptoError) -> Range<Int> {
        let plaintextCount = try plaintext(ofSealed: count)
        return count - tagByteCount - plaintextCount % chunkByteCount..<count
    }
}

extension OpenedObject {
    /// Opens the final chunk, the bytes at `ObjectSize.finalChunk(ofSealed:)`, to know that an
    /// object of `sealedByteCount` bytes was neither cut nor lengthened. Throws as `open` does.
    package borrowing func confirmSize(
        sealedByteCount: Int, finalChunk: UnsafeRawBufferPointer
    ) throws(CryptoError) -> ConfirmedSize {
        let plaintextCount = try ObjectSize.plaintext(ofSealed: sealedByteCount)
        let place = try ObjectSize.finalChunk(ofSealed: sealedByteCount)
        guard finalChunk.count == place.count else { throw .truncated }
        let spare = UnsafeMutableRawBufferPointer.allocate(byteCount: place.count, alignment: 16)
        defer { spare.deallocate() }
        let count = try open(
            chunks: finalChunk, firstChunk: plaintextCount / ObjectSize.chunkByteCount,
            isLast: true, into: spare)
        UnsafeMutableRawBufferPointer(rebasing: spare[..<count]).initializeMemory(
            as: UInt8.self, repeating: 0)
        return ConfirmedSize(plaintextByteCount: plaintextCount)
    }

    /// Opens a span read from the object, and returns the part of `plaintext` that was asked for.
    /// `plaintext` has room for `span.plaintext.count` bytes. Throws as `open` does.
    package borrowing func open(
        _ span: ChunkSpan, sealed: UnsafeRawBufferPointer,
        into plaintext: UnsafeMutableRawBufferPointer
    ) throws(CryptoError) -> UnsafeRawBufferPointer {
        guard sealed.count == span.sealed.count else { throw .truncated }
        let count = try open(
            chunks: sealed, firstChunk: span.firstChunk, isLast: span.isLast, into: plaintext)
        precondition(count == span.plaintext.count)
        return UnsafeRawBufferPointer(rebasing: plaintext[span.wanted])
    }
}

import COpenSSL

/// Seals objects, one after the other: C2SP chunked-encryption v1 with AEAD_AES_256_GCM and
/// HKDF-Expand-SHA-512. Keep one a thread; a new object costs no allocation worth speaking of.
///
/// An object is its header (`begin`), then its chunks, in one or more calls of `seal`, of which the
/// last one says so.
package final class ObjectSealer {
    private let object: OpaquePointer
    /// The next chunk's number; nil outside of an object.
    private var nextChunk: Int?

    /// Throws `.outOfMemory`.
    package init() throws(CryptoError) {
        guard let object = lt_object_new() else { throw .outOfMemory }
        self.object = object
    }

    deinit {
        lt_object_free(object)
    }

    /// Begins an object with a new random salt and writes its header of 56 bytes. An object that
    /// was not sealed to its end is abandoned. Throws `.outOfMemory`.
    ///
    /// The context binds the object to its place (vault, identifier, kind): it opens under the same
    /// context only.
    package func begin(
        key: borrowing FileKey, context: [UInt8], header: UnsafeMutableRawBufferPointer
    ) throws(CryptoError) {
        precondition(header.count >= ObjectSize.headerByteCount, "no room for the header")
        RandomBytes.fill(
            UnsafeMutableRawBufferPointer(rebasing: header[..<ObjectSize.saltByteCount]))
        try beginWithSalt(in: header, key: key, context: context)
    }

    package func begin(key: borrowing FileKey, context: [UInt8]) throws(CryptoError) -> [UInt8] {
        var header = RandomBytes.make(ObjectSize.headerByteCount)
        let result = header.withUnsafeMutableBytes { header in
            Result { () throws(CryptoError) in
                try beginWithSalt(in: header, key: key, context: context)
            }
        }
        try result.get()
        return header
    }

    /// A salt must never come twice under one key: only `begin` and the vectors' tests call this.
    func beginWithSalt(
        in header: UnsafeMutableRawBufferPointer, key: borrowing FileKey, context: [UInt8]
    ) throws(CryptoError) {
        nextChunk = nil
        let result = key.secret.withBytes { key in
            lt_object_begin_sealing(
                object, key, context, context.count,
                header.baseAddress!.assumingMemoryBound(to: UInt8.self))
        }
        guard result == 0 else { throw .outOfMemory }
        nextChunk = 0
    }

    /// Seals whole chunks (a multiple of 16 KiB), or, with `isLast`, all that remains. Returns how
    /// many bytes it wrote: `ObjectSize.sealedChunks(ofPlaintext:isLast:)`. After the last call the
    /// object's keys are wiped. Throws `.malformed` beyond 2³⁸ chunks, or `.outOfMemory`.
    ///
    /// - Precondition: an object was begun, the buffers do not overlap, and `sealed` has room.
    package func seal(
        chunks plaintext: UnsafeRawBufferPointer, into sealed: UnsafeMutableRawBufferPointer,
        isLast: Bool
    ) throws(CryptoError) -> Int {
        guard let first = nextChunk else { preconditionFailure("no object was begun") }
        precondition(
            isLast || plaintext.count % ObjectSize.chunkByteCount == 0,
            "only the last piece of an object may end within a chunk")
        let count = ObjectSize.sealedChunks(ofPlaintext: plaintext.count, isLast: isLast)
        precondition(sealed.count >= count, "no room for the sealed chunks")
        let next = first + plaintext.count / ObjectSize.chunkByteCount + (isLast ? 1 : 0)
        guard next <= ObjectSize.maximumChunkCount else { throw .malformed }
        guard count > 0 else { return 0 }
        let result = lt_object_seal(
            object, UInt64(first), plaintext.baseAddress?.assumingMemoryBound(to: UInt8.self),
            plaintext.count, sealed.baseAddress!.assumingMemoryBound(to: UInt8.self),
            isLast ? 1 : 0)
        nextChunk = isLast || result != 0 ? nil : next
        if nextChunk == nil { lt_object_wipe(object) }
        guard result == 0 else { throw .outOfMemory }
        return count
    }

    /// Seals a whole object that is in memory, header included. Throws as `begin` and `seal` do.
    package func seal(
        _ plaintext: UnsafeRawBufferPointer, key: borrowing FileKey, context: [UInt8],
        into object: UnsafeMutableRawBufferPointer
    ) throws(CryptoError) -> Int {
        try begin(key: key, context: context, header: object)
        let chunks = UnsafeMutableRawBufferPointer(rebasing: object[ObjectSize.headerByteCount...])
        return ObjectSize.headerByteCount
            + (try seal(chunks: plaintext, into: chunks, isLast: true))
    }
}

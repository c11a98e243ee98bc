import COpenSSL

/// Opens objects that `ObjectSealer` sealed. Keep one a thread.
package final class ObjectOpener {
    fileprivate let object: OpaquePointer
    /// Counts the objects begun, so that a handle of an earlier one is recognised.
    fileprivate var generation = 0

    /// Throws `.outOfMemory`.
    package init() throws(CryptoError) {
        guard let object = lt_object_new() else { throw .outOfMemory }
        self.object = object
    }

    deinit {
        lt_object_free(object)
    }

    /// Derives the object's keys and compares its commitment, in constant time, before any chunk
    /// is touched. Throws `.truncated` for a header of fewer than 56 bytes (more are ignored),
    /// `.wrongKey` for another key, another context or a changed header, or `.outOfMemory`.
    ///
    /// An opener has one object at a time: the handle of the one before must not be used any more.
    package func begin(
        key: borrowing FileKey, context: [UInt8], header: UnsafeRawBufferPointer
    ) throws(CryptoError) -> OpenedObject {
        guard header.count >= ObjectSize.headerByteCount else { throw .truncated }
        generation += 1
        let result = key.secret.withBytes { key in
            lt_object_begin_opening(
                object, key, context, context.count,
                header.baseAddress!.assumingMemoryBound(to: UInt8.self))
        }
        switch lt_result(result) {
        case lt_done: return OpenedObject(self)
        case lt_refused: throw .wrongKey
        default: throw .outOfMemory
        }
    }

    package func begin(
        key: borrowing FileKey, context: [UInt8], header: [UInt8]
    ) throws(CryptoError) -> OpenedObject {
        // The standard library's withUnsafeBytes returns nothing that is noncopyable.
        let header = header.span
        return try header.withUnsafeBytes { (header) throws(CryptoError) in
            try begin(key: key, context: context, header: header)
        }
    }

    /// Opens a whole object that is in memory, header included, and returns the plaintext's size.
    /// `plaintext` may begin where the object's chunks do. Throws as `begin` and
    /// `OpenedObject.open` do.
    package func open(
        _ object: UnsafeRawBufferPointer, key: borrowing FileKey, context: [UInt8],
        into plaintext: UnsafeMutableRawBufferPointer
    ) throws(CryptoError) -> Int {
        _ = try ObjectSize.plaintext(ofSealed: object.count)
        let opened = try begin(key: key, context: context, header: object)
        return try opened.open(
            chunks: UnsafeRawBufferPointer(rebasing: object[ObjectSize.headerByteCount...]),
            firstChunk: 0, isLast: true, into: plaintext)
    }
}

/// An object whose commitment was found right: only such a one has chunks to open. Its keys are
/// wiped when it goes out of scope.
package struct OpenedObject: ~Copyable {
    private let opener: ObjectOpener
    private let generation: Int

    fileprivate init(_ opener: ObjectOpener) {
        self.opener = opener
        generation = opener.generation
    }

    deinit {
        // A later object of the same opener has taken the place of this one's keys.
        if opener.generation == generation { lt_object_wipe(opener.object) }
    }

    /// Opens sealed chunks that lie side by side, counted from `firstChunk`, and returns how many
    /// bytes it wrote. With `isLast` they end in the object's final chunk, which is short; without,
    /// they are whole chunks of 16,400 bytes. `plaintext` may begin where `sealed` does, and must
    /// not overlap it otherwise.
    ///
    /// Throws `.truncated` for a size at which no chunk (or, with `isLast`, no object) ends,
    /// `.malformed` for a chunk number beyond 2³⁸, `.authenticationFailed` for a chunk that is not
    /// what was sealed at this place. When it throws, `plaintext` holds nothing of the object.
    ///
    /// Whoever reads an object piece by piece must come to its last chunk before taking the whole
    /// for complete.
    package borrowing func open(
        chunks sealed: UnsafeRawBufferPointer, firstChunk: Int, isLast: Bool,
        into plaintext: UnsafeMutableRawBufferPointer
    ) throws(CryptoError) -> Int {
        precondition(opener.generation == generation, "the opener has gone on to another object")
        let (full, rest) = sealed.count.quotientAndRemainder(
            dividingBy: ObjectSize.sealedChunkByteCount)
        guard isLast ? rest >= ObjectSize.tagByteCount : rest == 0 else { throw .truncated }
        let chunkCount = full + (isLast ? 1 : 0)
        guard firstChunk >= 0, firstChunk <= ObjectSize.maximumChunkCount - chunkCount else {
            throw .malformed
        }
        let count = sealed.count - chunkCount * ObjectSize.tagByteCount
        precondition(plaintext.count >= count, "no room for the plaintext")
        guard chunkCount > 0 else { return 0 }
        let result = lt_object_open(
            opener.object, UInt64(firstChunk),
            sealed.baseAddress!.assumingMemoryBound(to: UInt8.self), sealed.count,
            plaintext.baseAddress?.assumingMemoryBound(to: UInt8.self), isLast ? 1 : 0, nil)
        switch lt_result(result) {
        case lt_done: return count
        case lt_refused: throw .authenticationFailed
        default: throw .outOfMemory
        }
    }
}

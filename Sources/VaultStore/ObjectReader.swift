package import VaultCrypto
import VaultFormat

/// Opens objects out of packs; keep one a thread. Its buffers are used again for each object, so
/// that a picture of any size is read in two MiB or so of memory, and none costs an allocation.
package final class ObjectReader {
    /// What is read at once: 64 chunks, about 1 MiB.
    static let windowChunkCount = 64
    /// What is opened at once, so that the plaintext is handed over while it is in the cache.
    static let pieceChunkCount = 16

    let opener: ObjectOpener
    /// A header, then the window.
    let sealed = PageBuffer(
        byteCount: ObjectSize.headerByteCount + windowChunkCount * ObjectSize.sealedChunkByteCount)
    let plaintext = PageBuffer(byteCount: pieceChunkCount * ObjectSize.chunkByteCount)

    /// Throws `.outOfMemory`.
    package init() throws(StoreError) {
        do throws(CryptoError) {
            opener = try ObjectOpener()
        } catch {
            throw StoreError(sealing: error)
        }
    }

    /// Opens a whole object and lends its plaintext piece by piece, in order; none for an empty
    /// picture. `byteCount` is the picture's.
    ///
    /// Each piece is authentic when it is lent, but only the return says that nothing is missing:
    /// publish nothing before.
    package func read<Failure: Error>(
        _ pack: any PackReader, at offset: UInt64, byteCount: UInt64, key: borrowing FileKey,
        context: [UInt8], _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(ReadError<Failure>) {
        try open(
            pack, at: offset, byteCount: byteCount, key: key, context: context,
            pieceChunkCount: Self.pieceChunkCount, body)
    }

    /// Checks every byte of an object and hands nothing out.
    package func authenticate(
        _ pack: any PackReader, at offset: UInt64, byteCount: UInt64, key: borrowing FileKey,
        context: [UInt8]
    ) throws(ReadError<Never>) {
        // Chunk by chunk into the same memory: the plaintext never leaves the nearest cache.
        try open(
            pack, at: offset, byteCount: byteCount, key: key, context: context, pieceChunkCount: 1
        ) { _ in }
    }

    private func open<Failure: Error>(
        _ pack: any PackReader, at offset: UInt64, byteCount: UInt64, key: borrowing FileKey,
        context: [UInt8], pieceChunkCount: Int,
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(ReadError<Failure>) {
        let total = try size(
            pack, at: offset, byteCount: byteCount, Failure.self)
        let first = Int(min(UInt64(sealed.count), total))
        try fill(sealed[0..<first], from: pack, at: offset, Failure.self)
        let object = try begin(pack, key: key, context: context, Failure.self)
        var chunks = sealed[ObjectSize.headerByteCount..<first]
        var done = UInt64(first)
        var chunk = 0
        while true {
            let isEnd = done == total
            var place = 0
            while place < chunks.count {
                let count = min(
                    chunks.count - place, pieceChunkCount * ObjectSize.sealedChunkByteCount)
                let isLast = isEnd && place + count == chunks.count
                let piece = UnsafeRawBufferPointer(rebasing: chunks[place..<place + count])
                let opened: Int
                do throws(CryptoError) {
                    opened = try object.open(
                        chunks: piece, firstChunk: chunk, isLast: isLast, into: plaintext.bytes)
                } catch {
                    throw .object(pack.name, .altered)
                }
                if opened > 0 {
                    do throws(Failure) {
                        try body(UnsafeRawBufferPointer(plaintext[0..<opened]))
                    } catch {
                        throw .body(error)
                    }
                }
                place += count
                chunk += pieceChunkCount
            }
            if isEnd { return }
            let next = Int(
                min(UInt64(sealed.count - ObjectSize.headerByteCount), total - done))
            chunks = sealed[0..<next]
            try fill(chunks, from: pack, at: offset + done, Failure.self)
            done += UInt64(next)
        }
    }

    /// The object's size, when the pack has room for it there.
    func size<Failure: Error>(
        _ pack: any PackReader, at offset: UInt64, byteCount: UInt64, _: Failure.Type
    ) throws(ReadError<Failure>) -> UInt64 {
        do throws(CryptoError) {
            guard let count = Int(exactly: byteCount) else { throw .malformed }
            let total = UInt64(try ObjectSize.sealed(ofPlaintext: count))
            guard offset <= pack.byteCount, total <= pack.byteCount - offset else {
                throw .truncated
            }
            return total
        } catch {
            throw .object(pack.name, .truncated)
        }
    }

    func fill<Failure: Error>(
        _ buffer: UnsafeMutableRawBufferPointer, from pack: any PackReader, at offset: UInt64,
        _: Failure.Type
    ) throws(ReadError<Failure>) {
        let count: Int
        do throws(StoreError) {
            count = try pack.read(at: offset, into: buffer)
        } catch {
            throw .store(error)
        }
        // The pack was long enough when it was opened.
        guard count == buffer.count else { throw .object(pack.name, .truncated) }
    }

    /// Begins the object whose header lies at the front of the buffer.
    func begin<Failure: Error>(
        _ pack: any PackReader, key: borrowing FileKey, context: [UInt8], _: Failure.Type
    ) throws(ReadError<Failure>) -> OpenedObject {
        do throws(CryptoError) {
            return try opener.begin(
                key: key, context: context, header: UnsafeRawBufferPointer(sealed.bytes))
        } catch .wrongKey {
            throw .object(pack.name, .wrongKey)
        } catch {
            throw .store(.outOfMemory)
        }
    }
}

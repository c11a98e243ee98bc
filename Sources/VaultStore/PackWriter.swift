package import VaultCrypto
import VaultFormat

/// Seals objects into one pack after the other; keep one a thread. Spec 03 §2 to §5.
///
/// Objects are sealed straight into the buffer that is written, and hashed there for the pack's
/// name. An object costs no allocation.
///
/// After an error of the store the pack is gone with all the objects in it, and everything but
/// `abandon` throws that error again: no caller can take them for written.
package final class PackWriter {
    /// How much plaintext is sealed at once.
    static let pieceByteCount = 15 * ObjectSize.chunkByteCount

    private let output: PackOutput
    private let sealer: ObjectSealer
    private var contentHasher = SHA256Hasher()
    private var failure: StoreError?
    /// Where the object begun begins.
    private var start: PackOutput.Mark?
    /// What was fed and makes no whole chunk yet. Between objects its content means nothing.
    private let partial = PageBuffer(byteCount: ObjectSize.chunkByteCount)
    private var partialCount = 0
    /// Whether one of the objects is a pack of its own.
    private var holdsLarge = false

    /// Makes no file yet. Throws `.outOfMemory`.
    package init(store: any PackStore) throws(StoreError) {
        output = PackOutput(store: store)
        do throws(CryptoError) {
            sealer = try ObjectSealer()
        } catch {
            throw StoreError(sealing: error)
        }
    }

    deinit { output.abandon() }

    /// The bytes of the objects in the open pack; the next object begins at this offset.
    package var objectByteCount: UInt64 { output.byteCount }

    /// Nothing to finish.
    package var isEmpty: Bool { output.byteCount == 0 }

    /// Time to `finish`: 32 MiB of objects, or one of 16 MiB or more.
    package var isFull: Bool { output.byteCount >= PackSize.full || holdsLarge }

    /// The SHA-256 of a picture's content. What was sealed before is hashed with it for the pack's
    /// name, for little more than the price of one: an import asks here for each picture.
    package func digest(of plaintext: UnsafeRawBufferPointer) -> Digest {
        hash(plaintext, into: &contentHasher)
        return contentHasher.finalize()
    }

    /// Like `digest(of:)`, for a content that comes in pieces, into a hasher of the caller's.
    package func hash(_ plaintext: UnsafeRawBufferPointer, into hasher: inout SHA256Hasher) {
        output.hash(plaintext, into: &hasher)
    }

    /// Seals a picture that is in memory and returns its object's offset in the pack.
    ///
    /// - Precondition: no object is begun. (A picture that `PackSize.isLarge` should come first in
    ///   a pack, and the pack should be finished behind it.)
    package func append(
        _ plaintext: UnsafeRawBufferPointer, key: borrowing FileKey, context: [UInt8]
    ) throws(StoreError) -> UInt64 {
        try requireSound(isObjectBegun: false)
        let offset = output.byteCount
        do throws(StoreError) {
            try putHeader(key: key, context: context)
            try putChunks(plaintext, isLast: true)
        } catch {
            throw fail(error)
        }
        noteEnd(of: offset)
        return offset
    }

    /// Copies an object as it is, from another pack, and returns its new offset. `byteCount` is
    /// the object's (`ObjectSize.sealed`). Throws `.damaged` for a pack that ends before it; this
    /// writer is then as sound as before.
    package func appendSealed(
        from reader: any PackReader, offset: UInt64, byteCount: UInt64
    ) throws(StoreError) -> UInt64 {
        try requireSound(isObjectBegun: false)
        let (end, overflow) = offset.addingReportingOverflow(byteCount)
        guard !overflow, end <= reader.byteCount else { throw .damaged(reader.name) }
        let mark = output.mark()
        let newOffset = mark.byteCount
        do throws(StoreError) {
            try copy(from: reader, offset..<end)
        } catch {
            do throws(StoreError) { try output.goBack(to: mark) } catch { throw fail(error) }
            if isEmpty { output.abandon() }
            throw error
        }
        noteEnd(of: newOffset)
        return newOffset
    }

    /// Pads and writes the pack to its end. The writer is empty then, and its next object begins
    /// a new pack.
    ///
    /// - Precondition: there is an object in it, and none begun.
    package func finish() throws(StoreError) -> FinishedPack {
        try requireSound(isObjectBegun: false)
        precondition(!isEmpty, "there is nothing in this pack")
        do throws(StoreError) {
            try putPadding(Padme.paddedSize(of: output.byteCount) - output.byteCount)
            let pack = try output.finish()
            holdsLarge = false
            return pack
        } catch {
            throw fail(error)
        }
    }

    /// Drops the open pack with all its objects; the next one begins a new pack.
    package func abandon() {
        output.abandon()
        failure = nil
        start = nil
        partialCount = 0
        holdsLarge = false
    }
}

// MARK: - Pictures that come in pieces

extension PackWriter {
    /// Begins an object whose plaintext comes in pieces, and returns its offset.
    package func begin(key: borrowing FileKey, context: [UInt8]) throws(StoreError) -> UInt64 {
        try requireSound(isObjectBegun: false)
        let mark = output.mark()
        let offset = mark.byteCount
        do throws(StoreError) {
            try putHeader(key: key, context: context)
        } catch {
            throw fail(error)
        }
        start = consume mark
        partialCount = 0
        return offset
    }

    /// Seals the next piece, of any size.
    package func feed(_ plaintext: UnsafeRawBufferPointer) throws(StoreError) {
        try requireSound(isObjectBegun: true)
        do throws(StoreError) {
            let rest = try completePartial(with: plaintext)
            let whole = rest.count - rest.count % ObjectSize.chunkByteCount
            try putChunks(UnsafeRawBufferPointer(rebasing: rest[..<whole]), isLast: false)
            keepPartial(UnsafeRawBufferPointer(rebasing: rest[whole...]))
        } catch {
            throw fail(error)
        }
    }

    /// Seals the object's end.
    package func end() throws(StoreError) {
        try requireSound(isObjectBegun: true)
        do throws(StoreError) {
            try putChunks(UnsafeRawBufferPointer(partial[0..<partialCount]), isLast: true)
        } catch {
            throw fail(error)
        }
        partialCount = 0
        if let mark = start.take() { noteEnd(of: mark.byteCount) }
    }

    /// Takes back the object begun, as if it never was: its bytes leave the file, and the pack's
    /// other objects and its hash are as before. For a picture that turns out to be here already.
    package func drop() throws(StoreError) {
        try requireSound(isObjectBegun: true)
        partialCount = 0
        guard let mark = start.take() else { return }
        do throws(StoreError) {
            try output.goBack(to: mark)
        } catch {
            throw fail(error)
        }
    }

    /// Fills up the chunk begun and seals it when it is whole; returns what is left to seal.
    private func completePartial(
        with plaintext: UnsafeRawBufferPointer
    ) throws(StoreError) -> UnsafeRawBufferPointer {
        guard partialCount > 0 else { return plaintext }
        let count = min(partial.count - partialCount, plaintext.count)
        keepPartial(UnsafeRawBufferPointer(rebasing: plaintext[..<count]))
        if partialCount == partial.count {
            try putChunks(UnsafeRawBufferPointer(partial.bytes), isLast: false)
            partialCount = 0
        }
        return UnsafeRawBufferPointer(rebasing: plaintext[count...])
    }

    private func keepPartial(_ plaintext: UnsafeRawBufferPointer) {
        guard plaintext.count > 0 else { return }
        partial[partialCount..<partial.count].copyMemory(from: plaintext)
        partialCount += plaintext.count
    }
}

// MARK: - Into the output

extension PackWriter {
    private func putHeader(key: borrowing FileKey, context: [UInt8]) throws(StoreError) {
        let room = try output.room(ObjectSize.headerByteCount)
        do throws(CryptoError) {
            try sealer.begin(key: key, context: context, header: room)
        } catch {
            throw StoreError(sealing: error)
        }
        output.advance(ObjectSize.headerByteCount)
    }

    /// Seals whole chunks, or with `isLast` all there is.
    private func putChunks(
        _ plaintext: UnsafeRawBufferPointer, isLast: Bool
    ) throws(StoreError) {
        var place = 0
        repeat {
            let count = min(plaintext.count - place, Self.pieceByteCount)
            let isEnd = isLast && place + count == plaintext.count
            try put(
                UnsafeRawBufferPointer(rebasing: plaintext[place..<place + count]), isLast: isEnd)
            place += count
        } while place < plaintext.count
    }

    private func put(
        _ piece: UnsafeRawBufferPointer, isLast: Bool, upTo limit: Int = .max
    ) throws(StoreError) {
        let room = try output.room(
            ObjectSize.sealedChunks(ofPlaintext: piece.count, isLast: isLast))
        let count: Int
        do throws(CryptoError) {
            count = try sealer.seal(chunks: piece, into: room, isLast: isLast)
        } catch {
            throw StoreError(sealing: error)
        }
        output.advance(min(count, limit))
    }

    /// Random bytes, as the keystream of a key that is forgotten at once: many times faster than
    /// asking the kernel for them, and no easier to tell from objects.
    private func putPadding(_ byteCount: UInt64) throws(StoreError) {
        partial.bytes.initializeMemory(as: UInt8.self, repeating: 0)
        let end = output.byteCount + byteCount
        do throws(CryptoError) {
            if byteCount > 0 { _ = try sealer.begin(key: FileKey.random(), context: []) }
        } catch {
            throw StoreError(sealing: error)
        }
        while output.byteCount < end {
            // The limit cuts the last chunk off where the padding ends.
            let left = min(end - output.byteCount, UInt64(ObjectSize.sealedChunkByteCount))
            try put(UnsafeRawBufferPointer(partial.bytes), isLast: false, upTo: Int(left))
        }
    }

    private func copy(
        from reader: any PackReader, _ range: Range<UInt64>
    ) throws(StoreError) {
        var place = range.lowerBound
        while place < range.upperBound {
            let count = Int(min(range.upperBound - place, UInt64(Self.pieceByteCount)))
            let room = try output.room(count)
            let piece = UnsafeMutableRawBufferPointer(rebasing: room[..<count])
            // The pack was long enough when it was opened.
            guard try reader.read(at: place, into: piece) == count else {
                throw .damaged(reader.name)
            }
            output.advance(count)
            place += UInt64(count)
        }
    }

    private func noteEnd(of offset: UInt64) {
        if output.byteCount - offset >= PackSize.large { holdsLarge = true }
    }

    private func requireSound(isObjectBegun: Bool) throws(StoreError) {
        if let failure { throw failure }
        let isBegun = start != nil
        precondition(
            isBegun == isObjectBegun,
            isBegun ? "an object is begun and not ended" : "no object is begun")
    }

    /// Gives the pack up, at once, so that a full disk gets its space back.
    private func fail(_ error: StoreError) -> StoreError {
        abandon()
        failure = error
        return error
    }
}

package import VaultCrypto
import VaultFormat

extension ObjectReader {
    /// Opens a part of an object and lends it piece by piece, in order. The last chunk is opened
    /// before any other, so that no part of a shortened object is taken for one of the whole.
    /// Spec 03 §2.
    ///
    /// - Precondition: `range` lies within the picture's `byteCount`.
    package func readRange<Failure: Error>(
        _ range: Range<UInt64>, of pack: any PackReader, at offset: UInt64, byteCount: UInt64,
        key: borrowing FileKey, context: [UInt8],
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(ReadError<Failure>) {
        precondition(range.upperBound <= byteCount, "the picture has no such range")
        let total = try size(
            pack, at: offset, byteCount: byteCount, Failure.self)
        try fill(sealed[0..<ObjectSize.headerByteCount], from: pack, at: offset, Failure.self)
        let object = try begin(pack, key: key, context: context, Failure.self)
        let size = try confirmSize(object, pack, at: offset, total: total, Failure.self)
        var place = Int(range.lowerBound)
        while place < Int(range.upperBound) {
            // Up to where the plaintext's buffer is full.
            let chunk = ObjectSize.chunkByteCount
            let end = min(
                Int(range.upperBound), (place / chunk + Self.pieceChunkCount) * chunk)
            let span: ChunkSpan
            do throws(CryptoError) {
                span = try size.chunks(covering: place..<end)
            } catch {
                preconditionFailure("the range lies within the picture")
            }
            let chunks = sealed[0..<span.sealed.count]
            try fill(chunks, from: pack, at: offset + UInt64(span.sealed.lowerBound), Failure.self)
            let piece: UnsafeRawBufferPointer
            do throws(CryptoError) {
                piece = try object.open(
                    span, sealed: UnsafeRawBufferPointer(chunks), into: plaintext.bytes)
            } catch {
                throw .object(pack.name, .altered)
            }
            do throws(Failure) { try body(piece) } catch { throw .body(error) }
            place = end
        }
    }

    private func confirmSize<Failure: Error>(
        _ object: borrowing OpenedObject, _ pack: any PackReader, at offset: UInt64, total: UInt64,
        _: Failure.Type
    ) throws(ReadError<Failure>) -> ConfirmedSize {
        let place: Range<Int>
        do throws(CryptoError) {
            place = try ObjectSize.finalChunk(ofSealed: Int(total))
        } catch {
            preconditionFailure("the size was computed from a picture's")
        }
        let chunk = sealed[0..<place.count]
        try fill(chunk, from: pack, at: offset + UInt64(place.lowerBound), Failure.self)
        do throws(CryptoError) {
            return try object.confirmSize(
                sealedByteCount: Int(total), finalChunk: UnsafeRawBufferPointer(chunk))
        } catch {
            throw .object(pack.name, .altered)
        }
    }
}

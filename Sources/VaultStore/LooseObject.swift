package import VaultCrypto
package import VaultFiles
import VaultFormat

/// Why an object in a file of its own could not be read or written.
package enum LooseObjectError: Error, Equatable, Sendable {
    case file(FileError)
    case object(ObjectDefect)
    /// 4 PiB or more, which the format does not hold.
    case tooLarge
    case outOfMemory

    fileprivate init(sealing error: CryptoError) {
        self = error == .malformed ? .tooLarge : .outOfMemory
    }
}

/// Why sealing one ended early: the file, or what gives the plaintext.
package enum LooseSealError<Failure: Error>: Error {
    case object(LooseObjectError)
    case source(Failure)
}

/// Seals an object into a file that is no pack: a deposit. Spec 08 §5.
package enum LooseObjectWriter {
    /// Seals `byteCount` bytes at an offset of the file, and fills it with random bytes up to `end`.
    ///
    /// - Parameter fill: gives the plaintext from an offset on: as many bytes as its buffer has.
    package static func seal<Failure: Error>(
        _ byteCount: UInt64, into file: borrowing Descriptor, at start: UInt64, upTo end: UInt64,
        key: borrowing FileKey, context: [UInt8],
        _ fill: (_ buffer: UnsafeMutableRawBufferPointer, _ offset: UInt64) throws(Failure) -> Void
    ) throws(LooseSealError<Failure>) {
        let plaintext = PageBuffer(byteCount: PackWriter.pieceByteCount)
        let sealed = PageBuffer(
            byteCount: ObjectSize.sealedChunks(ofPlaintext: plaintext.count, isLast: true))
        let sealer: ObjectSealer
        do throws(CryptoError) {
            sealer = try ObjectSealer()
            try sealer.begin(key: key, context: context, header: sealed.bytes)
        } catch {
            throw .object(LooseObjectError(sealing: error))
        }
        var place = Int64(start)
        try put(sealed[0..<ObjectSize.headerByteCount], into: file, &place, Failure.self)
        var done: UInt64 = 0
        repeat {
            let count = Int(min(byteCount - done, UInt64(plaintext.count)))
            let piece = plaintext[0..<count]
            do throws(Failure) {
                if count > 0 { try fill(piece, done) }
            } catch {
                throw .source(error)
            }
            done += UInt64(count)
            let sealedCount: Int
            do throws(CryptoError) {
                sealedCount = try sealer.seal(
                    chunks: UnsafeRawBufferPointer(piece), into: sealed.bytes,
                    isLast: done == byteCount)
            } catch {
                throw .object(LooseObjectError(sealing: error))
            }
            try put(sealed[0..<sealedCount], into: file, &place, Failure.self)
        } while done < byteCount
        while place < Int64(end) {
            let padding = sealed[0..<Int(min(Int64(end) - place, Int64(sealed.count)))]
            RandomBytes.fill(padding)
            try put(padding, into: file, &place, Failure.self)
        }
    }

    private static func put<Failure: Error>(
        _ bytes: UnsafeMutableRawBufferPointer, into file: borrowing Descriptor,
        _ place: inout Int64, _: Failure.Type
    ) throws(LooseSealError<Failure>) {
        do throws(FileError) {
            try file.write(UnsafeRawBufferPointer(bytes), at: place)
        } catch {
            throw .object(.file(error))
        }
        place += Int64(bytes.count)
    }
}

/// Reads an object that lies in a file of its own. Of one thread.
package final class LooseObjectReader {
    private let file: Descriptor
    private let start: UInt64
    private let byteCount: UInt64
    private let object: OpenedObject
    private let sealed = PageBuffer(
        byteCount: ObjectReader.windowChunkCount * ObjectSize.sealedChunkByteCount
            // The last chunk, when it is empty.
            + ObjectSize.tagByteCount)

    /// Compares the object's commitment; nothing of it is opened yet.
    ///
    /// - Parameter byteCount: the picture's.
    package init(
        _ file: consuming Descriptor, at start: UInt64, byteCount: UInt64,
        key: borrowing FileKey, context: [UInt8]
    ) throws(LooseObjectError) {
        do throws(FileError) {
            try file.readExactly(
                into: sealed[0..<ObjectSize.headerByteCount], at: Int64(start))
        } catch {
            throw Self.reading(error)
        }
        do throws(CryptoError) {
            object = try ObjectOpener().begin(
                key: key, context: context, header: UnsafeRawBufferPointer(sealed.bytes))
        } catch .wrongKey {
            throw .object(.wrongKey)
        } catch {
            throw .outOfMemory
        }
        self.file = file
        self.start = start
        self.byteCount = byteCount
    }

    /// Opens what lies at an offset, as many bytes as the buffer has. Each piece is authentic; that nothing
    /// is missing only the piece says that reaches the end.
    ///
    /// - Precondition: `offset` is a multiple of 16 KiB, and so is the buffer's size, unless it reaches the
    ///   end; it does not reach further.
    package func read(
        into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64
    ) throws(LooseObjectError) {
        let chunk = ObjectSize.chunkByteCount
        precondition(
            offset + UInt64(buffer.count) <= byteCount && offset.isMultiple(of: UInt64(chunk)),
            "an object is read in whole chunks")
        var done = 0
        repeat {
            let count = min(buffer.count - done, ObjectReader.windowChunkCount * chunk)
            try open(
                UnsafeMutableRawBufferPointer(rebasing: buffer[done..<done + count]),
                from: Int(offset / UInt64(chunk)) + done / chunk,
                isLast: offset + UInt64(done + count) == byteCount)
            done += count
        } while done < buffer.count
    }

    private func open(
        _ buffer: UnsafeMutableRawBufferPointer, from first: Int, isLast: Bool
    ) throws(LooseObjectError) {
        let count = ObjectSize.sealedChunks(ofPlaintext: buffer.count, isLast: isLast)
        let place =
            Int64(start) + Int64(ObjectSize.headerByteCount)
            + Int64(first) * Int64(ObjectSize.sealedChunkByteCount)
        do throws(FileError) {
            try file.readExactly(into: sealed[0..<count], at: place)
        } catch {
            throw Self.reading(error)
        }
        do throws(CryptoError) {
            _ = try object.open(
                chunks: UnsafeRawBufferPointer(sealed[0..<count]), firstChunk: first,
                isLast: isLast, into: buffer)
        } catch {
            throw .object(.altered)
        }
    }

    private static func reading(_ error: FileError) -> LooseObjectError {
        error == .endOfFile ? .object(.truncated) : .file(error)
    }
}

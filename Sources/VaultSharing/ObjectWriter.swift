import VaultCrypto
import VaultFiles
import VaultFormat

/// Writes one object of a package into a file, at its position, piece by piece, and pads it. Spec 11 §3.
struct ObjectWriter: ~Copyable {
    /// Plaintext that is sealed at once, in bytes.
    private static let pieceByteCount = 64 * ObjectSize.chunkByteCount

    private let file: Descriptor
    private let sealer: ObjectSealer
    /// With padding.
    private let padded: Int64
    private let byteCount: Int64
    private var waiting: [UInt8] = []
    private var taken: Int64 = 0
    /// To the file, in bytes.
    private var written: Int64 = 0

    /// Begins an object of so many bytes of plaintext, padding not counted.
    init(
        _ number: Int, byteCount: Int64, of id: PackageID, key: borrowing FileKey,
        to file: consuming Descriptor, _ sealer: ObjectSealer
    ) throws(SharingError) {
        self.sealer = sealer
        self.byteCount = byteCount
        padded = Int64(Padme.paddedSize(of: UInt64(byteCount)))
        let header = try sealer.beginning(key, id.context(object: number))
        do throws(FileError) { try file.write(header) } catch { throw .file(error) }
        self.file = file
        written = Int64(header.count)
        waiting.reserveCapacity(Self.pieceByteCount)
    }

    /// - Precondition: no more comes than was said in the beginning.
    mutating func write(_ piece: UnsafeRawBufferPointer) throws(SharingError) {
        var piece = piece[...]
        taken += Int64(piece.count)
        precondition(taken <= byteCount, "an object has the size that it began with")
        while !piece.isEmpty {
            let part = piece.prefix(Self.pieceByteCount - waiting.count)
            waiting.append(contentsOf: part)
            piece = piece.dropFirst(part.count)
            if waiting.count == Self.pieceByteCount { try seal(isLast: false) }
        }
    }

    mutating func write(_ bytes: [UInt8]) throws(SharingError) {
        try bytes.span.bytes.withUnsafeBytes { (bytes) throws(SharingError) in try write(bytes) }
    }

    /// Pads and ends it; returns its size in bytes. Throws `.format(.truncated)` when less came than was
    /// said.
    ///
    /// - Parameter syncing: whether the file is synced, too.
    consuming func finish(syncing: Bool) throws(SharingError) -> Int64 {
        guard taken == byteCount else { throw .format(.truncated) }
        var missing = padded - byteCount
        while missing > 0 {
            let part = min(Int(missing), Self.pieceByteCount - waiting.count)
            waiting.append(contentsOf: repeatElement(0, count: part))
            missing -= Int64(part)
            if waiting.count == Self.pieceByteCount { try seal(isLast: false) }
        }
        try seal(isLast: true)
        if syncing { try filing { () throws(FileError) in try file.sync() } }
        return written
    }

    private mutating func put(_ bytes: [UInt8]) throws(SharingError) {
        do throws(FileError) { try file.write(bytes) } catch { throw .file(error) }
        written += Int64(bytes.count)
    }

    private mutating func seal(isLast: Bool) throws(SharingError) {
        let piece = waiting
        waiting = []
        var sealed = [UInt8](
            repeating: 0,
            count: ObjectSize.sealedChunks(ofPlaintext: piece.count, isLast: isLast))
        do throws(CryptoError) { try sealer.seal(piece, &sealed, isLast: isLast) } catch {
            throw .crypto(error)
        }
        try put(sealed)
        if !isLast { waiting.reserveCapacity(Self.pieceByteCount) }
    }
}

extension ObjectSealer {
    fileprivate func beginning(
        _ key: borrowing FileKey, _ context: [UInt8]
    ) throws(SharingError) -> [UInt8] {
        do throws(CryptoError) { return try begin(key: key, context: context) } catch {
            throw .crypto(error)
        }
    }

    fileprivate func seal(
        _ plaintext: [UInt8], _ sealed: inout [UInt8], isLast: Bool
    ) throws(CryptoError) {
        let plaintext = plaintext.span.bytes
        var room = sealed.mutableSpan
        _ = try plaintext.withUnsafeBytes { (plaintext) throws(CryptoError) in
            try room.withUnsafeMutableBytes { (room) throws(CryptoError) in
                try seal(chunks: plaintext, into: room, isLast: isLast)
            }
        }
    }
}

package import VaultCrypto
package import VaultFormat

/// Opens the objects of one package. Of one thread. Spec 11 §3.
package struct PackageOpener: ~Copyable {
    /// Chunks that are read at once: a MiB.
    private static let chunksAtOnce = 64

    private let id: PackageID
    private let key: FileKey
    private let opener: ObjectOpener

    package init(
        _ id: ShareID, _ secret: borrowing LinkSecret, password: borrowing PasswordKey?,
        half: borrowing ServerHalf
    ) throws(SharingError) {
        let opener = try crypting { () throws(CryptoError) in try ObjectOpener() }
        let key = try crypting { () throws(CryptoError) in
            try LinkKeys.contentKey(of: id, secret, password, half)
        }
        self.id = .share(id)
        self.key = key
        self.opener = opener
    }

    /// Of a bundle. Spec 11 §10.
    ///
    /// - Parameter head: as `BundleHead` parses it, with rounds that no bundle falls below.
    package init(
        _ head: BundleHead, password: borrowing Secret
    ) throws(SharingError) {
        let id = try parsing { () throws(FormatError) in try BundleID(bytes: head.id.bytes) }
        let opener = try crypting { () throws(CryptoError) in try ObjectOpener() }
        let key = try Self.bundleKey(id, head, password)
        self.id = .bundle(id)
        self.key = key
        self.opener = opener
    }

    private static func bundleKey(
        _ id: BundleID, _ head: BundleHead, _ password: borrowing Secret
    ) throws(SharingError) -> FileKey {
        do throws(CryptoError) {
            return try LinkKeys.bundleKey(
                of: id, PasswordKey(password, salt: head.salt.bytes, rounds: head.rounds))
        } catch {
            throw .crypto(error)
        }
    }

    /// The size of a picture's object in bytes: of its plaintext's PADMÉ class, sealed.
    package static func objectByteCount(
        of item: LinkManifest.Item
    ) throws(SharingError) -> Int64 {
        try crypting { () throws(CryptoError) in
            let padded = Padme.paddedSize(of: UInt64(item.size))
            return Int64(try ObjectSize.sealed(ofPlaintext: Int(padded)))
        }
    }

    /// Opens object 0. Its pictures are as many as there are further objects, each of the size that the
    /// manifest makes necessary; throws `.format` else, and `.crypto(.wrongKey)` for another link.
    ///
    /// - Parameter sizes: of all objects in bytes, in their order, as the server tells them.
    package borrowing func manifest(
        _ object: [UInt8], sizes: [Int64]
    ) throws(SharingError) -> LinkManifest {
        let count = try crypting { () throws(CryptoError) in
            try ObjectSize.plaintext(ofSealed: object.count)
        }
        guard count <= LinkManifest.maximumByteCount else {
            throw .format(.outOfRange("manifest size"))
        }
        var plaintext = [UInt8](repeating: 0, count: count)
        let context = id.context(object: 0)
        var room = plaintext.mutableSpan
        let sealed = object.span.bytes
        do throws(CryptoError) {
            _ = try sealed.withUnsafeBytes { (sealed) throws(CryptoError) in
                try room.withUnsafeMutableBytes { (room) throws(CryptoError) in
                    try opener.open(sealed, key: key, context: context, into: room)
                }
            }
        } catch {
            throw .crypto(error)
        }
        let manifest = try parsing { () throws(FormatError) in
            try LinkManifest(parsing: plaintext)
        }
        guard manifest.items.count == sizes.count - 1 else {
            throw .format(
                .wrongLength(expected: manifest.items.count, actual: sizes.count - 1))
        }
        for (item, size) in zip(manifest.items, sizes.dropFirst()) {
            let expected = try Self.objectByteCount(of: item)
            guard size == expected else {
                throw .format(.wrongLength(expected: Int(expected), actual: Int(size)))
            }
        }
        return manifest
    }

    /// Opens a picture piece by piece, each checked before it is lent. Only the return says that nothing is
    /// missing.
    ///
    /// - Parameters:
    ///   - number: from 1.
    ///   - fetch: gives these bytes of the object, all of them.
    ///   - body: is lent the picture's bytes in their order, without padding.
    package borrowing func read<Failure: Error>(
        _ number: Int, _ item: LinkManifest.Item,
        fetch: (Range<Int64>) throws(Failure) -> [UInt8],
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(LinkFailure<Failure>) {
        let total: Int64
        do throws(SharingError) {
            total = try Self.objectByteCount(of: item)
        } catch {
            throw .sharing(error)
        }
        let header = try bytes(0..<Int64(ObjectSize.headerByteCount), fetch)
        let context = id.context(object: number)
        let opened: OpenedObject
        do throws(CryptoError) {
            opened = try opener.begin(key: key, context: context, header: header)
        } catch {
            throw .sharing(.crypto(error))
        }
        let step = Int64(Self.chunksAtOnce * ObjectSize.sealedChunkByteCount)
        var buffer = [UInt8](
            repeating: 0, count: Self.chunksAtOnce * ObjectSize.chunkByteCount)
        var (offset, chunk, left) = (Int64(header.count), 0, item.size)
        while offset < total {
            let end = min(offset + step, total)
            let sealed = try bytes(offset..<end, fetch)
            let count: Int
            do throws(CryptoError) {
                count = try Self.open(sealed, opened, chunk, isLast: end == total, &buffer)
            } catch {
                throw .sharing(.crypto(error))
            }
            let part = Int(min(Int64(count), left))
            guard buffer[part..<count].allSatisfy({ $0 == 0 }) else {
                throw .sharing(.format(.notCanonical))
            }
            try lend(buffer, part, body)
            left -= Int64(part)
            chunk += Self.chunksAtOnce
            offset = end
        }
    }

    private borrowing func bytes<Failure: Error>(
        _ range: Range<Int64>, _ fetch: (Range<Int64>) throws(Failure) -> [UInt8]
    ) throws(LinkFailure<Failure>) -> [UInt8] {
        let bytes: [UInt8]
        do throws(Failure) { bytes = try fetch(range) } catch { throw .other(error) }
        guard bytes.count == range.count else { throw .sharing(.crypto(.truncated)) }
        return bytes
    }

    private borrowing func lend<Failure: Error>(
        _ buffer: [UInt8], _ count: Int,
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(LinkFailure<Failure>) {
        guard count > 0 else { return }
        do throws(Failure) {
            try buffer.span.bytes.withUnsafeBytes { (bytes) throws(Failure) in
                try body(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
            }
        } catch {
            throw .other(error)
        }
    }

    private static func open(
        _ sealed: [UInt8], _ object: borrowing OpenedObject, _ chunk: Int, isLast: Bool,
        _ buffer: inout [UInt8]
    ) throws(CryptoError) -> Int {
        let sealed = sealed.span.bytes
        var room = buffer.mutableSpan
        return try sealed.withUnsafeBytes { (sealed) throws(CryptoError) in
            try room.withUnsafeMutableBytes { (room) throws(CryptoError) in
                try object.open(chunks: sealed, firstChunk: chunk, isLast: isLast, into: room)
            }
        }
    }
}

package import VaultCrypto
package import VaultFiles
package import VaultFormat

/// Makes one bundle: its objects go into a file without a name, sealed; then the page is written around
/// them, into another, which gets its name last. Whatever ends it before leaves nothing. Spec 11 §10.
package final class BundleMaker: PictureTaker {
    /// Of objects, read and spelled in base64 at a time; a multiple of three bytes.
    private static let pieceByteCount = 3 << 18

    private let id: BundleID
    private let salt: [UInt8]
    private let rounds: Int
    private let key: FileKey
    private let sealer: ObjectSealer
    private let folder: Directory
    /// The objects, in the order in which they were made.
    private let objects: UnnamedFile
    private var page: UnnamedFile
    private var writer: ObjectWriter?
    private var items: [LinkManifest.Item] = []
    private var sizes: [Int64] = [0]
    /// Of all objects so far, in bytes.
    private var taken: Int64 = 0

    /// Draws a new bundle, to be put into a folder.
    ///
    /// - Parameters:
    ///   - password: normalized, see `LinkPassword`.
    ///   - rounds: how often it is hashed, of those that a bundle may say.
    package init(
        in folder: consuming Directory, password: borrowing Secret,
        rounds: Int = BundleHead.rounds.lowerBound
    ) throws(SharingError) {
        precondition(BundleHead.rounds.contains(rounds), "rounds are those of bundles")
        let id = RandomBytes.make(BundleID.byteCount).withUnsafeBytes { BundleID(at: 0, in: $0) }
        let salt = RandomBytes.make(16)
        let key: FileKey
        do throws(CryptoError) {
            key = try LinkKeys.bundleKey(
                of: id, PasswordKey(password, salt: salt, rounds: rounds))
        } catch {
            throw .crypto(error)
        }
        let objects = try folder.unnamed()
        let page = try folder.unnamed()
        sealer = try crypting { () throws(CryptoError) in try ObjectSealer() }
        self.folder = folder
        self.objects = objects
        self.page = page
        self.key = key
        (self.id, self.salt, self.rounds) = (id, salt, rounds)
    }

    package func begin(_ byteCount: Int64) throws(SharingError) {
        precondition(writer == nil, "one picture after the other")
        precondition(items.count < LinkManifest.itemCounts.upperBound, "a bundle is full")
        let item = LinkManifest.Item(type: "", size: byteCount)
        let size = try PackageOpener.objectByteCount(of: item)
        guard taken + size <= BundleHead.largest else { throw .tooLarge }
        writer = try beginObject(items.count + 1, byteCount)
    }

    package func write(_ piece: UnsafeRawBufferPointer) throws(SharingError) {
        try writer?.write(piece)
    }

    package func end(_ item: LinkManifest.Item) throws(SharingError) {
        guard let writer = writer.take() else { preconditionFailure("no picture was begun") }
        let size = try writer.finish(syncing: false)
        sizes.append(size)
        taken += size
        items.append(item)
    }

    private func beginObject(
        _ number: Int, _ byteCount: Int64
    ) throws(SharingError) -> ObjectWriter {
        let file = try filing { () throws(FileError) in try objects.file.duplicated() }
        return try ObjectWriter(
            number, byteCount: byteCount, of: .bundle(id), key: key, to: file, sealer)
    }

    /// Writes the page with all that is in it. When this returns it is durable, and has no name.
    ///
    /// - Parameter stop: asked between pieces; `.stopped` when it says so.
    package func finish(
        note: String?, isOriginal: Bool, _ template: BundleTemplate, stop: () -> Bool = { false }
    ) throws(SharingError) {
        let plaintext = try parsing { () throws(FormatError) in
            try LinkManifest(items: items, note: note, isOriginal: isOriginal).checkedPlaintext()
        }
        var manifest = try beginObject(0, Int64(plaintext.count))
        try manifest.write(plaintext)
        sizes[0] = try manifest.finish(syncing: false)
        guard taken + sizes[0] <= BundleHead.largest else { throw .tooLarge }
        let head = BundleHead(id: id, objects: sizes, rounds: rounds, salt: salt)
        try put(template.beforeHead + head.encoded + template.beforeObjects)
        // The manifest was made last.
        try spell(0, at: taken, stop)
        var offset: Int64 = 0
        for (number, size) in sizes.enumerated().dropFirst() {
            try put(Array("\n".utf8))
            try spell(number, at: offset, stop)
            offset += size
        }
        try put(template.end)
        do throws(FileError) { try page.file.sync() } catch { throw .file(error) }
    }

    private func put(_ bytes: [UInt8]) throws(SharingError) {
        do throws(FileError) { try page.file.write(bytes) } catch { throw .file(error) }
    }

    /// One object as text, in the element that holds it.
    private func spell(
        _ number: Int, at offset: Int64, _ stop: () -> Bool
    ) throws(SharingError) {
        let type = "application/octet-stream;base64"
        try put(Array("<script type=\"\(type)\" id=\"object-\(number)\">".utf8))
        var (offset, left) = (offset, sizes[number])
        while left > 0 {
            let count = Int(min(left, Int64(Self.pieceByteCount)))
            if stop() { throw .stopped }
            let piece: [UInt8]
            do throws(FileError) {
                piece = try objects.file.readExactly(count, at: offset)
            } catch {
                throw .file(error)
            }
            try put(Array(Base64.encode(piece).utf8))
            offset += Int64(count)
            left -= Int64(count)
        }
        try put(Array("</script>".utf8))
    }

    /// Gives it its name. Throws `.file(.exists)` where something has that, and leaves it alone.
    package func publish(as name: FileName) throws(SharingError) {
        do throws(FileError) {
            try page.link(into: folder, as: name)
            try folder.sync()
        } catch {
            throw .file(error)
        }
    }

    /// Of the whole file, in bytes; once it is finished.
    package var byteCount: Int64 {
        get throws(SharingError) {
            try filing { () throws(FileError) in try page.file.status().size }
        }
    }
}

extension Directory {
    fileprivate borrowing func unnamed() throws(SharingError) -> UnnamedFile {
        do throws(FileError) { return try createUnnamed(mode: 0o600) } catch { throw .file(error) }
    }
}

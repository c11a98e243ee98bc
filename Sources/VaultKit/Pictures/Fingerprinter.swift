import VaultCrypto
import VaultFiles
package import VaultFormat
import VaultImaging

/// What tells a file, and what tells the picture in it, without showing either.
package struct Fingerprint: Sendable {
    package var byteCount: UInt64
    package var kind: PictureKind
    package var digest: ContentDigest
    /// The picture's PDQ hash.
    package var hash: PictureHash?
    /// The hashes of its eight turns (Spec 10 §7), when they were asked for and there are any.
    package var turns: [[UInt8]] = []
    /// Why there is no hash.
    package var reason: String?
    /// Whether there ought to be one: a film has none.
    package var isFailure: Bool
}

/// Computes fingerprints of files on this machine. Needs no vault and no key, and sends nothing.
package final class Fingerprinter {
    private let crew: ImagingCrew

    /// - Parameter imager: the path of `lighttight-imager`.
    /// - Throws: `failed` when the imager cannot be started.
    package init(imager: [UInt8]) throws(VaultError) {
        crew = ImagingCrew(ImagerProgram(path: imager), workers: 1)
        do throws(ImagingError) { try crew.check() } catch { throw VaultError(error) }
    }

    /// - Parameters:
    ///   - path: as the person named it.
    ///   - turns: whether the hashes of its eight turns are wanted, too.
    package func fingerprint(
        _ path: [UInt8], turns: Bool = false
    ) throws(VaultError) -> Fingerprint {
        let what = "\"\(Printable.text(path))\""
        let file = try files(what) { () throws(FileError) in
            try Descriptor.openSource(FilePath(bytes: path))
        }
        let before = try files(what) { () throws(FileError) in try file.status() }
        let digest = try files(what) { () throws(FileError) in try Self.digest(file) }
        let byteCount = UInt64(max(before.size, 0))
        let look: PictureLook
        do throws(ImagingFailure<FileError>) {
            look = try crew.look(byteCount: byteCount, wishes: turns ? [.hash, .turns] : [.hash]) {
                (offset, buffer) throws(FileError) in
                try file.readExactly(into: buffer, at: Int64(offset))
            }
        } catch {
            switch error {
            case .imager(let error): throw VaultError(error)
            case .source(let error): throw VaultError(error, what)
            }
        }
        // Both fingerprints are of the same bytes, or there are none.
        try files(what) { () throws(FileError) in try file.requireUnchanged(since: before) }
        return Fingerprint(
            byteCount: byteCount, kind: look.facts?.kind ?? .other,
            digest: digest, hash: look.previews?.hash, turns: look.previews?.turns ?? [],
            reason: Self.reason(look),
            isFailure: Self.isFailure(look))
    }

    private static func digest(_ file: borrowing Descriptor) throws(FileError) -> ContentDigest {
        var hasher = SHA256Hasher()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { buffer.deallocate() }
        var offset: Int64 = 0
        while true {
            let count = try file.read(into: buffer, at: offset)
            if count == 0 { return ContentDigest(hasher.finalize()) }
            hasher.update(UnsafeRawBufferPointer(rebasing: buffer.prefix(count)))
            offset += Int64(count)
        }
    }

    private static func reason(_ look: PictureLook) -> String? {
        if let trouble = look.trouble { return trouble.stored.describe }
        return look.previews?.hash == nil ? "is too small to be told from others" : nil
    }

    private static func isFailure(_ look: PictureLook) -> Bool {
        look.trouble?.stored.isFailure ?? false
    }
}

import VaultCrypto
import VaultFiles
import VaultFormat
import VaultStore

/// One thread of an export.
final class ExportWorker {
    private let job: ExportJob
    private let reader: PictureReader
    /// The folder that was written last: neighbours often lie in the same one.
    private var last: (names: [FileName], folder: SharedFolder)?
    /// What is to be written of the picture at hand: `nil` for its original as it is.
    private var stripped: StrippedPicture?

    init(_ vault: UnlockedVault, _ job: ExportJob) throws(VaultError) {
        self.job = job
        reader = try PictureReader(vault)
    }

    /// Puts one picture to all its places. Only errors that concern every file are thrown.
    func put(_ sealed: SealedPicture) throws(VaultError) {
        let picture = sealed.picture
        stripped = nil
        for (path, occurrence) in job.naming.places(for: picture) {
            do throws(VaultError) {
                if job.request.strip, stripped == nil {
                    stripped = try StrippedPicture(sealed, reader)
                }
                try put(sealed, occurrence, at: path)
            } catch {
                if error.code == .full || error.code == .readOnly { throw error }
                report(path, .failed, picture, reason: error.message)
            }
        }
    }

    private func put(
        _ sealed: SealedPicture, _ occurrence: OccurrenceValue, at path: [FileName]
    ) throws(VaultError) {
        var path = path
        let taking = job.take(path)
        let alternative =
            Array(path.dropLast())
            + [ExportNaming.alternative(path[path.count - 1], for: sealed.picture.id)]
        if taking == .taken {
            // Two pictures of one path, or one picture noted twice for it: told apart by what is there.
            if try isThere(sealed.picture, path) { return try present(sealed, occurrence, path) }
            path = alternative
        } else if taking == .alike, try isTaken(path), try !isThere(sealed.picture, path) {
            // Here it is the same name to the file system, so this run wrote what is there.
            path = alternative
        }
        let folder = try folder(Array(path.dropLast()))
        let name = path[path.count - 1]
        let isTaken = try isTaken(path)
        if isTaken {
            if try isThere(sealed.picture, path) { return try present(sealed, occurrence, path) }
            // An earlier export of two pictures of one path gave this one the other name.
            if try isThere(sealed.picture, alternative) {
                return try present(sealed, occurrence, alternative)
            }
            guard job.request.overwrite else {
                return report(
                    path, .kept, sealed.picture,
                    reason: "another file of this name is there; --overwrite replaces it")
            }
        }
        try write(sealed, occurrence, into: folder, name, path, replacing: isTaken)
        try writeSidecar(sealed.picture, occurrence, path)
        report(path, .exported, sealed.picture)
    }

    private func present(
        _ sealed: SealedPicture, _ occurrence: OccurrenceValue, _ path: [FileName]
    ) throws(VaultError) {
        try writeSidecar(sealed.picture, occurrence, path)
        report(path, .present, sealed.picture)
    }

    private func isTaken(_ path: [FileName]) throws(VaultError) -> Bool {
        let folder = try folder(Array(path.dropLast()))
        return try outside(path) { () throws(FileError) in
            try folder.directory.contains(path[path.count - 1])
        }
    }

    /// Into a file without a name, which gets one when all of it is authentic.
    private func write(
        _ sealed: SealedPicture, _ occurrence: OccurrenceValue, into folder: SharedFolder,
        _ name: FileName, _ path: [FileName], replacing: Bool
    ) throws(VaultError) {
        var file = try outside(path) { () throws(FileError) in
            try folder.directory.createUnnamed(mode: 0o600)
        }
        if let stripped {
            try outside(path) { () throws(FileError) in try file.file.write(stripped.bytes) }
        } else {
            try read(sealed, into: file.file, path)
        }
        try outside(path) { () throws(FileError) in
            if stripped == nil {
                try file.file.setModified(FileTime(nanosecondsSince1970: occurrence.modified))
            }
            if replacing {
                let temporary = try FileName.temporary()
                try file.link(into: folder.directory, as: temporary)
                do throws(FileError) {
                    try folder.directory.rename(temporary, as: name)
                } catch {
                    // The first failure is the one to tell; plaintext stays under no other name.
                    try? folder.directory.unlink(temporary)
                    throw error
                }
            } else {
                try file.link(into: folder.directory, as: name)
            }
        }
    }

    private func read(
        _ sealed: SealedPicture, into file: borrowing Descriptor, _ path: [FileName]
    ) throws(VaultError) {
        var current = sealed
        do throws(VaultError) {
            try reader.read(current) { (piece) throws(VaultError) in
                do throws(FileError) { try file.write(piece) } catch {
                    throw VaultError(error, Self.printable(path))
                }
            }
            return
        } catch {
            guard error.code == .damaged,
                let now = try reader.findIfThere(sealed.picture.id),
                now.picture.value.location != sealed.picture.value.location
            else { throw error }
            current = now
        }
        // The pack was compacted away meanwhile: once more, from where the picture lies now.
        try outside(path) { () throws(FileError) in try file.truncate(to: 0) }
        var offset: Int64 = 0
        try reader.read(current) { (piece) throws(VaultError) in
            do throws(FileError) { try file.write(piece, at: offset) } catch {
                throw VaultError(error, Self.printable(path))
            }
            offset += Int64(piece.count)
        }
    }

    /// When it was asked for. A name that leaves no room for that has none. Spec 06 §1.
    private func writeSidecar(
        _ picture: Picture, _ occurrence: OccurrenceValue, _ path: [FileName]
    ) throws(VaultError) {
        let name = path[path.count - 1].bytes + Sidecar.suffix
        guard job.request.sidecar, name.count <= 255 else { return }
        let sidecar = Sidecar(id: picture.id, value: picture.value, occurrence: occurrence)
        let folder = try folder(Array(path.dropLast()))
        try outside(path) { () throws(FileError) in
            let sidecarName = try FileName(bytes: name)
            let isTaken = try folder.directory.contains(sidecarName)
            if isTaken, !job.request.overwrite { return }
            try AtomicFile.replace(sidecarName, in: folder.directory, with: sidecar.encoded)
        }
    }

    /// Whether a file of this picture's content is at the path.
    private func isThere(_ picture: Picture, _ path: [FileName]) throws(VaultError) -> Bool {
        let folder = try folder(Array(path.dropLast()))
        do throws(FileError) {
            let file = try folder.directory.openFile(path[path.count - 1])
            let wanted = stripped.map { UInt64($0.bytes.count) } ?? picture.value.byteCount
            guard try file.status().size == Int64(clamping: wanted) else { return false }
            let buffer = PageBuffer(byteCount: 1 << 18)
            var hasher = SHA256Hasher()
            var offset: Int64 = 0
            while true {
                let count = try file.read(into: buffer.bytes, at: offset)
                if count == 0 { break }
                hasher.update(UnsafeRawBufferPointer(buffer[0..<count]))
                offset += Int64(count)
            }
            return ContentDigest(hasher.finalize()) == stripped?.digest ?? picture.value.digest
        } catch {
            return false  // What cannot be read is not this picture.
        }
    }

    private func folder(_ names: [FileName]) throws(VaultError) -> SharedFolder {
        if let last, last.names == names { return last.folder }
        let folder = try outside(names) { () throws(FileError) in
            guard !names.isEmpty else {
                return SharedFolder(try job.target.folder.reopened())
            }
            let path = try FilePath(bytes: Array(names.map(\.bytes).joined(separator: "/".utf8)))
            return SharedFolder(try job.target.folder.openOrMakeFolders(beneath: path))
        }
        last = (names, folder)
        return folder
    }

    private func report(
        _ path: [FileName], _ kind: ExportOutcome.Kind, _ picture: Picture, reason: String? = nil
    ) {
        job.add(
            ExportOutcome(
                path: Array(path.map(\.bytes).joined(separator: "/".utf8)), kind: kind,
                id: picture.id, byteCount: picture.value.byteCount, reason: reason))
    }

    private func outside<R: ~Copyable>(
        _ path: [FileName], _ body: () throws(FileError) -> R
    ) throws(VaultError) -> R {
        do throws(FileError) { return try body() } catch {
            throw VaultError(error, Self.printable(path))
        }
    }

    private static func printable(_ path: [FileName]) -> String {
        "\"\(Printable.text(Array(path.map(\.bytes).joined(separator: "/".utf8))))\""
    }
}

import CLinux

/// An open folder. Everything is done relative to it, so that nobody who renames or replaces a
/// folder above can lead us elsewhere.
package struct Directory: ~Copyable, Sendable {
    let descriptor: Descriptor

    var number: Int32 { descriptor.number }

    init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }

    /// Opens a folder by a path from outside. Links above it are the user's own and are followed;
    /// in the last component only when `followingLast` says so (else `.isSymbolicLink`).
    package static func open(
        _ path: FilePath, followingLast: Bool = false
    ) throws(FileError) -> Directory {
        try open(at: LT_HERE, path.bytes, following: followingLast)
    }

    static func open(
        at folder: Int32, _ path: [UInt8], following: Bool = false
    ) throws(FileError) -> Directory {
        let result = path.withCString { lt_open_folder(folder, $0, following) }
        do throws(FileError) {
            return Directory(Descriptor(owning: try check("open", result)))
        } catch .notAFolder {
            // The kernel says so for a link as well.
            if try Descriptor.statusAt(folder, path).kind == .symbolicLink { throw .isSymbolicLink }
            throw .notAFolder
        }
    }

    /// Opens a folder in this one; a link is refused (`.isSymbolicLink`).
    package func openFolder(_ name: FileName) throws(FileError) -> Directory {
        try Directory.open(at: number, name.bytes)
    }

    /// A second, independent descriptor of the same folder.
    package func reopened() throws(FileError) -> Directory {
        try Directory.open(at: number, [0x2E])
    }

    /// Opens a regular file for reading; see `Descriptor.openSource`.
    package func openFile(_ name: FileName) throws(FileError) -> Descriptor {
        try Descriptor.openSource(at: number, name.bytes)
    }

    /// Opens the regular file that was looked at before; `.changedWhileRead` when it is another one by
    /// now, or changed. Cheaper than `openFile`, which has to look first.
    package func openFile(
        _ name: FileName, seenAs status: FileStatus
    ) throws(FileError) -> Descriptor {
        try Descriptor.requireRegular(status)
        let file = Descriptor(
            owning: try check("open", name.withCString { lt_open_source(number, $0) }))
        try file.requireUnchanged(since: status)
        return file
    }

    /// Opens an existing regular file for reading and writing; a link is refused.
    package func openForUpdate(_ name: FileName) throws(FileError) -> Descriptor {
        try Descriptor.requireRegular(status(of: name))
        let file = Descriptor(
            owning: try check("open", name.withCString { lt_open_update(number, $0) }))
        try Descriptor.requireRegular(file.status())
        return file
    }

    package func status() throws(FileError) -> FileStatus { try descriptor.status() }

    /// What a name leads to; of a link, the link itself.
    package func status(of name: FileName) throws(FileError) -> FileStatus {
        try Descriptor.statusAt(number, name.bytes)
    }

    /// Whether anything has this name, a dangling link included.
    package func contains(_ name: FileName) throws(FileError) -> Bool {
        do throws(FileError) {
            _ = try status(of: name)
            return true
        } catch .notFound {
            return false
        }
    }

    /// The folder's entries, without "." and "..", in no order, as they are read.
    package func entries() throws(FileError) -> DirectoryReader {
        DirectoryReader(try reopened())
    }

    /// Makes the names in this folder durable.
    package func sync() throws(FileError) { try descriptor.sync() }

    package func syncFileSystem() throws(FileError) { try descriptor.syncFileSystem() }
}

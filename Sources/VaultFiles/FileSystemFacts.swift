import CLinux

/// What is known of the file system that a folder lies on.
package struct FileSystemFacts: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case usual
        /// Keeps no permissions: every user of the machine has the same.
        case withoutModes
        /// On another machine, which does what it likes with locks and syncs.
        case network
        /// In memory: gone when the machine stops.
        case memory
    }

    package let kind: Kind
    /// Bytes that this user may still write.
    package let freeByteCount: UInt64

    init(type: UInt64, freeByteCount: UInt64) {
        // Only the low 32 bits are the number; some architectures extend its sign.
        kind =
            switch UInt32(truncatingIfNeeded: type) {
            case 0x4D44, 0x2011_BAB0, 0x5346_544E, 0x4244: .withoutModes  // FAT, exFAT, NTFS, HFS
            case 0x6969, 0x517B, 0xFF53_4D42, 0xFE53_4D42, 0x0102_1997, 0x00C3_6400: .network
            case 0x0102_1994, 0x8584_58F6: .memory
            default: .usual
            }
        self.freeByteCount = freeByteCount
    }
}

extension Directory {
    package func fileSystem() throws(FileError) -> FileSystemFacts {
        var (type, free): (UInt64, UInt64) = (0, 0)
        try check("fstatfs", lt_file_system(number, &type, &free))
        return FileSystemFacts(type: type, freeByteCount: free)
    }

    /// Sets the permission bits (0 … 0o7777) of this folder.
    package func setMode(_ mode: UInt32) throws(FileError) { try descriptor.setMode(mode) }

    /// Sets the permission bits of a regular file or a folder in this one; a link is refused.
    package func setMode(_ mode: UInt32, of name: FileName) throws(FileError) {
        switch try status(of: name).kind {
        case .folder: try openFolder(name).setMode(mode)
        case .regular:
            do throws(FileError) {
                try openFile(name).setMode(mode)
            } catch .notPermitted {
                // One that is ours and that we may not read. The name was no link just now, and nobody
                // but us can change names here once the folder's own mode is right.
                try check("fchmodat", name.withCString { lt_set_mode_at(number, $0, mode) })
            }
        case let kind: throw .notRegular(kind)
        }
    }
}

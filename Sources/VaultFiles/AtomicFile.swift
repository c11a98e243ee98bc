import CLinux

/// Small files that are replaced as a whole: readers see the old bytes or the new, never a mixture,
/// and after a crash it is one of the two as well.
package enum AtomicFile {
    /// Writes a temporary file beside it, syncs it, renames it into place and syncs the folder:
    /// when this returns, the new bytes are durable. After a failure the old ones are in place and
    /// the temporary file is removed; except when the folder's sync fails: then the new bytes are
    /// in place, and a power cut may still bring back the old.
    package static func replace(
        _ name: FileName, in folder: borrowing Directory, with bytes: [UInt8],
        mode: CreationMode = 0o600
    ) throws(FileError) {
        let temporary = try FileName.temporary()
        let file = try folder.createExclusive(temporary, mode: mode)
        do throws(FileError) {
            try file.write(bytes)
            try file.sync()
            try file.close()
            try folder.rename(temporary, as: name)
        } catch {
            // The first failure is the one to report; a leftover is harmless and `verify` lists it.
            _ = temporary.withCString { lt_unlink(folder.number, $0) }
            throw error
        }
        try folder.sync()
    }

    /// The bytes of such a file; `.tooLarge` beyond `limit`.
    package static func read(
        _ name: FileName, in folder: borrowing Directory, limit: Int
    ) throws(FileError) -> [UInt8] {
        try folder.openFile(name).readAll(limit: limit)
    }
}

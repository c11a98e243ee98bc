import VaultCrypto
import VaultFiles

/// Takes shares away, for the vault and for its server alike. What is gone already is as good: the other
/// one may be doing the same. Spec 11 §4.
enum ShareRemoval {
    /// Destroys the half, which ends the share, then all else of it; returns whether a half was there.
    ///
    /// - Throws: what kept the half or a file from going; to be tried again.
    @discardableResult
    static func destroy(
        _ name: FileName, links: borrowing Directory, halves: borrowing Directory
    ) throws(FileError) -> Bool {
        let hadHalf = try destroyHalf(name, in: halves)
        do throws(FileError) {
            let folder = try links.openFolder(name)
            try folder.unlinkIfPresent(SharesFolder.offerName)
        } catch .notFound {
            return hadHalf
        }
        try empty(name, in: links)
        return hadHalf
    }

    private static func destroyHalf(
        _ name: FileName, in halves: borrowing Directory
    ) throws(FileError) -> Bool {
        do throws(FileError) {
            let file = try halves.openForUpdate(name)
            let size = Int(min(try file.status().size, 4_096))
            try file.write([UInt8](repeating: 0, count: max(size, keyByteCount)), at: 0)
            try file.sync()
        } catch .notFound {
            return false
        } catch .isSymbolicLink {
            // Nothing of ours stands behind it: the name alone goes.
        } catch .notRegular {
            // Likewise.
        }
        try halves.unlinkIfPresent(name)
        try halves.sync()
        return true
    }

    /// Removes a folder of `links/` with the files in it, if it is there.
    static func empty(
        _ name: FileName, in links: borrowing Directory
    ) throws(FileError) {
        do throws(FileError) {
            let folder = try links.openFolder(name)
            var names: [FileName] = []
            var entries = try folder.entries()
            while let entry = try entries.next() { names.append(entry.name) }
            for name in names { try folder.unlinkIfPresent(name) }
            try links.removeFolder(name)
        } catch .notFound {
            // The other one was quicker.
        }
        try links.sync()
    }
}

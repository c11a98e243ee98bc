import VaultFiles
import VaultFormat

/// A vault's folder, held open. Spec 05 §1.
final class VaultPlace: Sendable {
    static let headerCopy: FileName = "vault.json"
    static let copyMark: FileName = "copy.json"

    /// Absolute.
    let path: FilePath
    let folder: Directory
    let identity: FileIdentity

    private init(_ path: FilePath, _ folder: consuming Directory) throws(FileError) {
        self.path = path
        identity = try folder.status().identity
        self.folder = folder
    }

    /// Throws `vaultNotFound` when nothing there looks like a vault.
    static func open(_ path: [UInt8]) throws(VaultError) -> VaultPlace {
        let absolute = try SourcePath.absolute(path)
        let none = VaultError(
            .vaultNotFound, "there is no vault at \"\(Printable.text(absolute))\"",
            hint: "name it with --vault or LIGHTTIGHT_VAULT, or make one with lighttight init")
        do throws(FileError) {
            let path = try FilePath(bytes: absolute)
            let place = try VaultPlace(path, Directory.open(path, followingLast: true))
            for name: FileName in ["records.db", "records.bak", headerCopy, "packs"]
            where try place.folder.contains(name) {
                return place
            }
        } catch .notFound {
            throw none
        } catch .notAFolder {
            throw none
        } catch {
            throw VaultError(error, "the vault \"\(Printable.text(absolute))\"")
        }
        throw none
    }

    /// Makes the folder, and all above it, or takes one that is empty.
    static func make(_ path: [UInt8]) throws(VaultError) -> VaultPlace {
        let absolute = try SourcePath.absolute(path)
        return try files("\"\(Printable.text(absolute))\"") { () throws(FileError) in
            let path = try FilePath(bytes: absolute)
            return try VaultPlace(path, Directory.openOrMakeFollowing(path))
        }
    }

    /// `vault.json`; `nil` when it cannot be read.
    func readHeaderCopy() -> [UInt8]? {
        do throws(FileError) {
            return try AtomicFile.read(
                Self.headerCopy, in: folder, limit: Header.maximumByteCount)
        } catch {
            return nil
        }
    }

    func isEmpty() throws(VaultError) -> Bool {
        try files("the vault's folder") { () throws(FileError) in
            var entries = try folder.entries()
            while let entry = try entries.next() {
                // A stop in the middle of replacing a small file leaves one of these.
                if !entry.name.isTemporary { return false }
            }
            return true
        }
    }

    /// Takes one of the locks of Spec 05 §1.
    func lock(
        _ name: FileName, _ mode: FileLock.Mode, wait: Duration = .zero
    ) throws(FileError) -> FileLock {
        let locks = try folder.openOrMakeFolder("locks", mode: .likeFolder)
        return try FileLock.acquire(name, in: locks, mode: mode, wait: wait)
    }
}

extension Directory {
    /// Opens an absolute path, making what of it is missing. Links on the way are the user's own and
    /// are followed; folders on the way need not be readable.
    static func openOrMakeFollowing(_ path: FilePath) throws(FileError) -> Directory {
        do throws(FileError) {
            return try Directory.open(path, followingLast: true)
        } catch .notFound {
            guard let last = path.lastComponent else { throw .notFound }
            return try openOrMakeFollowing(path.parent).openOrMakeFolder(FileName(bytes: last))
        }
    }
}

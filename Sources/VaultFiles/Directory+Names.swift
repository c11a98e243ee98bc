import CLinux
import Glibc

// Making, naming and removing. None of it is durable before `sync()` of the folder it was done in.
extension Directory {
    /// Makes a folder with exactly this mode; `.exists` when the name is taken. Setgid comes from the
    /// folder above, as the kernel has it.
    package func makeFolder(_ name: FileName, mode: CreationMode = 0o700) throws(FileError) {
        let mode = try folderMode(mode)
        try FaultPoint.hit("mkdir")
        try check("mkdir", name.withCString { lt_make_folder(number, $0, mode) })
        if try status(of: name).mode & (0o777 | mode) != mode {
            let result = name.withCString { lt_set_mode_at(number, $0, mode) }
            // EPERM for what we just made: a file system without modes (FAT).
            if result != -EPERM { try check("fchmodat", result) }
        }
    }

    /// Opens a folder in this one, made first when missing.
    package func openOrMakeFolder(
        _ name: FileName, mode: CreationMode = 0o700
    ) throws(FileError) -> Directory {
        do throws(FileError) {
            return try openFolder(name)
        } catch .notFound {
            do throws(FileError) {
                try makeFolder(name, mode: mode)
            } catch .exists {
                // Somebody was quicker; what they made is opened (or refused) below.
            }
            return try openFolder(name)
        }
    }

    /// Makes a new file with exactly this mode, for reading and writing. `.exists` when the name
    /// is taken, even by a link that leads nowhere.
    package func createExclusive(
        _ name: FileName, mode: CreationMode = 0o600
    ) throws(FileError) -> Descriptor {
        if mode == .likeFolder, try status().isSharedFolder { return try createShared(name) }
        return try create(name, mode: fileMode(mode))
    }

    func create(_ name: FileName, mode: UInt32) throws(FileError) -> Descriptor {
        try FaultPoint.hit("create")
        let file = Descriptor(
            owning: try check("open", name.withCString { lt_create(number, $0, mode) }))
        try file.correctMode(mode)
        return file
    }

    /// Makes a file of a group's, which has its mode before it has its name: the umask forbids all to
    /// the group, and somebody who met the file in between would be refused.
    private func createShared(_ name: FileName) throws(FileError) -> Descriptor {
        var file = try createUnnamed(mode: .likeFolder)
        try file.link(into: self, as: name)
        return try Descriptor(duplicating: file.file.number)
    }

    /// Removes a name that is not a folder's.
    package func unlink(_ name: FileName) throws(FileError) {
        try FaultPoint.hit("unlink")
        try check("unlink", name.withCString { lt_unlink(number, $0) })
    }

    /// Removes a name that is not a folder's, if it is there; returns whether it was.
    @discardableResult
    package func unlinkIfPresent(_ name: FileName) throws(FileError) -> Bool {
        do throws(FileError) {
            try unlink(name)
            return true
        } catch .notFound {
            return false
        }
    }

    /// Removes an empty folder; `.notEmpty` when it is not.
    package func removeFolder(_ name: FileName) throws(FileError) {
        try FaultPoint.hit("rmdir")
        let result = name.withCString { lt_remove_folder(number, $0) }
        // Some file systems say EEXIST for a folder that holds something.
        if result == -EEXIST { throw .notEmpty }
        try check("rmdir", result)
    }

    /// Renames, replacing what has the new name at one stroke.
    package func rename(
        _ name: FileName, into target: borrowing Directory, as newName: FileName
    ) throws(FileError) {
        try FaultPoint.hit("rename")
        let to = target.number
        let result = name.withCString { old in
            newName.withCString { lt_rename(number, old, to, $0) }
        }
        try check("rename", result)
    }

    package func rename(_ name: FileName, as newName: FileName) throws(FileError) {
        try rename(name, into: self, as: newName)
    }

    /// Renames a file, never replacing anything: `.exists` when the new name is taken.
    package func renameNoReplace(
        _ name: FileName, into target: borrowing Directory, as newName: FileName
    ) throws(FileError) {
        try FaultPoint.hit("rename")
        let to = target.number
        let result = name.withCString { old in
            newName.withCString { lt_rename_no_replace(number, old, to, $0) }
        }
        if result == -EINVAL || result == -ENOSYS {
            return try renameByLinking(name, into: target, as: newName)
        }
        try check("renameat2", result)
    }

    package func renameNoReplace(_ name: FileName, as newName: FileName) throws(FileError) {
        try renameNoReplace(name, into: self, as: newName)
    }

    /// The same where the file system knows no such rename (NFS): a link never replaces anything.
    /// A crash in between leaves both names of the one file.
    func renameByLinking(
        _ name: FileName, into target: borrowing Directory, as newName: FileName
    ) throws(FileError) {
        try link(name, into: target, as: newName)
        try unlink(name)
    }

    /// Gives a file a second name; `.exists` when it is taken.
    package func link(
        _ name: FileName, into target: borrowing Directory, as newName: FileName
    ) throws(FileError) {
        try FaultPoint.hit("link")
        let to = target.number
        let result = name.withCString { old in
            newName.withCString { lt_link(number, old, to, $0) }
        }
        try check("link", result)
    }
}

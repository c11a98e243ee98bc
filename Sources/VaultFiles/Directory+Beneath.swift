import CLinux

// Paths that somebody else chose (a record, a manifest, an archive): they stay in this folder.
extension Directory {
    /// Opens a regular file for reading somewhere below. A link in any component is refused, and
    /// so is a path that is absolute or climbs out (`.leavesFolder`).
    package func openFile(beneath path: FilePath) throws(FileError) -> Descriptor {
        let names = try path.names()
        if names.count == 1 { return try openFile(names[0]) }
        return try openFolder(through: names.dropLast()).openFile(names[names.count - 1])
    }

    /// Opens a folder somewhere below, by the same rules.
    package func openFolder(beneath path: FilePath) throws(FileError) -> Directory {
        try openFolder(through: path.names()[...])
    }

    /// Opens a folder somewhere below, making what is missing on the way.
    package func openOrMakeFolders(
        beneath path: FilePath, mode: CreationMode = 0o700
    ) throws(FileError) -> Directory {
        var folder = try reopened()
        for name in try path.names() { folder = try folder.openOrMakeFolder(name, mode: mode) }
        return folder
    }

    /// `byName`: name after name, as where the kernel knows no openat2.
    func openFolder(
        through names: ArraySlice<FileName>, byName: Bool = false
    ) throws(FileError) -> Directory {
        if !byName {
            let path = Array(names.map(\.bytes).joined(separator: [0x2F]))
            let result = path.withCString { lt_open_beneath(number, $0, true) }
            if result >= 0 { return Directory(Descriptor(owning: result)) }
            // Kernels before 5.6 have no such call and some sandboxes forbid it. For any refusal
            // the slow way is as safe, and tells a link from a file.
        }
        var folder = try reopened()
        for name in names { folder = try folder.openFolder(name) }
        return folder
    }
}

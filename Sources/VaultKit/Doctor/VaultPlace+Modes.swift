import VaultFiles

/// A file or folder of the vault, and who may use it.
struct PlacedFile {
    /// Below the vault's folder; empty for the folder itself.
    var path: [FileName]
    var status: FileStatus
    /// The permission bits that it should have. Spec 05 §1.
    var mode: UInt32

    var printable: String {
        path.isEmpty ? "the vault's folder" : path.map(\.printable).joined(separator: "/")
    }

    /// Whether somebody may use it who should not, or cannot who should.
    var isWrong: Bool {
        isReadableByOthers || mode & 0o770 & ~status.mode != 0
            || status.kind == .folder && mode & 0o2000 & ~status.mode != 0
    }

    var isReadableByOthers: Bool { status.mode & 0o077 & ~mode != 0 }
    var isWritableByOthers: Bool { status.mode & 0o022 & ~mode != 0 }
}

extension VaultPlace {
    /// Every file and folder of the vault, folders before what is in them; strangers apart.
    func placedFiles() throws(VaultError) -> (all: [PlacedFile], strangers: [FileName]) {
        try files("the vault's files") { () throws(FileError) in
            let own = try folder.status()
            let isShared = own.isSharedFolder
            var all = [PlacedFile(path: [], status: own, mode: isShared ? 0o2770 : 0o700)]
            var strangers: [FileName] = []
            for name in try folder.names() {
                guard let status = try folder.statusIfThere(of: name) else { continue }
                if Self.folders.contains(name), status.kind == .folder {
                    try Self.add(folder, name, status, [name], isShared, &all)
                } else if Self.isOurs(name), status.kind == .regular {
                    all.append(
                        PlacedFile(path: [name], status: status, mode: isShared ? 0o660 : 0o600))
                } else {
                    strangers.append(name)
                }
            }
            return (all, strangers)
        }
    }

    private static let folders: Set<FileName> = ["packs", "locks", "inbox"]

    private static func add(
        _ parent: borrowing Directory, _ name: FileName, _ status: FileStatus, _ path: [FileName],
        _ isShared: Bool, _ all: inout [PlacedFile]
    ) throws(FileError) {
        guard status.kind == .folder else {
            if status.kind == .regular {
                all.append(PlacedFile(path: path, status: status, mode: isShared ? 0o660 : 0o600))
            }
            return
        }
        all.append(PlacedFile(path: path, status: status, mode: isShared ? 0o2770 : 0o700))
        guard path.count < 3 else { return }
        let folder: Directory
        do throws(FileError) {
            folder = try parent.openFolder(name)
        } catch .notPermitted {
            return
        }
        for name in try folder.names() {
            guard let status = try folder.statusIfThere(of: name) else { continue }
            try add(folder, name, status, path + [name], isShared, &all)
        }
    }

    /// Names that Spec 05 §1 knows in the vault's folder, or that SQLite gives.
    private static func isOurs(_ name: FileName) -> Bool {
        let text = name.bytes
        return name == headerCopy || name == copyMark || name.isTemporary
            || text.starts(with: Array("records.db".utf8))
            || text.starts(with: Array("records.bak".utf8))
            || text.starts(with: Array("index.db".utf8))
    }

    /// Gives every file and folder of ours the mode that it should have. Returns how many there were.
    func mendModes() throws(VaultError) -> Int {
        let wrong = try placedFiles().all.filter(\.isWrong)
        return try files("the vault's files") { () throws(FileError) in
            for file in wrong {
                guard let name = file.path.last else {
                    try folder.setMode(file.mode)
                    continue
                }
                if file.path.count == 1 {
                    try folder.setMode(file.mode, of: name)
                } else {
                    try folder.openFolder(through: file.path.dropLast()).setMode(
                        file.mode, of: name)
                }
            }
            return wrong.count
        }
    }
}

extension Directory {
    /// All names in it, sorted.
    func names() throws(FileError) -> [FileName] {
        var names: [FileName] = []
        var entries = try entries()
        while let entry = try entries.next() { names.append(entry.name) }
        return names.sorted()
    }

    /// `nil` when it went away meanwhile.
    func statusIfThere(of name: FileName) throws(FileError) -> FileStatus? {
        do throws(FileError) { return try status(of: name) } catch .notFound { return nil }
    }

    fileprivate func openFolder(through names: ArraySlice<FileName>) throws(FileError) -> Directory
    {
        var folder = try reopened()
        for name in names { folder = try folder.openFolder(name) }
        return folder
    }
}

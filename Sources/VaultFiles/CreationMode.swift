/// Who may use a file or folder that is made.
package enum CreationMode: Sendable, Equatable, ExpressibleByIntegerLiteral {
    /// These permission bits, wherever it lies.
    case exactly(UInt32)
    /// As the folder is shared that it is made in: 0600 and 0700 in a private one, 0660 and 2770 in
    /// one that a group works in. For the vault's own files only. Spec 05 §1.
    case likeFolder

    package init(integerLiteral bits: UInt32) { self = .exactly(bits) }
}

extension FileStatus {
    /// Setgid, and everything allowed to the group: what is made in such a folder belongs to its
    /// group, too. The rights of others do not count.
    private static let shared: UInt32 = 0o2070

    /// Whether it is a folder that a group works in together. Spec 05 §1.
    package var isSharedFolder: Bool { kind == .folder && mode & Self.shared == Self.shared }
}

extension Directory {
    /// Gives an empty folder to a group to work in: mode 2770. Throws `.notPermitted` when it is not
    /// ours or we are not of the group.
    ///
    /// Returns whether it is so then: a file system without modes and groups may say yes to all and do
    /// nothing.
    package func share(with group: UserGroup) throws(FileError) -> Bool {
        try descriptor.setGroup(group)
        // Second, for only members of the group that a folder has may set setgid on it.
        try descriptor.setMode(0o2770)
        let now = try status()
        return now.mode == 0o2770 && now.group == group.number
    }

    func fileMode(_ mode: CreationMode) throws(FileError) -> UInt32 {
        switch mode {
        case .exactly(let bits): bits
        case .likeFolder: try status().isSharedFolder ? 0o660 : 0o600
        }
    }

    func folderMode(_ mode: CreationMode) throws(FileError) -> UInt32 {
        switch mode {
        case .exactly(let bits): bits
        case .likeFolder: try status().isSharedFolder ? 0o2770 : 0o700
        }
    }
}

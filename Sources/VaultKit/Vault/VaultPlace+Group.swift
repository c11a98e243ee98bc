import VaultFiles

// A vault that people with accounts of their own on this machine share. Spec 05 §1.
extension VaultPlace {
    /// Makes the folder and gives it to a group, or takes an empty one, or one that was given to the
    /// group already. What is made in it afterwards takes after it.
    static func make(_ path: [UInt8], for name: String) throws(VaultError) -> VaultPlace {
        let group = try group(name)
        try requireParent(of: path)
        let place = try make(path)
        let before = try files("the vault's folder") { () throws(FileError) in
            try place.folder.status()
        }
        if before.isSharedFolder, before.group == group.number { return place }
        guard try place.isEmpty() else {
            throw VaultError(
                .vaultInUse, "the folder \"\(place.path.printable)\" is not empty",
                hint: "a group's vault wants a new folder")
        }
        let isShared: Bool
        do throws(FileError) {
            isShared = try place.folder.share(with: group)
        } catch .notPermitted where before.owner != UserGroup.thisUser {
            throw VaultError(
                .failed, "the folder \"\(place.path.printable)\" belongs to another user",
                hint: "name a folder that does not exist yet")
        } catch .notPermitted {
            isShared = false
        } catch {
            throw VaultError(error, "the vault's folder")
        }
        guard isShared else {
            throw VaultError(
                .unsupported, "this file system does not keep groups and permissions",
                hint: "put a group's vault on a local Linux file system")
        }
        return place
    }

    var isShared: Bool {
        get throws(VaultError) {
            try files("the vault's folder") { () throws(FileError) in
                try folder.status().isSharedFolder
            }
        }
    }

    /// A sentence when a folder above seems closed to the group. It may be open all the same to some,
    /// by an access control list.
    func warningAboutFoldersAbove() throws(VaultError) -> String? {
        let group = try files("the vault's folder") { () throws(FileError) in
            try folder.status().group
        }
        var above = path
        while !above.components.isEmpty {
            above = above.parent
            do throws(FileError) {
                let status = try Directory.open(above, followingLast: true).status()
                if status.mode & 0o001 != 0 { continue }
                if status.mode & 0o010 != 0, status.group == group { continue }
            } catch .notPermitted {
                // We came through without being allowed to read it, and so does any other member.
                continue
            } catch {
                throw VaultError(error, "\"\(above.printable)\"")
            }
            return
                "the group may be unable to enter \"\(above.printable)\", which is above the vault"
        }
        return nil
    }

    private static func group(_ name: String) throws(VaultError) -> UserGroup {
        let quoted = "\"\(Printable.text(Array(name.utf8)))\""
        let (group, isOurs) = try files("the group \(quoted)") { () throws(FileError) in
            let group = try UserGroup.named(name)
            return (group, try group?.includesThisProcess() ?? false)
        }
        guard let group else {
            throw VaultError(
                .usage, "this machine has no group \(quoted)",
                hint: "an administrator makes one with groupadd, and adds members with usermod -aG")
        }
        guard isOurs else {
            throw VaultError(
                .usage, "you are not a member of the group \(quoted)",
                hint: "an administrator adds you with usermod -aG; log in again after that")
        }
        return group
    }

    /// Folders on the way would be made for their owner only, and the group could not pass.
    private static func requireParent(of path: [UInt8]) throws(VaultError) {
        let parent = try FilePath.parentOfVault(SourcePath.absolute(path))
        do throws(FileError) {
            _ = try Directory.open(parent, followingLast: true)
        } catch .notFound {
            throw VaultError(
                .usage, "the folder \"\(parent.printable)\" does not exist",
                hint: "make it first, so that the group can enter it")
        } catch {
            throw VaultError(error, "\"\(parent.printable)\"")
        }
    }
}

extension FilePath {
    fileprivate static func parentOfVault(_ path: [UInt8]) throws(VaultError) -> FilePath {
        try files("\"\(Printable.text(path))\"") { () throws(FileError) in
            try FilePath(bytes: path).parent
        }
    }
}

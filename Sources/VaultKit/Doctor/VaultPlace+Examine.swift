import VaultFiles

// Who else may get at the vault's files.
extension VaultPlace {
    func examineModes() throws(VaultError) -> [DoctorFinding] {
        var findings: [DoctorFinding] = []
        let (all, strangers) = try placedFiles()
        let facts = try files("the vault's folder") { () throws(FileError) in
            try folder.fileSystem()
        }
        let wrong = all.filter(\.isWrong)
        if facts.kind == .withoutModes {
            findings.append(Self.noModes)
        } else if !wrong.isEmpty {
            findings.append(Self.wrongModes(wrong, isShared: all[0].status.isSharedFolder))
        }
        findings += [wrongOwner(all)].compactMap(\.self)
        findings += try examineAbove(owner: all[0].status.owner)
        if !strangers.isEmpty { findings.append(Self.strange(strangers)) }
        findings += examineDisk(facts)
        return findings
    }

    private static let noModes = DoctorFinding(
        .noModes, .warning, "The vault is on a file system that keeps no permissions.",
        meaning:
            "Every user of this machine, and whoever borrows the disk, can copy or delete its files. What "
            + "they copy is sealed, but they can try passphrases on it for ever.",
        action:
            "For a vault in daily use, take a disk with a Linux file system, and move over with",
        command: ["lighttight", "backup", "FOLDER"])

    private static func wrongModes(_ wrong: [PlacedFile], isShared: Bool) -> DoctorFinding {
        let names = DoctorWords.list(wrong.map(\.printable))
        let repair = "Give them the permissions of a vault again"
        if wrong.contains(where: \.isWritableByOthers) {
            return DoctorFinding(
                .fileModes, .danger,
                "Other users of this machine can change files of the vault: \(names).",
                meaning: "They see no picture, but they can delete or damage all of them.",
                repair: repair)
        }
        if !wrong.contains(where: \.isReadableByOthers) {
            return DoctorFinding(
                .fileModes, .warning,
                (isShared ? "The group of this vault" : "You")
                    + " cannot use some of its files: \(names).",
                meaning: "Commands will fail there.", repair: repair)
        }
        return DoctorFinding(
            .fileModes, .warning,
            "Other users of this machine can read files of the vault: \(names).",
            meaning:
                "They see no picture. But they can copy the vault, and try passphrases on their copy for "
                + "as long as they like.", repair: repair)
    }

    private func wrongOwner(_ all: [PlacedFile]) -> DoctorFinding? {
        let own = all[0].status
        let me = UserGroup.thisUser
        let user = me == 0 ? own.owner : me
        let isShared = own.isSharedFolder
        let strange = all.filter {
            isShared ? $0.status.group != own.group : $0.status.owner != user
        }
        guard let first = strange.first else { return nil }
        let names = DoctorWords.list(strange.map(\.printable))
        if isShared {
            return DoctorFinding(
                .fileOwner, .warning,
                "Some files of the vault do not belong to its group: \(names).",
                meaning: "Commands of other members will fail there.",
                action: "An administrator gives them to the group",
                command: ["sudo", "chgrp", "-hR", String(own.group)], on: path.bytes)
        }
        return DoctorFinding(
            .fileOwner, .danger,
            "Some files of the vault belong to another user (number \(first.status.owner)): \(names).",
            meaning:
                "That user can change or delete them, and whoever runs lighttight may be refused. Often a "
                + "command was run once as an administrator.",
            action: "An administrator gives them back",
            command: ["sudo", "chown", "-hR", String(user)],
            on: path.bytes)
    }

    private static func strange(_ names: [FileName]) -> DoctorFinding {
        DoctorFinding(
            .strangeFile, .warning,
            "In the vault's folder lies what is not part of it: "
                + DoctorWords.list(names.map { "\"\($0.printable)\"" }) + ".",
            meaning: "It is not sealed. A file is in the vault only when it was imported.",
            action: "Import it, or move it elsewhere; then delete it there")
    }

    // MARK: - Above and around

    /// Whoever can change a folder above can put another vault in the place of this one.
    private func examineAbove(owner: UInt32) throws(VaultError) -> [DoctorFinding] {
        var above = path
        while !above.components.isEmpty {
            above = above.parent
            let status: FileStatus
            do throws(FileError) {
                status = try Directory.open(above, followingLast: true).status()
            } catch .notPermitted {
                continue
            } catch {
                throw VaultError(error, "\"\(above.printable)\"")
            }
            guard let who = Self.changers(of: status, owner) else { continue }
            let isAll = status.mode & 0o002 != 0
            return [
                DoctorFinding(
                    .folderAbove, isAll ? .danger : .warning,
                    "\(who) can change the folder \"\(above.printable)\", which is above the vault.",
                    meaning:
                        "They can rename the vault away and put another, or nothing, in its place.",
                    action: "Take that right away, or move the vault to a folder of your own",
                    command: ["chmod", "go-w"], on: above.bytes)
            ]
        }
        return []
    }

    private static func changers(of status: FileStatus, _ owner: UInt32) -> String? {
        // In a sticky folder nobody renames what is another's.
        let isSticky = status.mode & 0o1000 != 0
        if status.mode & 0o002 != 0, !isSticky { return "Every user of this machine" }
        // Many systems give each user a group of their own.
        if status.mode & 0o020 != 0, !isSticky, status.group != owner, status.group != 0 {
            return "A group of users (number \(status.group))"
        }
        if status.owner != owner, status.owner != 0, status.owner != UserGroup.thisUser {
            return "Another user (number \(status.owner))"
        }
        return nil
    }

    private func examineDisk(_ facts: FileSystemFacts) -> [DoctorFinding] {
        var findings: [DoctorFinding] = []
        if facts.kind == .memory {
            findings.append(
                DoctorFinding(
                    .inMemory, .danger, "The vault lies in the machine's memory, not on a disk.",
                    meaning: "When the machine is switched off, every picture in it is gone.",
                    action: "Copy it to a disk, and use it there",
                    command: ["lighttight", "backup", "FOLDER"]))
        }
        if facts.kind == .network {
            findings.append(
                DoctorFinding(
                    .networkDisk, .advice, "The vault is on a network disk.",
                    meaning:
                        "Whether two commands keep out of each other's way, and whether what was written "
                        + "survives a power cut, depends on the server.",
                    action: "Keep the vault on a local disk, and a copy on the network",
                    command: ["lighttight", "backup", "FOLDER"]))
        }
        if let lock = lockFinding() { findings.append(lock) }
        if let space = Self.space(facts.freeByteCount) { findings.append(space) }
        return findings
    }

    private func lockFinding() -> DoctorFinding? {
        do throws(FileError) {
            _ = try lock("import", .shared)
            return nil
        } catch .noLocks {
            return DoctorFinding(
                .noLocks, .danger, "This file system does not keep locks.",
                meaning: "Two commands at once could spoil each other's work.",
                action: "Keep the vault on a local disk, and copy it with",
                command: ["lighttight", "backup", "FOLDER"])
        } catch {
            return nil  // Held, or not to be written: both are told elsewhere.
        }
    }

    static func space(_ free: UInt64) -> DoctorFinding? {
        guard free < 1 << 30 else { return nil }
        let isUrgent = free < 64 << 20
        return DoctorFinding(
            .lowSpace, isUrgent ? .danger : .warning,
            "Only \(DoctorWords.size(free)) are free on the vault's disk.",
            meaning: isUrgent
                ? "Soon nothing can be taken in, and nothing destroyed either: destroying writes too."
                : "Imports stop when the disk is full; what is in the vault stays safe.",
            action: "Make room. In the vault, what was destroyed is given back by",
            command: ["lighttight", "compact", "--all"])
    }

    // MARK: - Secrets beside the vault

    func examineSecretFiles(_ paths: [[UInt8]]) -> [DoctorFinding] {
        let open = paths.filter { path in
            do throws(FileError) {
                let status = try Descriptor.openSource(FilePath(bytes: path)).status()
                return status.mode & 0o077 != 0
            } catch {
                return false  // What is missing is told when it is used.
            }
        }
        guard !open.isEmpty else { return [] }
        return [
            DoctorFinding(
                .passphraseFile, .danger,
                "Others can read what opens the vault: "
                    + DoctorWords.list(open.map { "\"\(Printable.text($0))\"" }) + ".",
                meaning: "Every user of this machine who can read that file can see every picture.",
                repair:
                    "Let nobody but you read it. If somebody may have read it, change the passphrase too "
                    + "(lighttight key change)")
        ]
    }

    /// Takes from others the right to read such files.
    static func closeSecretFiles(_ paths: [[UInt8]]) throws(VaultError) {
        for path in paths {
            do throws(FileError) {
                let file = try Descriptor.openSource(FilePath(bytes: path))
                if try file.status().mode & 0o077 != 0 { try file.setMode(0o600) }
            } catch .notFound {
                continue
            } catch {
                throw VaultError(error, "\"\(Printable.text(path))\"")
            }
        }
    }
}

extension Examination {
    mutating func lookAtFiles() throws(VaultError) {
        for finding in try vault.place.examineModes() { add(finding) }
        for finding in vault.place.examineSecretFiles(request.secretFiles) { add(finding) }
    }
}

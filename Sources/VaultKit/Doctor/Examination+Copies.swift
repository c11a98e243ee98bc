import VaultFiles
import VaultFormat
import VaultRecords

// The copies on other disks.
extension Examination {
    mutating func lookAtCopies() throws(VaultError) {
        // A copy is itself kept elsewhere, and knows nothing newer of its siblings.
        if vault.isCopy { return }
        let (copies, counts) = try reading { () throws(RecordsError) in
            (try vault.records.copies(), try vault.records.counts())
        }
        let anyFolder = ["lighttight", "backup", "FOLDER"]
        guard !copies.isEmpty else {
            guard counts.records > 0 else { return }
            add(
                DoctorFinding(
                    .noCopy, .warning, "There is no copy of this vault.",
                    meaning:
                        "One disk is no disk: when it breaks, is lost or is stolen, every picture is gone.",
                    action: "Connect another disk and copy to it; no passphrase is needed",
                    command: anyFolder))
            return
        }
        try lookAtAge(copies)
        try lookAtPurges(copies)
        try lookAtPlaces(copies, anyFolder)
    }

    private mutating func lookAtAge(_ copies: [CopyRow]) throws(VaultError) {
        guard let newest = copies.max(by: { $0.time < $1.time }) else { return }
        let revision = try reading { () throws(RecordsError) in try vault.records.revision() }
        // Nothing has changed since.
        if copies.contains(where: { $0.revision == revision }) { return }
        guard newest.time < now - Self.month else { return }
        add(
            DoctorFinding(
                .oldCopy, .warning,
                "The newest copy of this vault is " + DoctorWords.days(now - newest.time) + " old.",
                meaning: "What came in since is on one disk only.",
                action: "Bring it up to date; only what is new is copied",
                command: ["lighttight", "backup"],
                on: newest.place))
    }

    private mutating func lookAtPurges(_ copies: [CopyRow]) throws(VaultError) {
        for copy in copies {
            let gone = try reading { () throws(RecordsError) in
                try vault.records.destroyed(since: copy.revision).count
            }
            guard gone > 0 else { continue }
            add(
                DoctorFinding(
                    .copyBehindPurge, .warning,
                    "The copy at \"\(Printable.text(copy.place))\" still opens "
                        + DoctorWords.count(gone, "picture") + " that "
                        + (gone == 1 ? "was" : "were") + " destroyed here.",
                    meaning: "Whoever has that copy and a passphrase can see them.",
                    action: "Bring the copy up to date, or destroy that disk",
                    command: ["lighttight", "backup"], on: copy.place))
        }
    }

    private mutating func lookAtPlaces(
        _ copies: [CopyRow], _ command: [String]
    ) throws(VaultError) {
        let own = vault.place.identity.device
        let disk = Disks().disk(of: own)
        var sharing: CopyRow?
        for copy in copies {
            do throws(FileError) {
                let status = try Directory.open(FilePath(bytes: copy.place), followingLast: true)
                    .status()
                let device = status.identity.device
                guard device == own || disk != nil && Disks().disk(of: device) == disk else {
                    return
                }
                sharing = copy
            } catch {
                return  // One that is not connected is where it should be: elsewhere.
            }
        }
        guard let sharing else { return }
        add(
            DoctorFinding(
                .copySameDisk, .warning,
                "The copy at \"\(Printable.text(sharing.place))\" is on the same disk as the vault, and there is "
                    + "no other.",
                meaning: "It helps against a mistake, but not when that disk breaks or is stolen.",
                action: "Make a copy on another disk, and keep it in another place",
                command: command))
    }
}

import VaultFiles
import VaultFormat

/// Deletes sources of `import --move` and accepted deposits, each only after the sealed picture was read back from the
/// vault and matched, and only while the file is still the one that was read.
final class ImportMover {
    private let reader: PictureReader
    private let intake: DepositIntake?
    /// Files with several names, one of which was deleted here: when that was, which is when they last
    /// changed as far as we know.
    private var unlinked: [FileIdentity: FileTime] = [:]

    init(_ vault: UnlockedVault, _ intake: DepositIntake?) throws(VaultError) {
        reader = try PictureReader(vault)
        self.intake = intake
    }

    /// Notes in the outcome that the source is gone, or why it stays.
    func move(_ source: SourcePlace, _ id: RecordID, _ outcome: inout ImportOutcome) {
        do throws(VaultError) {
            guard try !reader.find(id).picture.isInBin else {
                outcome.reason = "kept, because the picture is in the bin"
                return
            }
            try reader.requireWhole(id)
        } catch {
            outcome.reason = "kept, because reading the sealed copy back failed: \(error.message)"
            return
        }
        do throws(FileError) {
            if let deposit = source.deposit {
                try intake?.inbox.remove(deposit.id, seenAs: source.status)
                outcome.moved = true
                return
            }
            let path = try FilePath(bytes: source.path)
            let root = try Directory.open(FilePath(bytes: source.root), followingLast: true)
            let names = try path.names()
            let folder = names.count > 1 ? try root.openFolder(beneath: path.parent) : root
            let name = names[names.count - 1]
            let file = try folder.openFile(name)
            guard try isUnchanged(file.status(), since: source.status) else {
                throw .changedWhileRead
            }
            try folder.unlink(name)
            let left = try file.status()
            unlinked[left.identity] = left.linkCount > 0 ? left.changed : nil
            outcome.moved = true
        } catch .notFound {
            // The same file was named twice, or somebody else deleted it.
        } catch {
            outcome.reason = "sealed, but the source could not be deleted: \(error.describe)"
        }
    }

    /// Taking one name of a file away changes the time of the others.
    private func isUnchanged(_ now: FileStatus, since read: FileStatus) -> Bool {
        if now.hasSameContent(as: read) { return true }
        return now.identity == read.identity && now.size == read.size
            && now.modified == read.modified && unlinked[now.identity] == now.changed
    }
}

import VaultFiles
import VaultFormat

/// Deletes sources of `import --move`, each only after the sealed picture was read back from the
/// vault and matched, and only while the file is still the one that was read.
final class ImportMover {
    private let reader: PictureReader

    init(_ vault: UnlockedVault) throws(VaultError) { reader = try PictureReader(vault) }

    /// Notes in the outcome that the source is gone, or why it stays.
    func move(_ source: SourcePlace, _ id: RecordID, _ outcome: inout ImportOutcome) {
        do throws(VaultError) {
            try reader.requireWhole(id)
        } catch {
            outcome.reason = "kept, because reading the sealed copy back failed: \(error.message)"
            return
        }
        do throws(FileError) {
            let path = try FilePath(bytes: source.path)
            let root = try Directory.open(FilePath(bytes: source.root), followingLast: true)
            let names = try path.names()
            let folder = names.count > 1 ? try root.openFolder(beneath: path.parent) : root
            let name = names[names.count - 1]
            guard try folder.status(of: name).hasSameContent(as: source.status) else {
                throw .changedWhileRead
            }
            try folder.unlink(name)
            outcome.moved = true
        } catch {
            outcome.reason = "sealed, but the source could not be deleted: \(error.describe)"
        }
    }
}

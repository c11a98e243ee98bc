import GRDB
package import VaultFiles
import VaultFormat

/// A copy of the records in another folder, complete and durable, that does not have its name yet.
///
/// Holds the writer's lock there from beginning to end: whoever opens that folder meanwhile reads what
/// was there before, and takes nothing away. Given up without `install`, it leaves a file that the
/// next command there removes.
package struct PreparedCopy: ~Copyable, Sendable {
    /// What it holds.
    package let revision: Int64
    package let packs: [PackRow]
    private let folder: FilePath
    private let lock: FileLock

    fileprivate init(
        revision: Int64, packs: [PackRow], folder: FilePath, lock: consuming FileLock
    ) {
        self.revision = revision
        self.packs = packs
        self.folder = folder
        self.lock = lock
    }

    /// Puts it in the place of the records there, which are overwritten before their blocks are given
    /// back, and makes their second copy again. Spec 05 §5.
    package borrowing func install() throws(RecordsError) {
        let directory = try RecordsDatabase.openFolder(folder)
        try RecordsDatabase.keepOld(.records, in: directory)
        try files { () throws(FileError) in
            try directory.rename(Recovery.name(.records, ".new"), as: FileName(RecordsFile.records))
            try directory.sync()
        }
        try Scrub.remove(Recovery.name(.records, ".old"), in: directory)
        try RecordsDatabase.copyWhole(
            .records, over: .mirror, in: directory, at: folder, scrubbing: true)
    }
}

extension RecordsDatabase {
    /// Copies the records, as they are at one moment, into another vault's folder, under a temporary
    /// name: SQLite's backup, then a sync. Needs no key.
    ///
    /// What an earlier attempt left there is removed first; after a failure nothing is left.
    package func prepareCopy(in folder: FilePath) throws(RecordsError) -> PreparedCopy {
        let directory = try Self.openFolder(folder)
        let lock = try Self.lock(directory, wait: Self.patience)
        _ = try Recovery.run(in: directory, at: folder, holding: lock, wait: Self.patience)
        let name = Recovery.name(.records, ".new")
        try files { () throws(FileError) in
            try directory.createExclusive(name, mode: .likeFolder).close()
        }
        do throws(RecordsError) {
            let to = try Connection(
                folder.appending(name), as: .records, .filling, wait: .zero)
            let (revision, packs) = try reading { (from) throws(RecordsError) in
                try to.run { (to) throws(RecordsError) in
                    do {
                        try from.database.backup(to: to.database)
                    } catch {
                        throw RecordsError(error, in: .records)
                    }
                    return (try to.number("SELECT revision FROM vault"), try to.packs())
                }
            }
            try files { () throws(FileError) in try directory.openForUpdate(name).sync() }
            return PreparedCopy(revision: revision, packs: packs, folder: folder, lock: lock)
        } catch {
            // The first failure is the one to tell; what is left, the next command removes.
            try? Scrub.remove(name, in: directory)
            throw error
        }
    }
}

extension Session {
    /// All packs, ascending by name.
    func packs() throws(RecordsError) -> [PackRow] {
        let rows = try statement("SELECT name, bytes, revision FROM pack ORDER BY name")
        return try rows.collect { (row) throws(RecordsError) in
            PackRow(
                name: try row.identifier(0), byteCount: row.integer(1), revision: row.integer(2))
        }
    }
}

import GRDB
import GRDBSQLite
package import VaultFiles
package import VaultFormat

extension RecordsDatabase {
    /// Makes the records of a new vault, with the log's first entry, and their second copy, in a folder
    /// that is there. Throws
    /// `.conflict` when it has records already. A stop leaves either no records or whole ones.
    package static func create(
        in folder: FilePath, header: [UInt8], keyring: [KeyringRow],
        entry: (LogPosition) throws(RecordsError) -> LoggedEntry
    ) throws(RecordsError) {
        let directory = try openFolder(folder)
        let lock = try Self.lock(directory, wait: patience)
        for file in [RecordsFile.records, .mirror] {
            let exists = try files { () throws(FileError) in
                try directory.contains(FileName(file))
            }
            if exists { throw .conflict }
        }
        _ = try Recovery.run(in: directory, at: folder, holding: lock, wait: patience)
        try replaceWhole(.records, in: directory, at: folder) { (path) throws(RecordsError) in
            let new = try Connection(path, as: .records, .creating, wait: .zero)
            try new.run { (session) throws(RecordsError) in
                try session.fillNew(header: header, keyring: keyring, entry)
            }
        }
        try copyWhole(.records, over: .mirror, in: directory, at: folder, scrubbing: false)
        _ = consume lock
    }

    /// Writes `records.bak` back over a `records.db` that is missing, damaged or older, whole. The vault
    /// is then opened anew. What the damaged file held besides is lost; it is the last command's work at
    /// most, unless the mirror was behind.
    ///
    /// - Parameter scrubbing: overwrites what was there, for it may hold keys that were destroyed.
    package static func restore(
        in folder: FilePath, scrubbing: Bool = false, wait: Duration = patience
    ) throws(RecordsError) {
        let directory = try openFolder(folder)
        let lock = try Self.lock(directory, wait: wait)
        _ = try Recovery.run(in: directory, at: folder, holding: lock, wait: wait)
        // A journal of the damaged file would be played into the new one.
        try Scrub.remove(Recovery.name(.records, "-journal"), in: directory)
        try files { () throws(FileError) in try directory.sync() }
        try copyWhole(.mirror, over: .records, in: directory, at: folder, scrubbing: scrubbing)
        _ = consume lock
    }

    /// Makes `records.bak` anew from `records.db`, whatever it says, and overwrites the old one.
    package func remakeMirror(wait: Duration = patience) throws(RecordsError) {
        let directory = try Self.openFolder(folder)
        let lock = try Self.lock(directory, wait: wait)
        // Recovers what there is to recover.
        _ = try writer(holding: lock, directory, wait: wait)
        try Self.copyWhole(.records, over: .mirror, in: directory, at: folder, scrubbing: true)
        _ = consume lock
    }

    /// Copies one database over the other by SQLite's backup: into a temporary file, synced and
    /// renamed. `scrubbing`: what was there is overwritten before its blocks are given back.
    static func copyWhole(
        _ source: RecordsFile, over target: RecordsFile, in directory: borrowing Directory,
        at folder: FilePath, scrubbing: Bool
    ) throws(RecordsError) {
        let from = try Connection(
            folder.appending(FileName(source)), as: source, .reading, wait: patience)
        try from.run { (session) throws(RecordsError) in try session.quickCheck() }
        if scrubbing { try keepOld(target, in: directory) }
        try replaceWhole(target, in: directory, at: folder) { (path) throws(RecordsError) in
            let to = try Connection(path, as: target, .filling, wait: .zero)
            try from.run { (from) throws(RecordsError) in
                try to.run { (to) throws(RecordsError) in
                    do {
                        try from.database.backup(to: to.database)
                    } catch {
                        throw RecordsError(error, in: source)
                    }
                }
            }
        }
        if scrubbing {
            try Scrub.remove(Recovery.name(target, ".old"), in: directory)
            try files { () throws(FileError) in try directory.sync() }
        }
    }

    /// Gives what will be replaced a second name, by which it is found and overwritten afterwards,
    /// or by the next command after a stop.
    static func keepOld(
        _ target: RecordsFile, in directory: borrowing Directory
    ) throws(RecordsError) {
        do throws(FileError) {
            try directory.link(FileName(target), into: directory, as: Recovery.name(target, ".old"))
        } catch .notFound {
            return
        } catch {
            throw RecordsError(error)
        }
    }

    /// Has `fill` write a new database under a temporary name, then puts it in place.
    private static func replaceWhole(
        _ target: RecordsFile, in directory: borrowing Directory, at folder: FilePath,
        _ fill: (FilePath) throws(RecordsError) -> Void
    ) throws(RecordsError) {
        let temporary = Recovery.name(target, ".new")
        // Made by us, for SQLite would let the umask choose the mode. Its journals take after the file.
        try files { () throws(FileError) in
            try directory.createExclusive(temporary, mode: .likeFolder).close()
        }
        do throws(RecordsError) {
            try FaultPoint.passing("records copy")
            try fill(folder.appending(temporary))
            try files { () throws(FileError) in
                try directory.openForUpdate(temporary).sync()
                try directory.rename(temporary, as: FileName(target))
                try directory.sync()
            }
        } catch {
            // The first failure is the one to tell; what is left, the next command removes.
            try? Scrub.remove(temporary, in: directory)
            throw error
        }
    }
}

extension Session {
    fileprivate func fillNew(
        header: [UInt8], keyring: [KeyringRow],
        _ entry: (LogPosition) throws(RecordsError) -> LoggedEntry
    ) throws(RecordsError) {
        try execute("BEGIN IMMEDIATE")
        let vault = try statement("INSERT INTO vault VALUES(1, ?1, 0, 1)")
        vault.bind(1, header)
        try vault.run()
        try insert(keyring)
        let log = try statement("INSERT INTO log VALUES(1, 0, ?1)")
        log.bind(1, [])
        try log.run()
        var changes = RowChanges()
        changes.header = true
        changes.keyring = true
        let place = LogPosition(
            sequence: 0, edge: [], revision: 0, rows: try changes.rows(self),
            newestLeaf: { (_) throws(RecordsError) in nil })
        try append(entry(place), at: place)
        try execute("COMMIT")
    }
}

extension FaultPoint {
    /// `hit` under this room's errors.
    static func passing(_ name: StaticString) throws(RecordsError) {
        try files { () throws(FileError) in try hit(name) }
    }
}

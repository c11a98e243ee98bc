package import VaultFiles

/// What was found beside the databases and put right, before they were opened.
package struct RecoveryReport: Sendable, Equatable {
    /// A transaction had been stopped midway; SQLite rolled it back.
    package internal(set) var rolledBack = false
    /// A journal lay there that is not this database's. It was not played, and bears now the ending
    /// `.foreign`.
    package internal(set) var setAside = false
    /// Remains of a finished destruction or of a copy in the making were overwritten and removed.
    package internal(set) var cleaned = false

    /// Whether the databases want a closer look.
    var isDoubtful: Bool { rolledBack || setAside }
}

/// Puts right what a stop left. Everything here happens under the writer's lock, so nothing that
/// is found belongs to somebody alive.
enum Recovery {
    private static let suffixes = ["-journal", "-wal", "-shm", ".new", ".new-journal", ".old"]

    /// The names that would need attention; usually none.
    static func leftovers(in folder: borrowing Directory) throws(RecordsError) -> [FileName] {
        var found: [FileName] = []
        for file in [RecordsFile.records, .mirror] {
            for suffix in suffixes {
                let name = Self.name(file, suffix)
                if try files({ () throws(FileError) in try folder.contains(name) }) {
                    found.append(name)
                }
            }
        }
        return found
    }

    /// - Parameter lock: proof that the writer's lock is held.
    static func run(
        in folder: borrowing Directory, at path: FilePath, holding lock: borrowing FileLock,
        wait: Duration
    ) throws(RecordsError) -> RecoveryReport {
        var report = RecoveryReport()
        for file in [RecordsFile.records, .mirror] {
            for suffix in [".new", ".new-journal", ".old"] {
                let name = Self.name(file, suffix)
                if try files({ () throws(FileError) in try folder.contains(name) }) {
                    try Scrub.remove(name, in: folder)
                    report.cleaned = true
                }
            }
            // Never ours: these databases have no write-ahead log, but SQLite would read one.
            for suffix in ["-wal", "-shm"] { try setAside(file, suffix, in: folder, &report) }
            try journal(of: file, in: folder, at: path, wait: wait, &report)
        }
        if report != RecoveryReport() { try files { () throws(FileError) in try folder.sync() } }
        return report
    }

    private static func journal(
        of file: RecordsFile, in folder: borrowing Directory, at path: FilePath, wait: Duration,
        _ report: inout RecoveryReport
    ) throws(RecordsError) {
        let name = Self.name(file, "-journal")
        guard try files({ () throws(FileError) in try folder.contains(name) }) else { return }
        let journal = try files { () throws(FileError) in try folder.openForUpdate(name) }
        let state = try state(of: file, in: folder)
        switch try Journal.inspect(journal, beside: state) {
        case .finished:
            // A destruction was committed, and stopped before its journal was overwritten.
            try Scrub.overwrite(journal)
            try files { () throws(FileError) in try folder.unlink(name) }
            report.cleaned = true
        case .plausible:
            do throws(RecordsError) {
                // SQLite rolls back when it first reads, and removes the journal's name.
                _ = try Connection(
                    path.appending(FileName(file)), as: file, .writing, wait: wait)
                report.rolledBack = true
            } catch .damaged {
                // Whoever opens it next is told the same, and reads the other copy.
                return
            } catch .foreignSchema, .newerVersion {
                return
            }
            // What SQLite unlinked is still open here, so its blocks can be overwritten.
            try Scrub.overwrite(journal)
        case .foreign:
            try setAside(file, "-journal", in: folder, &report)
        }
    }

    private static func setAside(
        _ file: RecordsFile, _ suffix: String, in folder: borrowing Directory,
        _ report: inout RecoveryReport
    ) throws(RecordsError) {
        let from = Self.name(file, suffix)
        let to = Self.name(file, suffix + ".foreign")
        do throws(FileError) {
            try folder.rename(from, as: to)
            report.setAside = true
        } catch .notFound {
            return
        } catch {
            throw RecordsError(error)
        }
    }

    /// The names that `setAside` gives.
    static var foreignNames: [FileName] {
        [RecordsFile.records, .mirror].flatMap { file in
            ["-journal", "-wal", "-shm"].map { name(file, $0 + ".foreign") }
        }
    }

    private static func state(
        of file: RecordsFile, in folder: borrowing Directory
    ) throws(RecordsError) -> Journal.State? {
        let name = FileName(file)
        do throws(RecordsError) {
            let database = try files { () throws(FileError) in try folder.openFile(name) }
            let state = try Journal.State(of: database)
            OpenForever.keep(database)
            return state
        } catch .file(.notFound) {
            return nil
        }
    }

    static func name(_ file: RecordsFile, _ suffix: String) -> FileName {
        do {
            return try FileName(file.rawValue + suffix)
        } catch {
            preconditionFailure("the names of the databases are names")
        }
    }
}

extension RecordsDatabase {
    /// Journals that were set aside and not played. Spec 05 §1.
    package func foreignJournals() throws(RecordsError) -> [FileName] {
        let directory = try Self.openFolder(folder)
        var found: [FileName] = []
        for name in Recovery.foreignNames
        where try files({ () throws(FileError) in try directory.contains(name) }) {
            found.append(name)
        }
        return found
    }

    /// Overwrites and removes them, for they may hold pages of records.
    package func removeForeignJournals() throws(RecordsError) {
        let directory = try Self.openFolder(folder)
        let lock = try Self.lock(directory, wait: Self.patience)
        for name in Recovery.foreignNames { try Scrub.remove(name, in: directory) }
        try files { () throws(FileError) in try directory.sync() }
        _ = consume lock
    }
}

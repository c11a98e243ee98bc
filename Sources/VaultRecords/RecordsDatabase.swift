import Synchronization
package import VaultFiles

/// The sealed rows of one vault: `records.db`, or its second copy when that is all there is.
///
/// Any number of threads may read; one transaction at a time writes, under the kernel's lock
/// `locks/write`. Rows come and go sealed: `RecordSealer` and `RecordOpener` know the keys.
package final class RecordsDatabase: Sendable {
    package enum Mode: Sendable { case reading, writing }

    /// The vault's folder.
    package let folder: FilePath
    package let mode: Mode
    /// How opening went; the caller shows what is not as it should be.
    package let report: OpenReport

    let reader: Connection
    private let writer = Mutex<Connection?>(nil)

    /// How long to wait for somebody else's transaction unless a call says otherwise.
    package static let patience = Duration.seconds(10)

    private init(_ folder: FilePath, _ mode: Mode, _ report: OpenReport, _ reader: Connection) {
        self.folder = folder
        self.mode = mode
        self.report = report
        self.reader = reader
    }

    /// Opens the records of a vault. Spec 05 §4.
    ///
    /// What a stop left is put right first. When `records.db` is missing or damaged, `records.bak`
    /// is read instead: `report.source` says so, and there is no writing before `restore`. A database
    /// with anything planted in it is refused, never replaced.
    /// - Parameter checking: read every page of it (`quick_check`), as is done after a stop anyway.
    package static func open(
        in folder: FilePath, mode: Mode, checking: Bool = false, wait: Duration = patience
    ) throws(RecordsError) -> RecordsDatabase {
        let directory = try openFolder(folder)
        var report = OpenReport()
        do throws(RecordsError) {
            // Whoever holds the lock is writing or putting things right himself.
            report.recovery = try recover(directory, folder, lockWait: .zero, wait: wait)
        } catch .busy {
            report.recovery = RecoveryReport()
        }
        var reader = attempt(.records, in: folder, checking || report.recovery.isDoubtful, wait)
        if case .failure(.unfinishedTransaction) = reader {
            report.recovery = try recover(directory, folder, lockWait: wait, wait: wait)
            reader = attempt(.records, in: folder, true, wait)
        }
        switch reader {
        case .success(let reader):
            return RecordsDatabase(folder, mode, report, reader)
        case .failure(let reason):
            guard reason.allowsMirror else { throw reason }
            // When both are gone, what happened to the first is what to tell.
            guard case .success(let mirror) = attempt(.mirror, in: folder, true, wait) else {
                throw reason
            }
            report.source = .mirror
            report.reason = reason
            return RecordsDatabase(folder, mode, report, mirror)
        }
    }

    private static func attempt(
        _ file: RecordsFile, in folder: FilePath, _ checking: Bool, _ wait: Duration
    ) -> Result<Connection, RecordsError> {
        Result { () throws(RecordsError) in
            let path = folder.appending(FileName(file))
            let connection = try Connection(path, as: file, .reading, wait: wait)
            if checking {
                try connection.run { (session) throws(RecordsError) in try session.quickCheck() }
            }
            return connection
        }
    }

    /// Reads every page of the database and checks its structure. Throws `.damaged`.
    package func check() throws(RecordsError) {
        try reading { (session) throws(RecordsError) in try session.quickCheck() }
    }

    // MARK: - Reaching the connections

    /// Reads; when somebody was killed in the middle of a transaction meanwhile, after it was
    /// rolled back.
    func reading<R>(
        _ body: (Session) throws(RecordsError) -> R
    ) throws(RecordsError) -> R {
        do throws(RecordsError) {
            return try reader.run(body)
        } catch .unfinishedTransaction {
            _ = try Self.recover(
                Self.openFolder(folder), folder, lockWait: Self.patience, wait: Self.patience)
            return try reader.run(body)
        }
    }

    /// The connection that writes, opened at first use.
    /// - Parameter lock: proof that the writer's lock is held.
    func writer(
        holding lock: borrowing FileLock, _ directory: borrowing Directory, wait: Duration
    ) throws(RecordsError) -> Connection {
        guard mode == .writing, report.source == .records else { throw .readOnly }
        try reader.requireOwnProcess()
        if try !Recovery.leftovers(in: directory).isEmpty {
            forgetWriter()
            _ = try Recovery.run(in: directory, at: folder, holding: lock, wait: wait)
        }
        if let open = writer.withLock({ $0 }), try open.isStillThere(in: directory) { return open }
        let path = folder.appending(FileName(RecordsFile.records))
        let new = try Connection(path, as: .records, .writing, wait: wait)
        writer.withLock { $0 = new }
        return new
    }

    /// After a failure that leaves its state unsure; the next transaction opens a new one.
    func forgetWriter() { writer.withLock { $0 = nil } }

    static func openFolder(_ folder: FilePath) throws(RecordsError) -> Directory {
        do throws(RecordsError) {
            return try files { () throws(FileError) in
                try Directory.open(folder, followingLast: true)
            }
        } catch .file(.notFound) {
            throw .notFound(.records)
        }
    }

    /// Takes the writer's lock. Throws `.busy` when somebody else holds it for longer than `wait`.
    static func lock(
        _ directory: borrowing Directory, wait: Duration
    ) throws(RecordsError) -> FileLock {
        try files { () throws(FileError) in
            let locks = try directory.openOrMakeFolder(FileName("locks"), mode: .likeFolder)
            return try FileLock.acquire(FileName("write"), in: locks, mode: .exclusive, wait: wait)
        }
    }

    /// Puts right what a stop left, if anything.
    private static func recover(
        _ directory: borrowing Directory, _ folder: FilePath, lockWait: Duration, wait: Duration
    ) throws(RecordsError) -> RecoveryReport {
        if try Recovery.leftovers(in: directory).isEmpty { return RecoveryReport() }
        let lock: FileLock
        do throws(RecordsError) {
            lock = try Self.lock(directory, wait: lockWait)
        } catch .readOnly {
            // Nothing can be put right here; if it matters, SQLite refuses to read.
            return RecoveryReport()
        } catch .file(.notPermitted) {
            return RecoveryReport()
        }
        let report = try Recovery.run(in: directory, at: folder, holding: lock, wait: wait)
        _ = consume lock
        return report
    }
}

/// How opening went.
package struct OpenReport: Sendable, Equatable {
    /// What is being read.
    package internal(set) var source = RecordsFile.records
    /// Why `records.db` is not; `nil` when it is.
    package internal(set) var reason: RecordsError?
    package internal(set) var recovery = RecoveryReport()
}

extension RecordsError {
    /// Whether the second copy may stand in. Not when something was planted: that is for people.
    var allowsMirror: Bool {
        switch self {
        case .notFound, .damaged: true
        // A hot journal on a disk that cannot be written.
        case .unfinishedTransaction: true
        // The disk reports errors.
        case .sqlite(let code): code & 0xFF == 10
        default: false
        }
    }
}

extension FileName {
    init(_ file: RecordsFile) {
        let name: StaticString =
            switch file {
            case .records: "records.db"
            case .mirror: "records.bak"
            }
        self.init(stringLiteral: name)
    }
}

import CSQLite
import GRDB
import GRDBSQLite
import Glibc
import VaultFiles

/// One open database with everything of Spec 04 §1 in force, and the statements prepared on it.
// Sendable: `statements` is touched inside the queue only, one thread at a time.
final class Connection: @unchecked Sendable {
    enum Access {
        case reading, writing
        /// A new file with an empty schema.
        case creating
        /// A file that a backup fills; journal and syncing are left to whoever makes it.
        case filling

        var isNew: Bool { self == .creating || self == .filling }
    }

    let file: RecordsFile
    private let queue: DatabaseQueue
    private let process = getpid()
    private var statements: [String: Statement] = [:]
    /// The schema's cookie when it was last compared.
    fileprivate var schemaCookie: Int64?
    /// Which file was opened, whatever has its name now.
    private let identity: FileIdentity?

    /// Opens it, puts the settings in force, reads them back and compares the schema.
    /// - Parameter path: need not have the name that `file` says (a copy being made has another).
    init(
        _ path: FilePath, as file: RecordsFile, _ access: Access, wait: Duration
    ) throws(RecordsError) {
        var configuration = Configuration()
        configuration.readonly = access == .reading
        configuration.foreignKeysEnabled = false
        let (seconds, attoseconds) = wait.components
        configuration.busyMode = .timeout(Double(seconds) + Double(attoseconds) / 1e18)
        configuration.label = file.rawValue
        // Before anything in the file is looked at.
        configuration.prepareDatabase { database in try Self.prepare(database, access) }
        self.file = file
        let text = try Self.text(of: path)
        do {
            identity = access.isNew ? nil : try Self.requireFile(path, file)
            queue = try DatabaseQueue(path: text, configuration: configuration)
        } catch {
            throw RecordsError(error, in: file)
        }
        try run { (session) throws(RecordsError) in
            try Self.settle(session, access)
            if access == .creating {
                // The schema's cookie is set here, which is refused afterwards.
                try Schema.create(session)
                try Self.defend(session.pointer)
            }
            if access != .filling { try Schema.check(session) }
        }
    }

    deinit {
        if process == getpid() {
            close()
        } else {
            // Closing in the child of a fork would roll back the parent's journal: never closed.
            _ = Unmanaged.passRetained(queue)
            for statement in statements.values { _ = Unmanaged.passRetained(statement) }
        }
    }

    /// Lends the connection for the time of the call; one caller at a time, the others wait.
    func run<R>(_ body: (Session) throws(RecordsError) -> R) throws(RecordsError) -> R {
        try requireOwnProcess()
        let result: Result<R, RecordsError> = queue.inDatabase { database in
            guard let pointer = database.sqliteConnection else {
                return .failure(.sqlite(SQLITE_MISUSE))
            }
            do throws(RecordsError) {
                return .success(try body(Session(self, database, pointer)))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// The same for a body that throws what it likes.
    func runAny<R>(_ body: (Session) throws -> R) throws -> R {
        try requireOwnProcess()
        return try queue.inDatabase { database in
            guard let pointer = database.sqliteConnection else {
                throw RecordsError.sqlite(SQLITE_MISUSE)
            }
            return try body(Session(self, database, pointer))
        }
    }

    func requireOwnProcess() throws(RecordsError) {
        // After a fork both would hold one set of locks and one file position (ATTACK 61).
        if getpid() != process { throw .forked }
    }

    /// Whether the name still leads to the file that was opened.
    func isStillThere(in folder: borrowing Directory) throws(RecordsError) -> Bool {
        do throws(FileError) {
            return try folder.status(of: FileName(file)).identity == identity
        } catch .notFound {
            return false
        } catch {
            throw .file(error)
        }
    }

    fileprivate func statement(
        _ sql: String, on database: OpaquePointer
    ) throws(RecordsError) -> Statement {
        if let statement = statements[sql] { return statement }
        let statement = try Statement(database, sql, file)
        statements[sql] = statement
        return statement
    }

    private func close() {
        queue.inDatabase { _ in statements.removeAll() }
        // Nothing is open any more that could refuse, and a failed close leaves nothing to mend.
        try? queue.close()
    }
}

// MARK: - Settings

extension Connection {
    private static func defend(_ pointer: OpaquePointer) throws(RecordsError) {
        guard lt_sqlite_defend(pointer) == 1 else { throw .settingRefused("defensive") }
    }

    private static func prepare(_ database: Database, _ access: Access) throws {
        guard let pointer = database.sqliteConnection else {
            throw RecordsError.sqlite(SQLITE_MISUSE)
        }
        if access != .creating { try defend(pointer) }
        // Nothing of ours is larger, whatever a forged page may say: after a rotation an entry holds 40
        // bytes for each of three million records.
        sqlite3_limit(pointer, SQLITE_LIMIT_LENGTH, 128 << 20)
        for text in ["PRAGMA trusted_schema = OFF", "PRAGMA cell_size_check = ON"] {
            let code = sqlite3_exec(pointer, text, nil, nil, nil)
            guard code == SQLITE_OK else { throw RecordsError.sqlite(code) }
        }
    }

    /// GRDB has settings of its own: ours come after, and are read back.
    private static func settle(_ session: Session, _ access: Access) throws(RecordsError) {
        var wanted: [(String, String, Int64)] = [
            ("synchronous", "EXTRA", 3), ("secure_delete", "ON", 1), ("temp_store", "MEMORY", 2),
            ("mmap_size", "0", 0), ("cache_size", Self.cacheSize(access), 0),
        ]
        if access.isNew { wanted.append(("page_size", "4096", 4096)) }
        for (name, value, number) in wanted {
            try session.execute("PRAGMA main.\(name) = \(value)")
            if name != "cache_size", try session.number("PRAGMA main.\(name)") != number {
                throw .settingRefused(name)
            }
        }
        guard try session.number("PRAGMA trusted_schema") == 0,
            try session.number("PRAGMA foreign_keys") == 0
        else { throw .settingRefused("trusted_schema") }
        // A file that says WAL was not written by us.
        guard try session.text("PRAGMA main.journal_mode") == "delete" else {
            throw .foreignSchema(session.file)
        }
        if access == .filling { try session.execute("PRAGMA journal_mode = MEMORY") }
        guard try session.text("PRAGMA encoding") == "UTF-8",
            try session.number("PRAGMA main.page_size") == 4096
        else { throw .foreignSchema(session.file) }
    }

    /// Negative: KiB. Whatever is copied whole goes by once and is not worth keeping.
    static func cacheSize(_ access: Access) -> String {
        switch access {
        case .reading: "-8192"
        case .writing, .creating: "-24576"
        case .filling: "-1024"
        }
    }

    private static func requireFile(
        _ path: FilePath, _ file: RecordsFile
    ) throws(RecordsError) -> FileIdentity {
        let folder = try files { () throws(FileError) in
            try Directory.open(path.parent, followingLast: true)
        }
        guard let last = path.lastComponent else { throw .notFound(file) }
        let status: FileStatus
        do throws(FileError) {
            status = try folder.status(of: FileName(bytes: last))
            if status.kind != .regular { throw FileError.notRegular(status.kind) }
        } catch .notFound {
            throw .notFound(file)
        } catch {
            throw .file(error)
        }
        // SQLite would take it for a new database.
        if status.size == 0 { throw .damaged(file) }
        return status.identity
    }

    /// SQLite's name for a path. SQLite reads a name that begins with "file:" as a URI, and GRDB
    /// takes names as text only.
    static func text(of path: FilePath) throws(RecordsError) -> String {
        guard let text = String(validating: path.bytes, as: UTF8.self) else { throw .unusablePath }
        return path.isAbsolute ? text : "./" + text
    }
}

// MARK: - Session

/// A connection while it is held.
struct Session {
    private let connection: Connection
    let database: Database
    let pointer: OpaquePointer

    var file: RecordsFile { connection.file }

    fileprivate init(_ connection: Connection, _ database: Database, _ pointer: OpaquePointer) {
        self.connection = connection
        self.database = database
        self.pointer = pointer
    }

    /// Prepared at first use, kept for the next.
    func statement(_ sql: String) throws(RecordsError) -> Statement {
        try connection.statement(sql, on: pointer)
    }

    func isKnownSchema(_ cookie: Int64) -> Bool { connection.schemaCookie == cookie }

    func rememberSchema(_ cookie: Int64) { connection.schemaCookie = cookie }

    /// Runs SQL that is not worth keeping.
    func execute(_ sql: String) throws(RecordsError) {
        let code = sqlite3_exec(pointer, sql, nil, nil, nil)
        if code != SQLITE_OK {
            throw RecordsError(code: sqlite3_extended_errcode(pointer), in: file)
        }
    }

    /// The first number of a query that has one, else 0.
    func number(_ sql: String) throws(RecordsError) -> Int64 {
        let statement = try Statement(pointer, sql, file)
        return try statement.step() ? statement.integer(0) : 0
    }

    func text(_ sql: String) throws(RecordsError) -> String {
        let statement = try Statement(pointer, sql, file)
        return try statement.step() ? statement.text(0) : ""
    }

    /// Rows that the last statement changed.
    var changes: Int { Int(sqlite3_changes64(pointer)) }
}

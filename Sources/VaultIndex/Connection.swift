import CSealedFiles
import GRDB
import GRDBSQLite
import VaultFiles

/// One open index with the settings of Spec 09 §4 in force, and the statements prepared on it.
// Sendable: `statements` is touched inside the queue only, one thread at a time.
final class Connection: @unchecked Sendable {
    enum Access {
        case using
        /// A new file that nobody else sees yet: no journal, no syncing until `finish`.
        case building
        /// In memory, for storage that cannot be written.
        case inMemory
    }

    /// Outlives the queue, whose files use it.
    private let cipher: BlockCipher?
    private let queue: DatabaseQueue
    private var statements: [String: Statement] = [:]

    /// Opens the file, or makes a database in memory.
    convenience init(
        _ path: FilePath, _ cipher: BlockCipher, _ access: Access, wait: Duration
    ) throws(IndexError) {
        // Without it the whole name would be taken for a plain file's, and nothing would be sealed.
        guard sqlite3_compileoption_used("USE_URI") == 1 else { throw .settingRefused("URI") }
        let place = path.isAbsolute ? path.bytes : Array("./".utf8) + path.bytes
        try self.init(cipher.uri(place), cipher, access, wait: wait)
    }

    init(_ name: String, _ cipher: BlockCipher?, _ access: Access, wait: Duration)
        throws(IndexError)
    {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        let (seconds, attoseconds) = wait.components
        configuration.busyMode = .timeout(Double(seconds) + Double(attoseconds) / 1e18)
        configuration.label = "index.db"
        // A new index is filled in one transaction, over many calls.
        configuration.allowsUnsafeTransactions = access != .using
        // Before anything in the file is looked at.
        configuration.prepareDatabase { database in
            guard let pointer = database.sqliteConnection else {
                throw IndexError.sqlite(SQLITE_MISUSE)
            }
            guard access == .inMemory || lt_sealed_is_sealed(pointer) == 1 else {
                throw IndexError.settingRefused("VFS")
            }
            sqlite3_limit(pointer, SQLITE_LIMIT_LENGTH, 64 << 20)
        }
        self.cipher = cipher
        do {
            queue = try DatabaseQueue(path: name, configuration: configuration)
        } catch {
            throw IndexError(error)
        }
        try run { (session) throws(IndexError) in try Self.settle(session, access) }
    }

    deinit {
        // Nothing is open any more that could refuse, and a failed close leaves nothing to mend.
        try? close()
    }

    /// Nothing can be done with it afterwards.
    func close() throws(IndexError) {
        queue.inDatabase { _ in statements.removeAll() }
        do { try queue.close() } catch { throw IndexError(error) }
    }

    /// Lends the connection for the time of the call; one caller at a time, the others wait.
    func run<R>(_ body: (Session) throws(IndexError) -> R) throws(IndexError) -> R {
        let result: Result<R, IndexError> = queue.inDatabase { database in
            guard let pointer = database.sqliteConnection else {
                return .failure(.sqlite(SQLITE_MISUSE))
            }
            do throws(IndexError) {
                return .success(try body(Session(self, pointer)))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    fileprivate func statement(_ sql: String, _ pointer: OpaquePointer) throws(IndexError)
        -> Statement
    {
        if let statement = statements[sql] { return statement }
        let statement = try Statement(pointer, sql)
        statements[sql] = statement
        return statement
    }

    /// GRDB has settings of its own: ours come after, and are read back.
    private static func settle(_ session: Session, _ access: Access) throws(IndexError) {
        var wanted: [(name: String, value: String, number: Int64?)] = [
            ("temp_store", "MEMORY", 2), ("trusted_schema", "OFF", 0), ("secure_delete", "ON", 1),
            ("cell_size_check", "ON", 1), ("mmap_size", "0", nil),
        ]
        switch access {
        case .using:
            wanted += [
                // A page that went to the file early would be undone by a journal that was not finished.
                ("cache_spill", "OFF", 0), ("cache_size", "-32768", -32768),
                ("synchronous", "NORMAL", 1), ("journal_mode", "TRUNCATE", nil),
            ]
        case .building:
            wanted += [
                ("locking_mode", "EXCLUSIVE", nil), ("page_size", "4096", 4096),
                ("cache_size", "-65536", -65536), ("synchronous", "OFF", 0),
                ("journal_mode", "OFF", nil),
            ]
        case .inMemory: break
        }
        for (name, value, number) in wanted {
            try session.execute("PRAGMA \(name) = \(value)")
            if let number, try session.number("PRAGMA \(name)") != number {
                throw .settingRefused(name)
            }
        }
        if access == .using, try session.text("PRAGMA journal_mode") != "truncate" {
            throw .settingRefused("journal_mode")
        }
    }
}

/// A connection while it is held.
struct Session {
    private let connection: Connection
    private let pointer: OpaquePointer

    fileprivate init(_ connection: Connection, _ pointer: OpaquePointer) {
        self.connection = connection
        self.pointer = pointer
    }

    /// Prepared at first use, kept for the next.
    func statement(_ sql: String) throws(IndexError) -> Statement {
        try connection.statement(sql, pointer)
    }

    /// A query that is put together for one use.
    func query(_ sql: String, _ values: [Bound]) throws(IndexError) -> Statement {
        let statement = try Statement(pointer, sql)
        statement.bind(values)
        return statement
    }

    /// Runs SQL that is not worth keeping.
    func execute(_ sql: String) throws(IndexError) {
        let code = sqlite3_exec(pointer, sql, nil, nil, nil)
        if code != SQLITE_OK { throw IndexError(code: sqlite3_extended_errcode(pointer)) }
    }

    /// The first number of a query that has one, else 0.
    func number(_ sql: String, _ values: [Bound] = []) throws(IndexError) -> Int64 {
        let query = try query(sql, values)
        return try query.step() ? query.integer(0) : 0
    }

    func text(_ sql: String) throws(IndexError) -> String {
        let query = try query(sql, [])
        return try query.step() ? query.text(0) : ""
    }

    /// Runs several statements as one; when it throws, none of them happened.
    func transaction<R>(
        _ begin: String = "BEGIN", _ body: () throws(IndexError) -> R
    ) throws(IndexError) -> R {
        try execute(begin)
        do throws(IndexError) {
            let result = try body()
            try execute("COMMIT")
            return result
        } catch {
            // SQLite may have rolled back by itself, and then refuses.
            sqlite3_exec(pointer, "ROLLBACK", nil, nil, nil)
            throw error
        }
    }
}

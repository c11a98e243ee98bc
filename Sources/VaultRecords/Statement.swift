import GRDBSQLite

/// One prepared statement, used again and again. GRDB's own are convenient and cost microseconds a
/// row in boxing; half a million rows want the C interface.
///
/// Only to be touched while its connection is held (`Connection.run`).
final class Statement {
    private let pointer: OpaquePointer
    let file: RecordsFile

    init(_ database: OpaquePointer, _ sql: String, _ file: RecordsFile) throws(RecordsError) {
        var pointer: OpaquePointer?
        let code = sqlite3_prepare_v3(
            database, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &pointer, nil)
        guard code == SQLITE_OK, let pointer else {
            throw RecordsError(code: sqlite3_extended_errcode(database), in: file)
        }
        self.pointer = pointer
        self.file = file
    }

    deinit { sqlite3_finalize(pointer) }

    func bind(_ index: Int32, _ value: Int64) { sqlite3_bind_int64(pointer, index, value) }

    /// The bytes must stay where they are until the statement was run.
    func bind(_ index: Int32, staying bytes: UnsafeRawBufferPointer) {
        // A nil destructor is SQLITE_STATIC: no copy is made.
        sqlite3_bind_blob64(pointer, index, bytes.baseAddress, UInt64(bytes.count), nil)
    }

    func bind(_ index: Int32, _ bytes: [UInt8]) {
        if bytes.isEmpty {
            // An empty array may have no address, which would bind NULL.
            sqlite3_bind_zeroblob(pointer, index, 0)
        } else {
            let copying = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
            sqlite3_bind_blob64(pointer, index, bytes, UInt64(bytes.count), copying)
        }
    }

    func bind(_ index: Int32, _ text: String) {
        let copying = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        sqlite3_bind_text(pointer, index, text, -1, copying)
    }

    func bindNull(_ index: Int32) { sqlite3_bind_null(pointer, index) }

    /// Moves to the next row; false after the last, when it is ready to be bound anew.
    func step() throws(RecordsError) -> Bool {
        let code = sqlite3_step(pointer)
        if code == SQLITE_ROW { return true }
        let extended =
            code == SQLITE_DONE ? code : sqlite3_extended_errcode(sqlite3_db_handle(pointer))
        sqlite3_reset(pointer)
        if code == SQLITE_DONE { return false }
        throw RecordsError(code: extended, in: file)
    }

    /// Runs a statement that yields no rows, or whose rows do not matter.
    func run() throws(RecordsError) {
        while try step() {}
    }

    func reset() { sqlite3_reset(pointer) }

    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(pointer, column) }

    func isNull(_ column: Int32) -> Bool {
        sqlite3_column_type(pointer, column) == SQLITE_NULL
    }

    /// Valid until the next step. Throws `.damaged` when the column holds no blob: SQLite lets any
    /// type stand in any column, and a forged file may have a text there.
    func bytes(_ column: Int32) throws(RecordsError) -> UnsafeRawBufferPointer {
        guard sqlite3_column_type(pointer, column) == SQLITE_BLOB else { throw .damaged(file) }
        let start = sqlite3_column_blob(pointer, column)
        return UnsafeRawBufferPointer(
            start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(pointer, column)))
    }

    /// A text column; the empty string for NULL.
    func text(_ column: Int32) -> String {
        guard let start = sqlite3_column_text(pointer, column) else { return "" }
        return String(cString: start)
    }
}

// MARK: - Comparing

extension Statement {
    var columnCount: Int32 { sqlite3_column_count(pointer) }

    /// Compares columns with another row's, by type and value, as SQLite orders them.
    func order(_ other: Statement, columns: Range<Int32>) -> Int {
        for column in columns {
            let order = order(other, column)
            if order != 0 { return order }
        }
        return 0
    }

    private func order(_ other: Statement, _ column: Int32) -> Int {
        let type = sqlite3_column_type(pointer, column)
        let otherType = sqlite3_column_type(other.pointer, column)
        // SQLITE_INTEGER, FLOAT, TEXT and BLOB stand in SQLite's own order; NULL is 5.
        if type != otherType { return type < otherType ? -1 : 1 }
        if type == SQLITE_INTEGER {
            let (mine, others) = (integer(column), other.integer(column))
            return mine == others ? 0 : mine < others ? -1 : 1
        }
        let (mine, others) = (raw(column), other.raw(column))
        let common = min(mine.count, others.count)
        for index in 0..<common where mine[index] != others[index] {
            return mine[index] < others[index] ? -1 : 1
        }
        return mine.count == others.count ? 0 : mine.count < others.count ? -1 : 1
    }

    private func raw(_ column: Int32) -> UnsafeRawBufferPointer {
        let start = sqlite3_column_blob(pointer, column)
        return UnsafeRawBufferPointer(
            start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(pointer, column)))
    }
}

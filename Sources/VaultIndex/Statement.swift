import GRDBSQLite

/// One prepared statement, used again and again.
///
/// Only to be touched while its connection is held (`Connection.run`).
final class Statement {
    private let pointer: OpaquePointer
    private var next: Int32 = 1

    init(_ database: OpaquePointer, _ sql: String) throws(IndexError) {
        var pointer: OpaquePointer?
        let code = sqlite3_prepare_v3(
            database, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &pointer, nil)
        guard code == SQLITE_OK, let pointer else {
            throw IndexError(code: sqlite3_extended_errcode(database))
        }
        self.pointer = pointer
    }

    deinit { sqlite3_finalize(pointer) }

    /// Binds the next value; after `run` or the last row it begins at the first again.
    func bind(_ value: Bound) {
        let copying = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        switch value {
        case .integer(let number): sqlite3_bind_int64(pointer, next, number)
        case .text(let text):
            sqlite3_bind_text(pointer, next, text, Int32(text.utf8.count), copying)
        case .bytes(let bytes):
            if bytes.isEmpty {
                sqlite3_bind_zeroblob(pointer, next, 0)
            } else {
                sqlite3_bind_blob64(pointer, next, bytes, UInt64(bytes.count), copying)
            }
        case .null: sqlite3_bind_null(pointer, next)
        }
        next += 1
    }

    func bind(_ values: [Bound]) {
        for value in values { bind(value) }
    }

    /// Moves to the next row; false after the last, when it is ready to be bound anew.
    func step() throws(IndexError) -> Bool {
        let code = sqlite3_step(pointer)
        if code == SQLITE_ROW { return true }
        let extended =
            code == SQLITE_DONE ? code : sqlite3_extended_errcode(sqlite3_db_handle(pointer))
        reset()
        if code == SQLITE_DONE { return false }
        throw IndexError(code: extended)
    }

    func run(_ values: Bound...) throws(IndexError) {
        bind(values)
        while try step() {}
    }

    func reset() {
        sqlite3_reset(pointer)
        next = 1
    }

    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(pointer, column) }

    func optional(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }

    func isNull(_ column: Int32) -> Bool {
        sqlite3_column_type(pointer, column) == SQLITE_NULL
    }

    /// The bytes of a blob or a text; none for NULL.
    func bytes(_ column: Int32) -> [UInt8] {
        guard let start = sqlite3_column_blob(pointer, column) else { return [] }
        return Array(
            UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(pointer, column))))
    }

    func text(_ column: Int32) -> String { String(decoding: bytes(column), as: UTF8.self) }
}

/// A value for a place in a statement.
enum Bound: Hashable, Sendable {
    case integer(Int64)
    case text(String)
    case bytes([UInt8])
    case null

    init(_ number: Int64?) { self = number.map { .integer($0) } ?? .null }
    init(_ bytes: [UInt8]?) { self = bytes.map { .bytes($0) } ?? .null }
}

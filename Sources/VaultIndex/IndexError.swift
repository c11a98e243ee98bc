import GRDB
import GRDBSQLite
package import VaultFiles

/// Why the index could not be read or written. No case carries content.
package enum IndexError: Error, Equatable, Sendable {
    /// What lies there is not an index, or is one no longer. The cure is to build it anew.
    case damaged
    /// Somebody else was writing for longer than we wait.
    case busy
    /// The disk or the quota is full; the transaction was undone.
    case full
    case readOnly
    /// A setting that the index depends on could not be put in force.
    case settingRefused(String)
    case file(FileError)
    /// Any other refusal of SQLite's, by its extended result code.
    case sqlite(Int32)
}

extension IndexError {
    /// Names the case for a result code.
    init(code: Int32) {
        self =
            switch code & 0xFF {
            case SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_FORMAT, SQLITE_CANTOPEN: .damaged
            case SQLITE_BUSY, SQLITE_LOCKED: .busy
            case SQLITE_FULL: .full
            case SQLITE_READONLY: .readOnly
            case SQLITE_IOERR where Self.reading.contains(code): .damaged
            default: .sqlite(code)
            }
    }

    /// Failures of reading, for which a sector may be to blame as well as whoever changed the file.
    /// `SQLITE_IOERR_DATA`, what is not genuine, is 10 | 32 << 8.
    private static let reading: Set<Int32> = [10 | 1 << 8, 10 | 2 << 8, 10 | 32 << 8, 10 | 33 << 8]

    init(_ error: any Error) {
        switch error {
        case let error as IndexError: self = error
        case let error as DatabaseError: self.init(code: error.extendedResultCode.rawValue)
        case let error as FileError: self = .file(error)
        default: self = .sqlite(SQLITE_ERROR)
        }
    }
}

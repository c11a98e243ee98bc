import GRDB
import GRDBSQLite
package import VaultFiles
package import VaultFormat

/// Which of the two databases.
package enum RecordsFile: String, Hashable, Sendable {
    /// `records.db`, the truth.
    case records = "records.db"
    /// `records.bak`, its second copy.
    case mirror = "records.bak"
}

/// Why the records could not be read or written. No case carries content.
package enum RecordsError: Error, Equatable, Sendable {
    /// There is no such database.
    case notFound(RecordsFile)
    /// The database is there and cannot be read, or contradicts itself.
    case damaged(RecordsFile)
    /// Written by a later version of the program; nothing was changed.
    case newerVersion(Int)
    /// Not a database of Lighttight's, or one with something planted in it. Nothing in it was run.
    case foreignSchema(RecordsFile)
    /// Somebody else was writing (or reading) for longer than we wait.
    case busy
    /// The row is not in the version that the caller saw, or the ID is taken.
    case conflict
    case noSuchRecord
    /// The folder, the file system or this way of opening allows no writing.
    case readOnly
    /// The disk or the quota is full; nothing was changed.
    case full
    /// `records.bak` has a later revision than `records.db`: an older copy was put in its place.
    /// The mirror was left alone, for it may be the better of the two.
    case mirrorAhead
    /// A transaction was killed while it was written and must be rolled back before reading goes on.
    case unfinishedTransaction
    /// The root key is another one by now: what was opened of the keys must be opened again.
    case rotated
    /// Opened in another process, before a fork.
    case forked
    /// A sealed value is not the one that belongs to this row, column and version.
    case tampered
    /// A sealed value is genuine, and is not what the specification says.
    case malformedValue(FormatError)
    /// The vault lies under a path that SQLite cannot be told (bytes that are not UTF-8).
    case unusablePath
    /// A setting that the records depend on could not be put in force.
    case settingRefused(String)
    case file(FileError)
    /// Any other refusal of SQLite's, by its extended result code.
    case sqlite(Int32)
}

extension RecordsError {
    /// Names the case for a result code.
    init(code: Int32, in file: RecordsFile) {
        self =
            switch code & 0xFF {
            case SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_FORMAT: .damaged(file)
            // A page that the file's size promises and the disk does not give.
            case SQLITE_IOERR where code == SQLITE_IOERR | (2 << 8): .damaged(file)
            case SQLITE_BUSY, SQLITE_LOCKED: .busy
            case SQLITE_CONSTRAINT: .conflict
            // SQLITE_READONLY_ROLLBACK and SQLITE_READONLY_RECOVERY
            case SQLITE_READONLY where code >> 8 == 3 || code >> 8 == 1: .unfinishedTransaction
            case SQLITE_READONLY: .readOnly
            case SQLITE_FULL: .full
            default: .sqlite(code)
            }
    }

    init(_ error: any Error, in file: RecordsFile) {
        switch error {
        case let error as RecordsError: self = error
        case let error as DatabaseError:
            self.init(code: error.extendedResultCode.rawValue, in: file)
        case let error as FileError: self.init(error)
        default: self = .sqlite(SQLITE_ERROR)
        }
    }

    init(_ error: FileError) {
        self =
            switch error {
            case .noSpace: .full
            case .readOnly: .readOnly
            case .wouldBlock: .busy
            default: .file(error)
            }
    }
}

/// Runs file operations under this room's errors.
func files<R: ~Copyable>(_ body: () throws(FileError) -> R) throws(RecordsError) -> R {
    do throws(FileError) { return try body() } catch { throw RecordsError(error) }
}

package import VaultCrypto
package import VaultFiles
package import VaultFormat

/// The searchable copy of what the records say. It decides what is found, never what is opened: whoever
/// uses a hit checks it against its record. Spec 09.
///
/// Everything may throw `.damaged`, also long after opening. Then the caller opens it again, for somebody
/// may have put a new one in its place, and when that says `.rebuild`, builds it with `IndexBuilder`.
package final class PictureIndex: Sendable {
    let connection: Connection
    /// Of an index in memory, which goes when this does.
    package let isInMemory: Bool

    package static let file: FileName = "index.db"
    static let journal: FileName = "index.db-journal"
    static let unfinished: FileName = "index.db.new"

    /// Why there is no index that could be used.
    package enum RebuildReason: String, Hashable, Sendable {
        case missing
        /// Not an index, or one of another version of this program.
        case foreign
        /// Sealed with another key, changed, or cut off.
        case damaged
    }

    package enum Opening: Sendable {
        case ready(PictureIndex)
        case rebuild(RebuildReason)
    }

    init(_ connection: Connection, isInMemory: Bool = false) {
        self.connection = connection
        self.isInMemory = isInMemory
    }

    /// Opens `index.db` in the vault's folder, and undoes a transaction that was stopped midway.
    /// - Parameter wait: how long to wait for one who writes.
    /// - Throws: `.busy`, `.file`, `.settingRefused`, `.sqlite`, and `.readOnly` when a transaction is to be
    ///   undone where nothing can be written; whatever is wrong with the file itself is no error but
    ///   `.rebuild`.
    package static func open(
        in folder: FilePath, key: borrowing IndexKey, vault: VaultID, wait: Duration = .seconds(10)
    ) throws(IndexError) -> Opening {
        let status: FileStatus
        do throws(FileError) {
            status = try Directory.open(folder, followingLast: true).status(of: file)
        } catch .notFound {
            return .rebuild(.missing)
        } catch {
            throw .file(error)
        }
        guard status.kind == .regular, status.size > 0 else { return .rebuild(.damaged) }
        do throws(IndexError) {
            let cipher = try BlockCipher(key, vault: vault)
            let connection = try Connection(folder.appending(file), cipher, .using, wait: wait)
            return try connection.run { (session) throws(IndexError) in
                guard try session.number("PRAGMA application_id") == Schema.application,
                    try session.number("PRAGMA user_version") == Schema.version
                else { return .rebuild(.foreign) }
                guard try session.number("SELECT count(*) FROM state") == 1 else {
                    return .rebuild(.damaged)
                }
                return .ready(PictureIndex(connection))
            }
        } catch .damaged {
            return .rebuild(.damaged)
        }
    }

    /// Takes an index away, with its journal. Whoever calls holds the vault's lock for writing.
    package static func remove(from folder: borrowing Directory) throws(FileError) {
        try folder.unlinkIfPresent(file)
        try folder.unlinkIfPresent(journal)
        try folder.sync()
    }

    /// The vault's revision (Spec 04 §7) that the index reflects.
    package func revision() throws(IndexError) -> Int64 {
        try connection.run { (session) throws(IndexError) in
            try session.number("SELECT revision FROM state")
        }
    }

    /// Reads every page and compares the word index with what it was made from. Throws `.damaged`.
    package func verify() throws(IndexError) {
        try connection.run { (session) throws(IndexError) in
            guard try session.text("PRAGMA integrity_check") == "ok",
                try session.number(
                    "SELECT (SELECT \(Schema.totals) FROM picture) = "
                        + "(SELECT pictures, bin, waiting FROM state)") == 1
            else { throw .damaged }
            try session.execute("INSERT INTO words(words) VALUES('integrity-check')")
        }
    }
}

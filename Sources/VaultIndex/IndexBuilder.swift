package import VaultCrypto
package import VaultFiles
package import VaultFormat

/// Makes a new index beside the old one, which it replaces at the end: `add` in batches, then `finish`.
/// Whoever calls holds the vault's lock for writing.
///
/// Until `finish` there is only `index.db.new`, which the next builder removes, as `deinit` does.
package final class IndexBuilder {
    private let connection: Connection
    private let folder: FilePath?
    private var isFinished = false

    /// - Throws: `.file`, `.full`, `.readOnly`: where nothing can be written, `inMemory` still can.
    package init(in folder: FilePath, key: borrowing IndexKey, vault: VaultID) throws(IndexError) {
        let path = folder.appending(PictureIndex.unfinished)
        try Self.files { () throws(FileError) in
            let directory = try Directory.open(folder, followingLast: true)
            try Self.removeUnfinished(in: directory)
            // Made here and not by SQLite, so that it gets the mode that the vault's files have.
            try directory.createExclusive(PictureIndex.unfinished, mode: .likeFolder).close()
        }
        self.folder = folder
        connection = try Connection(
            path, BlockCipher(key, vault: vault), .building, wait: .seconds(1))
        try begin()
    }

    private init(inMemory: ()) throws(IndexError) {
        folder = nil
        connection = try Connection(":memory:", nil, .inMemory, wait: .zero)
        try begin()
    }

    /// An index that lies nowhere but in this process.
    package static func inMemory() throws(IndexError) -> IndexBuilder {
        try IndexBuilder(inMemory: ())
    }

    private func begin() throws(IndexError) {
        try connection.run { (session) throws(IndexError) in
            try session.execute("BEGIN")
            try Schema.create(session)
            // Few large segments of words and one merge at the end, instead of many merges on the way.
            try session.execute("INSERT INTO words(words, rank) VALUES('automerge', 0)")
            try session.execute("INSERT INTO words(words, rank) VALUES('hashsize', 16777216)")
        }
    }

    /// Adds pictures, best in the order of their rows; each row once.
    package func add(_ pictures: [IndexedPicture]) throws(IndexError) {
        try connection.run { (session) throws(IndexError) in
            let writer = PictureWriter(session: session)
            for picture in pictures { try writer.insert(picture) }
        }
    }

    /// Completes the index for a revision of the vault, makes it durable and puts it in the old one's
    /// place. After a failure the old one is where it was. The builder can do nothing more afterwards.
    /// - Returns: the index itself when it lies in memory, else `nil`: it is there to be opened.
    package func finish(revision: Int64) throws(IndexError) -> PictureIndex? {
        try connection.run { (session) throws(IndexError) in
            for sql in Schema.indexes { try session.execute(sql) }
            try PictureWriter(session: session).forgetWords()
            // Back to what suits small changes.
            try session.execute("INSERT INTO words(words, rank) VALUES('automerge', 4)")
            try session.execute("INSERT INTO words(words, rank) VALUES('hashsize', 1048576)")
            try session.execute("COMMIT")
            // The one commit that is synced; it says that the file is whole.
            try session.execute("PRAGMA synchronous = NORMAL")
            try session.query(
                "INSERT INTO state SELECT 1, ?, \(Schema.totals) FROM picture", [.integer(revision)]
            ).run()
        }
        guard let folder else {
            return PictureIndex(connection, isInMemory: true)
        }
        try connection.close()
        try Self.files { () throws(FileError) in
            let directory = try Directory.open(folder, followingLast: true)
            // What lies there belongs to the old one.
            try directory.unlinkIfPresent(PictureIndex.journal)
            try directory.rename(PictureIndex.unfinished, as: PictureIndex.file)
            try directory.sync()
        }
        isFinished = true
        return nil
    }

    deinit {
        guard let folder, !isFinished else { return }
        // What stays is removed by the next builder.
        try? Self.removeUnfinished(in: Directory.open(folder, followingLast: true))
    }

    private static func removeUnfinished(in directory: borrowing Directory) throws(FileError) {
        try directory.unlinkIfPresent(PictureIndex.unfinished)
    }

    private static func files<R: ~Copyable>(
        _ body: () throws(FileError) -> R
    ) throws(IndexError) -> R {
        do throws(FileError) { return try body() } catch {
            switch error {
            case .noSpace: throw .full
            case .readOnly: throw .readOnly
            default: throw .file(error)
            }
        }
    }
}

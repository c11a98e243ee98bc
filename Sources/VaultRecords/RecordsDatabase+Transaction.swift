import VaultFiles

extension RecordsDatabase {
    /// Changes records: all of what `body` does, or, when it or the commit throws, nothing.
    ///
    /// Holds the writer's lock from beginning to end, so `body` should do nothing slow; sealing is done
    /// before. What it reads through the writer is the newest there is. Reading through the database
    /// object inside `body` sees the state before.
    ///
    /// When this returns, the change is durable in `records.db`; `mirror()` then brings up
    /// the second copy. When it throws, nothing was changed, except that a destruction whose journal
    /// could not be overwritten is done and must be mirrored again before it is reported.
    ///
    /// The entry of the audit log goes into the same transaction: after `body`, before the commit. When
    /// `entry` throws, nothing was changed. A transaction that wrote nothing has no entry, unless it is
    /// a `reading`, which is nothing but its entry.
    /// - Parameters:
    ///   - entry: makes the entry of what `body` did; called once at most.
    ///   - destroying: must be true when `body` takes away records, occurrences or a header: the journal
    ///     would keep the old pages in blocks that the file system has freed, so it is overwritten.
    ///   - wait: how long to wait for other writers, and then for readers. Throws `.busy` after it.
    @discardableResult
    package func transaction<R>(
        destroying: Bool = false, reading: Bool = false, wait: Duration = patience,
        entry: (LogPosition, R) throws -> LoggedEntry, _ body: (RecordsWriter) throws -> R
    ) throws -> R {
        guard mode == .writing, report.source == .records else { throw RecordsError.readOnly }
        let directory = try Self.openFolder(folder)
        let lock = try Self.lock(directory, wait: wait)
        let connection = try writer(holding: lock, directory, wait: wait)
        let result = try connection.runAny { session in
            if destroying { try session.setJournal(.persist) }
            let result: R
            do {
                result = try session.committing(
                    destroying: destroying, reading: reading, entry, body)
            } catch {
                if destroying {
                    // The failure that counts is the first; the next transaction scrubs again.
                    try? session.scrubJournal(in: directory)
                    forgetWriter()
                }
                throw error
            }
            do {
                try FaultPoint.hit("records committed")
                if destroying { try session.scrubJournal(in: directory) }
            } catch {
                forgetWriter()
                throw error
            }
            return result
        }
        _ = consume lock
        return result
    }
}

extension Session {
    enum JournalMode: String { case delete, persist }

    func setJournal(_ mode: JournalMode) throws(RecordsError) {
        guard try text("PRAGMA main.journal_mode = \(mode.rawValue)") == mode.rawValue else {
            throw .settingRefused("journal_mode")
        }
    }

    fileprivate func committing<R>(
        destroying: Bool, reading: Bool, _ entry: (LogPosition, R) throws -> LoggedEntry,
        _ body: (RecordsWriter) throws -> R
    ) throws -> R {
        try execute("BEGIN IMMEDIATE")
        do {
            try requireSchema()
            let writer = try RecordsWriter(self, destroying: destroying)
            let result = try body(writer)
            if reading || !writer.changes.isEmpty {
                let place = try writer.entryPlace()
                try append(try entry(place, result), at: place)
            }
            try FaultPoint.hit("records commit")
            try execute("COMMIT")
            return result
        } catch let error as FileError {
            rollBack()
            throw RecordsError(error)
        } catch {
            rollBack()
            throw error
        }
    }

    func rollBack() {
        // SQLite may have rolled back by itself, and then there is nothing to do; when it could not,
        // the journal stays, and the next to open plays it.
        try? execute("ROLLBACK")
    }

    /// Somebody may have planted something since the database was opened.
    private func requireSchema() throws(RecordsError) {
        let cookie = try statement("PRAGMA main.schema_version")
        guard try cookie.step() else { throw .damaged(file) }
        let found = cookie.integer(0)
        cookie.reset()
        if !isKnownSchema(found) {
            try Schema.check(self)
            rememberSchema(found)
        }
    }

    /// Overwrites the journal that a finished transaction left in mode "persist", and removes it.
    func scrubJournal(in directory: borrowing Directory) throws(RecordsError) {
        let name = Recovery.name(file, "-journal")
        do throws(RecordsError) {
            let journal = try files { () throws(FileError) in try directory.openForUpdate(name) }
            try Scrub.overwrite(journal)
        } catch .file(.notFound) {
            // Nothing was written, so there was nothing to keep.
        }
        // Leaving the mode removes the file.
        try setJournal(.delete)
        try files { () throws(FileError) in
            try directory.unlinkIfPresent(name)
            try directory.sync()
        }
    }

    /// Throws `.damaged` when the structure of any page is wrong.
    func quickCheck() throws(RecordsError) {
        guard try text("PRAGMA main.quick_check(1)") == "ok" else { throw .damaged(file) }
    }
}

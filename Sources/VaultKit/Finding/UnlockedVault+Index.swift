import VaultCrypto
import VaultFiles
import VaultFormat
import VaultIndex
import VaultKeys
import VaultRecords

extension UnlockedVault {
    /// Calls `body` with the index, which tells what the records tell now. When it turns out to be damaged
    /// meanwhile, once more with a new one.
    ///
    /// - Parameter progress: of making it anew; not called when it is only brought up.
    func withIndex<R>(
        _ progress: (Progress) -> Void, _ body: (PictureIndex) throws(IndexError) -> R
    ) throws(VaultError) -> R {
        let index = try index(progress)
        do throws(IndexError) {
            return try body(index)
        } catch .damaged {
            let index = try made(progress)
            return try indexing { () throws(IndexError) in try body(index) }
        } catch {
            throw VaultError(error)
        }
    }

    /// The index, brought up to the records, or made anew where there is none that can be. Spec 09 §6.
    func index(_ progress: (Progress) -> Void) throws(VaultError) -> PictureIndex {
        if let index = try opened(), try bringUp(index) { return index }
        return try made(progress)
    }

    /// What lies there; `nil` when it is of no use.
    private func opened() throws(VaultError) -> PictureIndex? {
        let key = try indexKey()
        do throws(IndexError) {
            if case .ready(let index) = try PictureIndex.open(in: place.path, key: key, vault: id) {
                return index
            }
            return nil
        } catch .readOnly {
            // A transaction of it was stopped, and cannot be undone here.
            return nil
        } catch {
            throw VaultError(error)
        }
    }

    private func indexKey() throws(VaultError) -> IndexKey {
        let rows = try keyring()
        do throws(KeysError) { return try keys.indexKey(rows) } catch { throw VaultError(error) }
    }

    /// Whoever writes the index holds it. Spec 09 §1.
    private func indexLock() throws(VaultError) -> FileLock {
        try files("the vault") { () throws(FileError) in
            try place.lock("index", .exclusive, wait: .seconds(10))
        }
    }

    private func indexLockIfWritable() throws(VaultError) -> FileLock? {
        do throws(VaultError) { return try indexLock() } catch {
            if error.code == .readOnly { return nil }
            throw error
        }
    }

    private func revisionNow() throws(VaultError) -> Int64 {
        try reading { () throws(RecordsError) in try records.revision() }
    }

    // MARK: - Bringing it up

    /// How many changed records are applied one by one, at least; with many records a tenth of them.
    private static let fewChanges = 10_000

    /// Takes out of the index what was just destroyed, its words too; where that cannot be, the whole index
    /// goes, and the next search makes it anew. Spec 09 §6.
    func forgetInIndex() throws(VaultError) {
        do throws(VaultError) {
            if let index = try opened(), try bringUp(index, forgetting: true) { return }
        } catch {
            // Whatever keeps it from being brought up does not keep it from being taken away.
        }
        do throws(VaultError) {
            let lock = try indexLock()
            try files("the index") { () throws(FileError) in
                try PictureIndex.remove(from: place.folder)
            }
            _ = consume lock
        } catch {
            throw VaultError(
                error.code,
                "the pictures are destroyed, but the index may still have words of them: "
                    + error.message, hint: "run the same command again")
        }
    }

    /// Applies what changed since; false when making it anew is better.
    ///
    /// - Parameter forgetting: leaves no trace of what the changed rows said before.
    private func bringUp(
        _ index: PictureIndex, forgetting: Bool = false
    ) throws(VaultError) -> Bool {
        let now = try revisionNow()
        do throws(IndexError) {
            if try index.revision() == now, !forgetting { return true }
        } catch {
            return try Self.giveUp(error)
        }
        // Where nothing can be written, one in memory is made.
        guard let lock = try indexLockIfWritable() else { return false }
        let revision: Int64
        do throws(IndexError) { revision = try index.revision() } catch {
            return try Self.giveUp(error)
        }
        // Somebody else may have done it meanwhile; a newer one is of records that were put back since.
        if revision > now || (revision == now && !forgetting) { return revision == now }
        guard let changes = try changed(since: revision) else { return false }
        let destroyed = try reading { () throws(RecordsError) in
            try records.destroyed(since: revision)
        }
        do throws(IndexError) {
            try index.apply(
                changes: changes, removed: destroyed.map(\.id), forgetting: forgetting,
                revision: now)
        } catch {
            return try Self.giveUp(error)
        }
        _ = consume lock
        return true
    }

    /// What a new index mends is no error.
    private static func giveUp(_ error: IndexError) throws(VaultError) -> Bool {
        if error == .damaged || error == .readOnly { return false }
        throw VaultError(error)
    }

    /// `nil` when there are too many.
    private func changed(since revision: Int64) throws(VaultError) -> [IndexedPicture]? {
        let most = try max(
            Self.fewChanges,
            reading { () throws(RecordsError) in try records.counts() }.records / 10)
        var changes: [IndexedPicture] = []
        var opener = opener()
        var batch = RecordBatch()
        var last = (revision: revision, row: Int64.max)
        while true {
            try reading { () throws(RecordsError) in
                try records.fill(&batch, changedAfter: last.revision, row: last.row)
            }
            guard let place = batch.lastPlace else { return changes }
            last = place
            changes += indexed(batch, &opener)
            if changes.count > most { return nil }
        }
    }

    // MARK: - Making it

    /// Makes it anew; where it cannot be written, in memory.
    func made(_ progress: (Progress) -> Void) throws(VaultError) -> PictureIndex {
        do throws(VaultError) {
            let lock = try indexLock()
            let key = try indexKey()
            let builder = try indexing { () throws(IndexError) in
                try IndexBuilder(in: place.path, key: key, vault: id)
            }
            _ = try fill(builder, progress)
            _ = consume lock
            guard let index = try opened() else {
                throw VaultError(.failed, "the index that was just made cannot be opened")
            }
            return index
        } catch {
            guard error.code == .readOnly || error.code == .full else { throw error }
        }
        let builder = try indexing { () throws(IndexError) in try IndexBuilder.inMemory() }
        guard let index = try fill(builder, progress) else {
            throw VaultError(.failed, "the index that was just made cannot be opened")
        }
        return index
    }

    private func fill(
        _ builder: IndexBuilder, _ progress: (Progress) -> Void
    ) throws(VaultError) -> PictureIndex? {
        // What changes from now on is applied afterwards.
        let revision = try revisionNow()
        var done = Progress(
            totalFiles: try reading { () throws(RecordsError) in try records.counts() }.records)
        var opener = opener()
        try batches { (batch) throws(VaultError) in
            let pictures = indexed(batch, &opener)
            try indexing { () throws(IndexError) in try builder.add(pictures) }
            done.files += batch.count
            progress(done)
        }
        return try indexing { () throws(IndexError) in try builder.finish(revision: revision) }
    }

    /// Records that do not open are not found; `verify` tells them.
    private func indexed(_ batch: RecordBatch, _ opener: inout RecordOpener) -> [IndexedPicture] {
        var pictures: [IndexedPicture] = []
        pictures.reserveCapacity(batch.count)
        for index in 0..<batch.count {
            do throws(RecordsError) {
                let sealed = try opener.open(batch, at: index)
                pictures.append(
                    IndexedPicture(
                        sealed.picture, row: batch.row(at: index),
                        revision: batch.revision(at: index)))
            } catch {
                continue
            }
        }
        return pictures
    }
}

import VaultFiles

extension DirectoryPackStore {
    package func leftovers() throws(StoreError) -> [Leftover] {
        do throws(FileError) {
            guard let folder = try incomingFolder() else { return [] }
            var found: [Leftover] = []
            // Shared: two that look at once must not take each other for a writer.
            try Self.forEachLeftover(in: folder, mode: .shared) { (leftover) in
                found.append(leftover)
            }
            return found
        } catch {
            throw StoreError(error)
        }
    }

    @discardableResult
    package func removeLeftovers() throws(StoreError) -> (count: Int, bytes: UInt64) {
        do throws(FileError) {
            guard let folder = try incomingFolder() else { return (0, 0) }
            var removed = (count: 0, bytes: UInt64(0))
            try Self.forEachLeftover(in: folder, mode: .exclusive) { (leftover) throws(FileError) in
                try folder.unlink(leftover.name)
                removed.count += 1
                removed.bytes += leftover.byteCount
            }
            if removed.count > 0 { try folder.sync() }
            return removed
        } catch {
            throw StoreError(error)
        }
    }

    /// Lends each file that nobody writes, while its lock is held.
    private static func forEachLeftover(
        in folder: borrowing Directory, mode: FileLock.Mode,
        _ body: (Leftover) throws(FileError) -> Void
    ) throws(FileError) {
        let isShared = try folder.status().isSharedFolder
        var entries = try folder.entries()
        while let entry = try entries.next() {
            do throws(FileError) {
                let before = try folder.status(of: entry.name)
                guard before.kind == .regular else { continue }
                let lock = try FileLock.acquire(entry.name, in: folder, mode: mode)
                let status = try folder.status(of: entry.name)
                if status.size == 0, !status.hasSameContent(as: before) {
                    // It became a pack or was abandoned just now, and asking for its lock made an
                    // empty file of that name.
                    try folder.unlinkIfPresent(entry.name)
                } else {
                    try body(Leftover(name: entry.name, byteCount: UInt64(status.size)))
                }
                _ = consume lock
            } catch .wouldBlock {
                continue
            } catch .notPermitted where isShared {
                // Another user's that is just being made, where files cannot be made without a name.
                continue
            } catch .notFound {
                continue
            }
        }
    }
}

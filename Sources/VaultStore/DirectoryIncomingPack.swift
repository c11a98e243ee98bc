import Synchronization
import VaultCrypto
import VaultFiles
import VaultFormat

/// A file in `packs/incoming` under a random name, locked as long as this lives, so that another
/// process can tell it from what a crash left. Spec 05 §2.
final class DirectoryIncomingPack: IncomingPack {
    /// The kernel begins to write after so many bytes: then the sync at the end finds little to do.
    static let writeBackByteCount: UInt64 = 8 << 20

    /// Room on the disk is taken in steps of so many bytes, which costs less than page by page.
    static let reservedByteCount: UInt64 = 8 << 20

    private struct Progress {
        var count: UInt64 = 0
        /// How far room on the disk was taken ahead; 0 when it was not.
        var reserved: UInt64 = 0
        /// How far writing to the disk was begun.
        var started: UInt64 = 0
        /// Whether the file still has its random name.
        var isIncoming = true
    }

    private let store: DirectoryPackStore
    private let folder: Directory
    private let name: FileName
    private let file: Descriptor
    private let lock: FileLock
    private let progress = Mutex(Progress())

    init(in store: DirectoryPackStore, folder: consuming Directory) throws(FileError) {
        name = try FileName(Hex.encode(RandomBytes.make(16)))
        // Making the file and locking it is one step here: whoever looks for leftovers in between
        // may take the name away, and then it is made again.
        lock = try FileLock.acquire(name, in: folder, mode: .exclusive, wait: .seconds(10))
        file = try folder.openForUpdate(name)
        self.folder = folder
        self.store = store
    }

    deinit { abandon() }

    func append(_ bytes: UnsafeRawBufferPointer) throws(StoreError) {
        try progress.withLock { (progress) throws(StoreError) in
            precondition(progress.isIncoming, "this pack is finished")
            let end = progress.count + UInt64(bytes.count)
            try storing { () throws(FileError) in
                try reserve(to: end, &progress)
                try file.write(bytes, at: Int64(progress.count))
            }
            progress.count = end
            let waiting = progress.count - progress.started
            guard waiting >= Self.writeBackByteCount else { return }
            file.startWriteBack(from: Int64(progress.started), byteCount: Int64(waiting))
            progress.started = progress.count
        }
    }

    private func reserve(to end: UInt64, _ progress: inout Progress) throws(FileError) {
        // A pack that is written at once may be small, and then a step would be more than it needs.
        guard progress.count > 0, end > progress.reserved else { return }
        let start = max(progress.count, progress.reserved)
        let count = max(end - start, Self.reservedByteCount)
        try file.reserve(from: Int64(start), byteCount: Int64(count))
        progress.reserved = start + count
    }

    func cut(to byteCount: UInt64) throws(StoreError) {
        try progress.withLock { (progress) throws(StoreError) in
            precondition(progress.isIncoming, "this pack is finished")
            precondition(byteCount <= progress.count, "nothing to cut there")
            try storing { () throws(FileError) in try file.truncate(to: Int64(byteCount)) }
            progress.count = byteCount
            progress.reserved = 0
            progress.started = min(progress.started, byteCount)
        }
    }

    func makeDurable(as pack: PackName) throws(StoreError) {
        try progress.withLock { (progress) throws(StoreError) in
            precondition(progress.isIncoming, "this pack is finished")
            do throws(FileError) {
                // Gives back the room that was taken and not needed.
                if progress.reserved > progress.count {
                    try file.truncate(to: Int64(progress.count))
                }
                try file.setModified(file.status().modified.startOfDay)
                try file.sync()
                let target = try store.openOrMakeFolder(pack.folderName())
                try folder.rename(name, into: target, as: pack.fileName())
                progress.isIncoming = false
                try target.sync()
            } catch {
                // A sync that failed is not tried again: the kernel may have dropped the bytes and
                // would say that all is well.
                discard(&progress)
                throw StoreError(error)
            }
        }
    }

    func abandon() {
        progress.withLock { discard(&$0) }
    }

    private func discard(_ progress: inout Progress) {
        guard progress.isIncoming else { return }
        progress.isIncoming = false
        do throws(FileError) {
            try folder.unlink(name)
        } catch {
            // It becomes a leftover, which is listed and removed as such.
        }
    }
}

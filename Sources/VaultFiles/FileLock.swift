import CLinux
import Glibc

/// A lock of the kernel's on a file of its own, held as long as this value lives. When the process
/// dies, however it dies, the kernel takes it back: no process number to compare, nothing stale.
/// It belongs to the open file, not the process, so two holders in one process exclude each
/// other too.
package struct FileLock: ~Copyable, Sendable {
    package enum Mode: Sendable {
        /// Any number of holders at once.
        case shared
        /// One holder and nobody else.
        case exclusive
    }

    private let file: Descriptor

    /// Takes the lock, making its file when missing, for whoever may use the folder. The file stays
    /// behind: removing it would let two holders lock two files of one name.
    ///
    /// Waits at most `wait`, blocking the thread, looking again ever more slowly (1 … 50 ms).
    /// Throws `.wouldBlock` when it is still held then, `.noLocks` when the file system has no
    /// locks or grants one twice, `.readOnly` or `.notPermitted` when an exclusive lock would need
    /// to write and may not (a shared one is content with reading).
    package static func acquire(
        _ name: FileName, in folder: borrowing Directory, mode: Mode, wait: Duration = .zero
    ) throws(FileError) -> FileLock {
        let deadline = Machine.monotonic + wait
        var pause = Duration.milliseconds(1)
        while true {
            if let lock = try attempt(name, in: folder, mode: mode) { return lock }
            let left = deadline - Machine.monotonic
            if left <= .zero { throw .wouldBlock }
            Machine.sleep(min(pause, left))
            pause = min(pause * 2, .milliseconds(50))
        }
    }

    private static func attempt(
        _ name: FileName, in folder: borrowing Directory, mode: Mode
    ) throws(FileError) -> FileLock? {
        let file = try openLockFile(name, in: folder, mode: mode)
        if try !lock(file, exclusive: mode == .exclusive) { return nil }
        // Somebody may have replaced the file between opening and locking: look again.
        let identity = try file.status().identity
        do throws(FileError) {
            if try folder.status(of: name).identity != identity { return nil }
        } catch .notFound {
            return nil
        }
        try requireRefusal(name, in: folder)
        return FileLock(file: file)
    }

    /// What we hold must be refused to another descriptor, or the locks are for show (some network
    /// file systems grant everything).
    static func requireRefusal(
        _ name: FileName, in folder: borrowing Directory
    ) throws(FileError) {
        let probe: Descriptor
        do throws(FileError) {
            probe = try folder.openForUpdate(name)
        } catch .readOnly {
            // Nobody can write there: nothing for a lock to protect.
            return
        } catch .notPermitted {
            // An exclusive lock needs a file opened for writing, which we may not: no way to ask.
            return
        }
        if try lock(probe, exclusive: true) { throw .noLocks }
    }

    private static func openLockFile(
        _ name: FileName, in folder: borrowing Directory, mode: Mode
    ) throws(FileError) -> Descriptor {
        do throws(FileError) {
            do throws(FileError) {
                return try folder.openForUpdate(name)
            } catch .notFound {
                do throws(FileError) {
                    return try folder.createExclusive(name, mode: .likeFolder)
                } catch .exists {
                    return try folder.openForUpdate(name)
                }
            }
        } catch {
            if mode == .shared, error == .readOnly || error == .notPermitted {
                return try folder.openFile(name)
            }
            throw error
        }
    }

    /// Whether it was granted.
    private static func lock(
        _ file: borrowing Descriptor, exclusive: Bool
    ) throws(FileError) -> Bool {
        switch lt_lock(file.number, exclusive) {
        case -EAGAIN: return false
        case -ENOLCK, -EOPNOTSUPP, -ENOSYS, -EINVAL: throw .noLocks
        case let result:
            try check("fcntl", result)
            return true
        }
    }
}

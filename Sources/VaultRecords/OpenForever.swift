import Synchronization
import VaultFiles

/// Descriptors of databases that are never closed. POSIX drops *all* of a process's locks on a file
/// when *any* of its descriptors is closed, also those that SQLite holds elsewhere in this process.
/// One is added for each journal found after a crash, so there are few.
enum OpenForever {
    private final class Kept: Sendable {
        let file: Descriptor
        init(_ file: consuming Descriptor) { self.file = file }
    }

    private static let kept = Mutex<[Kept]>([])

    static func keep(_ file: consuming Descriptor) {
        let kept = Kept(file)
        Self.kept.withLock { $0.append(kept) }
    }
}

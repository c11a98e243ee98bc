import Dispatch
import Synchronization
import VaultFiles
import VaultFormat

/// Runs one job over many pictures on every core: the calling thread finds them, the others work.
struct PictureCrew {
    private let failure = Failure()
    private let stop: StopSign
    private let workers: Int

    /// What ended the work early; the first one counts.
    private final class Failure: Sendable {
        let error = Mutex<VaultError?>(nil)
        var isSet: Bool { error.withLock { $0 != nil } }
        func set(_ new: VaultError) { error.withLock { if $0 == nil { $0 = new } } }
    }

    /// - Parameter workers: threads; one for each core when left out.
    init(stop: @escaping StopSign, workers: Int = Machine.onlineCores) {
        self.stop = stop
        self.workers = workers
    }

    /// Calls `find` with a closure that takes groups of pictures, which a worker then gets whole, in
    /// order; `work` is made once a thread and called for each picture.
    ///
    /// - Throws: what `find` or `work` throws; `interrupted` when `stop` said so.
    func run(
        find: (_ put: ([SealedPicture]) throws(VaultError) -> Void) throws(VaultError) -> Void,
        makeWorker:
            @escaping @Sendable () throws(VaultError) -> (
                (SealedPicture) throws(VaultError) -> Void
            )
    ) throws(VaultError) {
        let queue = WorkQueue<[SealedPicture]>(capacity: 4)
        let group = DispatchGroup()
        let (failure, stop) = (failure, stop)
        for _ in 0..<workers {
            DispatchQueue.global(qos: .userInitiated).async(group: group) {
                do throws(VaultError) {
                    let work = try makeWorker()
                    while let pictures = queue.take() {
                        for picture in pictures where !failure.isSet && !stop() {
                            try work(picture)
                        }
                    }
                } catch {
                    failure.set(error)
                    // Whoever finds must not wait for a place in the queue for ever.
                    while queue.take() != nil {}
                }
            }
        }
        do throws(VaultError) {
            try find { (pictures) throws(VaultError) in
                if failure.isSet || stop() {
                    throw VaultError(
                        .interrupted, "interrupted", hint: "run the same command again")
                }
                queue.put(pictures)
            }
        } catch {
            failure.set(error)
        }
        queue.close()
        group.wait()
        if let error = failure.error.withLock({ $0 }) { throw error }
        if stop() {
            throw VaultError(.interrupted, "interrupted", hint: "run the same command again")
        }
    }
}

extension UnlockedVault {
    /// Finds pictures for a crew: neighbours in a pack stay together, so that each thread reads on.
    func scanInGroups(
        _ filter: PictureFilter, damaged: @escaping (RecordID) throws(VaultError) -> Void,
        _ put: ([SealedPicture]) throws(VaultError) -> Void
    ) throws(VaultError) {
        var group: [SealedPicture] = []
        var bytes: UInt64 = 0
        try scan(filter, damaged: damaged) { (sealed) throws(VaultError) in
            group.append(sealed)
            bytes += sealed.picture.value.byteCount
            if group.count >= 64 || bytes >= 8 << 20 {
                try put(group)
                group = []
                bytes = 0
            }
        }
        if !group.isEmpty { try put(group) }
    }
}

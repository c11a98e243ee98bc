internal import Synchronization
internal import VaultCrypto
internal import VaultFiles
internal import VaultFormat
internal import VaultSharing

/// A file on its way in, for which room is kept as long as this lives. Spec 13 §6. Blocks while it writes.
final class Receiving: Sendable {
    private struct Work: ~Copyable {
        var file: UnnamedFile
        var hasher = SHA256Hasher()
        var byteCount: Int64 = 0
    }

    private let desk: RequestDesk
    let request: RequestName
    private let deposit: DepositID
    private let number: UInt64
    private let byteCount: Int64
    /// What the file must begin with.
    private let start: [UInt8]
    private let work: Mutex<Work>

    init(
        _ desk: RequestDesk, _ request: RequestName, _ deposit: DepositID, number: UInt64,
        byteCount: Int64, start: [UInt8], into file: consuming UnnamedFile
    ) {
        self.desk = desk
        self.request = request
        self.deposit = deposit
        self.number = number
        self.byteCount = byteCount
        self.start = start
        work = Mutex(Work(file: file))
    }

    deinit { desk.release(request, deposit, number) }

    /// Takes the next bytes.
    ///
    /// - Throws: `.deposit` for a file that does not begin as it must; `.other` when it comes anew by another
    ///   connection; `.gone`; `.failed`.
    func write(_ bytes: [UInt8]) throws(DeskRefusal) {
        try desk.check(request, deposit, number)
        let result = work.withLock { work in
            Result { () throws(DeskRefusal) in
                let done = work.byteCount
                guard done + Int64(bytes.count) <= byteCount else { throw DeskRefusal.deposit }
                if done < Int64(start.count) {
                    let part = start[Int(done)..<min(start.count, Int(done) + bytes.count)]
                    guard bytes.starts(with: part) else { throw DeskRefusal.deposit }
                }
                do throws(FileError) {
                    try work.file.file.write(bytes, at: done)
                } catch {
                    throw DeskRefusal.failed("a file for request \(request): \(error.describe)")
                }
                work.hasher.update(bytes)
                work.byteCount = done + Int64(bytes.count)
            }
        }
        try result.get()
    }

    /// The file is there as a whole: puts it in its place, durably.
    ///
    /// - Returns: whether it is new, and what its sender is told.
    func finish(by client: Client) throws(DeskRefusal) -> (isNew: Bool, answer: ReceiptAnswer) {
        let result = work.withLock { work in
            Result { () throws(DeskRefusal) in
                guard work.byteCount == byteCount else { throw DeskRefusal.deposit }
                do throws(FileError) {
                    // Before the lock of the request, which others wait for.
                    try work.file.file.sync()
                } catch {
                    throw DeskRefusal.failed("a file for request \(request): \(error.describe)")
                }
                let came = RequestState.Received(
                    deposit: deposit, bytes: byteCount, receipt: work.hasher.finalize().bytes)
                return try desk.put(&work.file, request, came, number: number, by: client)
            }
        }
        return try result.get()
    }
}

import Dispatch
import Synchronization
package import VaultFormat

/// Imagers for several threads: each look has one of its own, and they are kept for the next.
///
/// Imagers are started when they are needed and end with the crew. A picture that breaks one costs that
/// picture only.
package final class ImagingCrew: Sendable {
    private let program: ImagerProgram
    private let idle: Mutex<[Imager]>
    // Made with 0: one that begins higher must be back there when it goes.
    private let free = DispatchSemaphore(value: 0)

    /// - Parameter workers: how many imagers run at most; one for each core is best.
    package init(_ program: ImagerProgram, workers: Int) {
        precondition(workers > 0, "a crew has at least one imager")
        self.program = program
        idle = Mutex((0..<workers).map { _ in Imager(program) })
        for _ in 0..<workers { free.signal() }
    }

    /// Looks at a picture; waits while every imager is busy. Safe to call from any thread.
    ///
    /// - Parameters:
    ///   - byteCount: the picture's size.
    ///   - side: the longest side of the rendition, 64 to 8,192; only with that wish.
    ///   - read: fills a buffer, of 256 KiB at most, with exactly the bytes at an offset. It is called on this
    ///     thread, offsets rising for a whole picture.
    /// - Throws: what `read` throws, and what keeps every picture from being looked at.
    package func look<SourceError>(
        byteCount: UInt64, wishes: ImagerLook.Wishes, side: UInt16 = 0,
        read: (UInt64, UnsafeMutableRawBufferPointer) throws(SourceError) -> Void
    ) throws(ImagingFailure<SourceError>) -> PictureLook {
        let look = ImagerLook(
            byteCount: byteCount, wishes: wishes, side: side, seconds: program.seconds)
        free.wait()
        let imager = idle.withLock { $0.removeLast() }
        defer {
            idle.withLock { $0.append(imager) }
            free.signal()
        }
        return try imager.look(look, read)
    }

    /// Starts an imager now, so that what keeps it from starting is known before there is work.
    package func check() throws(ImagingError) {
        do throws(ImagingFailure<Never>) {
            _ = try look(byteCount: 0, wishes: []) { _, _ in }
        } catch {
            switch error {
            case .imager(let error): throw error
            }
        }
    }

    /// The processes of imagers that are idle now; for tests.
    var idleProcesses: [Int32] { idle.withLock { $0.compactMap(\.process) } }
}

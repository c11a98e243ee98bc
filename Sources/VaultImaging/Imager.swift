import CChild
import Glibc
import VaultFormat

/// One imager: a child process, started when it is needed and again after it failed.
// Sendable: only one thread has it at a time; the crew hands it out and takes it back.
final class Imager: @unchecked Sendable {
    private let program: ImagerProgram
    private var child: ImagerChild?
    private var looks = 0
    /// A process that a picture took over unseen does not see more than these.
    private static let mostLooks = 512

    init(_ program: ImagerProgram) { self.program = program }

    deinit { stop() }

    /// The process, while one is running; for tests.
    var process: Int32? { child?.process }

    /// Looks at a picture. Not for two threads at once.
    func look<SourceError>(
        _ look: ImagerLook,
        _ read: (UInt64, UnsafeMutableRawBufferPointer) throws(SourceError) -> Void
    ) throws(ImagingFailure<SourceError>) -> PictureLook {
        if looks >= Self.mostLooks { stop() }
        let child: ImagerChild
        do throws(ImagingError) { child = try running() } catch { throw .imager(error) }
        looks += 1
        var conversation = Conversation(child: child, look: look, patience: program.patience)
        do throws(Conversation.Failure<SourceError>) {
            try conversation.run(read)
        } catch {
            // Whatever it was, this process is in no known state.
            stop()
            switch error {
            case .source(let error): throw .source(error)
            case .trouble(let trouble): conversation.result.trouble = trouble
            }
        }
        return conversation.result
    }

    /// Ends the process, if one is running.
    func stop() {
        child?.end()
        child = nil
        looks = 0
    }

    private func running() throws(ImagingError) -> ImagerChild {
        if let child { return child }
        let started = try ImagerChild(program)
        child = started
        return started
    }
}

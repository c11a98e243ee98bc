import Dispatch

/// A piece of work that is begun at once on another thread, to be waited for once.
final class Ahead<Value>: Sendable {
    // Written by the work before it leaves the group, read by whoever waited for that.
    private nonisolated(unsafe) var value: Value?
    private let group = DispatchGroup()

    /// - Parameter work: what it uses is left alone until `wait` returned.
    init(_ work: @escaping () -> Value) {
        // Run once, on one thread, and what it uses is nobody else's until it ended.
        nonisolated(unsafe) let work = work
        DispatchQueue.global().async(group: group) { [self] in value = work() }
    }

    func wait() -> Value {
        group.wait()
        guard let value else { preconditionFailure("work that has ended left something") }
        return value
    }
}

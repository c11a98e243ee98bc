import Dispatch
import Synchronization

/// Hands items from one thread to others, at most `capacity` waiting, in order.
final class WorkQueue<Item: Sendable>: Sendable {
    private struct State {
        var items: [Item] = []
        var head = 0
        var isClosed = false
    }

    private let state = Mutex(State())
    // Made with 0: one that begins higher must be back there when it goes, and a queue that is given
    // up with something in it would end the process.
    private let room = DispatchSemaphore(value: 0)
    private let ready = DispatchSemaphore(value: 0)

    init(capacity: Int) { for _ in 0..<capacity { room.signal() } }

    /// Waits while the queue is full. After `close` the item is dropped.
    func put(_ item: sending Item) {
        room.wait()
        state.withLock { if !$0.isClosed { $0.items.append(item) } }
        ready.signal()
    }

    /// Waits for an item; `nil` once the queue is closed and empty.
    func take() -> Item? {
        ready.wait()
        let item: Item? = state.withLock { state in
            guard state.head < state.items.count else { return nil }
            let item = state.items[state.head]
            state.head += 1
            // Moved down now and then, so that a queue that never runs empty does not grow.
            if state.head == state.items.count || state.head >= 1024 {
                state.items.removeFirst(state.head)
                state.head = 0
            }
            return item
        }
        // The closing signal is passed on to the next taker.
        if item == nil { ready.signal() } else { room.signal() }
        return item
    }

    /// Nothing will be put any more; what is in the queue is still handed out.
    func close() {
        state.withLock { $0.isClosed = true }
        ready.signal()
    }
}

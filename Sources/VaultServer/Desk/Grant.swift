internal import Synchronization

/// Whether a view still stands. Whoever streams an object under it asks before each piece.
final class Grant: Sendable {
    let until: Int64
    private let isRevoked = Atomic(false)

    init(until: Int64) { self.until = until }

    func revoke() { isRevoked.store(true, ordering: .releasing) }

    func holds(at now: Int64) -> Bool {
        now < until && !isRevoked.load(ordering: .acquiring)
    }
}

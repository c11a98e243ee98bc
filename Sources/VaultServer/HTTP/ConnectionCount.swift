internal import Synchronization

/// Counts the connections there are, in all and by address.
final class ConnectionCount: Sendable {
    private struct Counts {
        var all = 0
        var byAddress: [ClientAddress: Int] = [:]
    }

    private let limit: Int
    private let limitOfOneAddress: Int
    private let counts = Mutex(Counts())

    /// - Parameter behindProxy: all connections come from one address then, which is not limited by itself.
    init(_ limits: ServerLimits, behindProxy: Bool) {
        limit = limits.connections
        limitOfOneAddress = behindProxy ? limits.connections : limits.connectionsOfOneAddress
    }

    /// Whether one more is borne; then it is counted, until `left`.
    func enter(_ address: ClientAddress) -> Bool {
        counts.withLock { counts in
            let here = counts.byAddress[address, default: 0]
            guard counts.all < limit, here < limitOfOneAddress else { return false }
            counts.all += 1
            counts.byAddress[address] = here + 1
            return true
        }
    }

    func left(_ address: ClientAddress) {
        counts.withLock { counts in
            counts.all -= 1
            let here = counts.byAddress[address, default: 1] - 1
            counts.byAddress[address] = here == 0 ? nil : here
        }
    }
}

internal import Synchronization

/// How many POSTs each address may make: so many at once, and so many a second again.
final class RateLimiter: Sendable {
    /// More addresses are not remembered; the one that asked longest ago is forgotten.
    private static let addressCount = 10_000

    private struct Bucket {
        var left: Double
        var seen: Double
    }

    private let size: Double
    private let perSecond: Double
    private let buckets = Mutex<[ClientAddress: Bucket]>([:])

    init(_ limits: ServerLimits) {
        size = limits.posts
        perSecond = limits.postsPerSecond
    }

    /// Takes one.
    ///
    /// - Parameter now: in seconds of a steady clock.
    /// - Returns: in how many seconds there is one again, when there is none.
    func take(_ address: ClientAddress, at now: Double) -> Int64? {
        buckets.withLock { buckets in
            if buckets.count >= Self.addressCount, buckets[address] == nil {
                forget(&buckets, at: now)
            }
            var bucket = buckets[address] ?? Bucket(left: size, seen: now)
            bucket.left = min(size, bucket.left + max(0, now - bucket.seen) * perSecond)
            bucket.seen = now
            defer { buckets[address] = bucket }
            guard bucket.left >= 1 else { return max(1, Int64((1 - bucket.left) / perSecond)) }
            bucket.left -= 1
            return nil
        }
    }

    /// Those that have all of theirs again; when that are none, the half that asked longest ago.
    private func forget(_ buckets: inout [ClientAddress: Bucket], at now: Double) {
        buckets = buckets.filter { $1.left + (now - $1.seen) * perSecond < size }
        guard buckets.count >= Self.addressCount else { return }
        let times = buckets.values.map(\.seen).sorted()
        let middle = times[times.count / 2]
        buckets = buckets.filter { $1.seen > middle }
    }
}

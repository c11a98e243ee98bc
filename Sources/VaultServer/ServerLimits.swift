internal import NIOCore

/// What a server bears, so that no client keeps others from being served.
package struct ServerLimits: Sendable {
    /// Connections at once, in all.
    package var connections = 1_000
    /// Connections at once from one address (of IPv6: from one /64).
    package var connectionsOfOneAddress = 64
    /// In how many seconds a request must be there as a whole, counted from the connection or from the answer
    /// before it.
    package var requestSeconds: Int64 = 15
    /// An answer has this many seconds, and as many more as it takes at the slowest rate.
    package var answerSeconds: Int64 = 30
    /// The slowest rate that a reader may have, in bytes a second.
    package var slowestRate: Int64 = 16_384
    /// POSTs that one address has at once, and how many a second it gets back.
    package var posts = 60.0
    package var postsPerSecond = 1.0
    /// Seconds that running downloads get when the server is asked to end.
    package var goodbyeSeconds: Int64 = 10
    /// How often shares and requests that ended are looked for, in seconds.
    package var sweepSeconds: Int64 = 2

    /// Longest body of a request, in bytes. Spec 11 §8.
    static let bodyByteCount = 4_096
    /// All header fields of a request together, in bytes.
    static let headByteCount = 8_192
    /// Bytes of an object that are in memory for one connection.
    static let chunkByteCount = 65_536
    /// Nobody learns sooner that there is nothing, and later only by whole ones of it, in milliseconds.
    /// Spec 11 §8.
    static let goneMilliseconds: Int64 = 100

    package init() {}

    /// So long what is still under way is dropped before a connection is closed on it, in milliseconds.
    static let lingerMilliseconds: Int64 = 2_000

    /// How long a file may take to come, at the slowest rate.
    func requestTime(_ byteCount: Int64) -> TimeAmount {
        .seconds(requestSeconds + byteCount / slowestRate)
    }

    /// How long an answer may take.
    func answerTime(_ byteCount: Int64) -> TimeAmount {
        .seconds(answerSeconds + byteCount / slowestRate)
    }
}

package import VaultCrypto

/// What the verification of the log came to.
package struct LogReport: Sendable {
    /// The number of leaves of the tree.
    package internal(set) var size: UInt64 = 0
    /// The tree's root, over all entries as they stand.
    package internal(set) var root = MerkleHasher.empty
    /// The roots over the first so many entries, for the sizes that were asked for and reached.
    package internal(set) var roots: [UInt64: Digest] = [:]
    /// How many entries were fed.
    package internal(set) var entryCount = 0
    package internal(set) var findings = Findings<LogFinding>()
    /// Where the clock went back. Nothing is wrong with that: the order does not depend on it.
    package internal(set) var clockJumps = Findings<ClockJump>()
    var nextSequence: UInt64 = 0
}

/// A time before that of the entry before.
package struct ClockJump: Hashable, Sendable {
    package let sequence: UInt64
    /// Seconds since 1970.
    package let from: Int64
    package let to: Int64
}

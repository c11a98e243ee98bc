package import VaultCrypto
package import VaultFormat

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

extension LogReport {
    /// How the log stands to what somebody remembers of it.
    package enum Agreement: Hashable, Sendable {
        /// It begins with just the entries that are remembered.
        case agrees
        /// It has fewer entries: it is older, or its end was cut off.
        case shorter
        /// It has other entries among them.
        case forked
    }

    /// Compares the log with a checkpoint's or a machine's memory of it. Spec 07 §7, §8.
    ///
    /// - Precondition: the verifier was told to remember this size.
    package func agreement(size: UInt64, root: LogHash) -> Agreement {
        guard size <= self.size else { return .shorter }
        guard let found = roots[size] else {
            preconditionFailure("the verifier is asked for the roots of all sizes to be compared")
        }
        return LogHash(found) == root ? .agrees : .forked
    }
}

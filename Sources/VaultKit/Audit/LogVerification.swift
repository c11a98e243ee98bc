package import VaultFormat

/// What a verification of the log found.
package struct LogVerification: Sendable {
    /// The number of entries.
    package var entries = 0
    /// The root over all of them.
    package var root: LogHash
    /// Signatures that were verified: the newest of each slot, or all.
    package var signatures = 0
    /// Who signed the checkpoints that were compared, and over how many entries.
    package var checkpoints: [(size: UInt64, root: LogHash, signer: String)] = []
    /// Where the clock went back; nothing is wrong with that.
    package var clockJumps: [(sequence: UInt64, from: Int64, to: Int64)] = []
    package var findings: [Finding] = []
    /// Findings that are not listed too.
    package var findingCount = 0

    init(root: LogHash) { self.root = root }
}

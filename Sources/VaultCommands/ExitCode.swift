package import VaultKit

/// What the process says to whoever started it; a contract (`Docs/CommandContract.md`).
package enum ExitCode: Int32, Sendable, CaseIterable {
    /// Everything asked for was done.
    case done = 0
    /// Something else went wrong; nothing was half done.
    case failed = 1
    /// The command line makes no sense, or a choice is missing that nobody is there to make.
    case usage = 2
    /// The work was done, except for some files.
    case someFailed = 3
    /// No picture answers the description, or more than one does.
    case noSuchPicture = 4
    /// No slot answers the description, or more than one does.
    case noSuchSlot = 5
    /// No share answers the description, or more than one does.
    case noSuchShare = 6
    /// There is no vault there.
    case vaultNotFound = 10
    /// Another process holds the vault's lock, or the place is already taken.
    case vaultInUse = 11
    /// Passphrase or recovery code refused.
    case refused = 12
    /// Bytes of the vault are missing or are not what they were.
    case damaged = 13
    /// The memory that unlocking needs is not to be had.
    case memoryUnavailable = 14
    /// No room left on the disk.
    case full = 15
    /// The vault, or its file system, cannot be written.
    case readOnly = 16
    /// Written by a newer version, or by something else.
    case unsupported = 17
    /// The slot's role does not hold the key for this.
    case notPermitted = 18
    /// This machine has seen a newer state of the vault, or another history.
    case olderState = 19
    /// Stopped by a signal.
    case interrupted = 130

    package init(_ code: VaultError.Code) {
        self =
            switch code {
            case .failed: .failed
            case .usage: .usage
            case .someFailed: .someFailed
            case .vaultNotFound: .vaultNotFound
            case .vaultInUse: .vaultInUse
            case .refused: .refused
            case .damaged: .damaged
            case .memoryUnavailable: .memoryUnavailable
            case .full: .full
            case .readOnly: .readOnly
            case .unsupported: .unsupported
            case .noSuchPicture: .noSuchPicture
            case .noSuchSlot: .noSuchSlot
            case .noSuchShare: .noSuchShare
            case .notPermitted: .notPermitted
            case .olderState: .olderState
            case .interrupted: .interrupted
            }
    }
}

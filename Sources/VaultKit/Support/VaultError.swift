/// The one error that leaves the façade: what happened, in a sentence, and what to do about it.
///
/// Neither sentence ever holds a secret. A name of a file may stand in `message`, already made
/// harmless for a terminal.
package struct VaultError: Error, Sendable, Equatable {
    /// What a caller acts on; `Docs/CommandContract.md` maps each to an exit code.
    package enum Code: String, Sendable, CaseIterable {
        /// Something else went wrong; nothing was half done.
        case failed
        /// The request makes no sense as it stands.
        case usage
        /// The work was done, except for some files.
        case someFailed = "some-failed"
        /// There is no vault there.
        case vaultNotFound = "vault-not-found"
        /// Another process holds the vault's lock, or the place is already taken.
        case vaultInUse = "vault-in-use"
        /// Passphrase or code refused.
        case refused
        /// Bytes of the vault are not what they were.
        case damaged
        /// Argon2id's memory is not to be had.
        case memoryUnavailable = "memory-unavailable"
        /// No room left on the disk.
        case full
        /// The vault, or its file system, cannot be written.
        case readOnly = "read-only"
        /// Written by a newer version, or by something else.
        case unsupported
        /// No picture answers the description, or more than one does.
        case noSuchPicture = "no-such-picture"
        /// No slot answers the description, or more than one does.
        case noSuchSlot = "no-such-slot"
        /// No share answers the description, or more than one does.
        case noSuchShare = "no-such-share"
        /// The slot's role does not hold the key for this.
        case notPermitted = "not-permitted"
        /// This machine has seen a newer state of the vault, or another history.
        case olderState = "older-state"
        /// Stopped by a signal.
        case interrupted
    }

    package var code: Code
    /// One sentence, lower case, no full stop.
    package var message: String
    package var hint: String?

    package init(_ code: Code, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }
}

package import VaultCrypto
package import VaultFormat

/// Why something of the audit log was refused. No case carries content.
package enum AuditError: Error, Equatable, Sendable {
    /// The bytes are not what the specification says.
    case format(FormatError)
    /// What is sealed does not open, or what is signed does not verify.
    case crypto(CryptoError)
    /// More than an entry holds, 4 MiB when it is sealed.
    case contentTooLong
    /// `log.edge` is not what `log.size` entries leave.
    case edge
    /// The newest entry of this slot was not signed by it: it must not sign another. Spec 07 §3.
    case notMine
    /// The audit key of this epoch is not at hand.
    case noKey(epoch: UInt32)
    /// The wrapped audit key of this epoch's predecessor does not open.
    case brokenChain(epoch: UInt32)
}

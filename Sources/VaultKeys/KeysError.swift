package import VaultFormat

/// Why keys were not had. Nothing secret stands in any case.
package enum KeysError: Error, Equatable, Sendable {
    /// The header or a sealed value is not what the specification says.
    case format(FormatError)
    /// No slot opens with this passphrase, key file or code.
    case refused
    /// The same, and some slot also wants a key file, which was not given.
    case refusedKeyFileMissing
    /// The header has no slot of this ID (any more).
    case noSuchSlot(SlotID)
    /// The slot opened, but the header is not signed by the vault that the slot trusts, or what it
    /// seals does not open: somebody changed it, or it is damaged.
    case untrusted(String)
    /// The role's bundle does not have this key.
    case notHeld(role: Role, key: BundleKey)
    /// The last owner's slot cannot be removed, nor be given another role.
    case lastOwner
    /// A slot's kind is signed by the vault: only an owner changes it.
    case needsOwner
    /// Argon2id needs this many bytes of memory and they are not to be had.
    case memoryUnavailable(byteCount: UInt64)
    /// The kernel keeps no keys for this process: an `errno`.
    case keyringBlocked(errno: Int32)
}

package import VaultFormat

/// Why keys were not had. Nothing secret stands in any case.
package enum KeysError: Error, Equatable, Sendable {
    /// The header or a sealed value is not what the specification says.
    case format(FormatError)
    /// No slot opens with this passphrase or code.
    case refused
    /// The slot opened, but the header is not signed by the vault that the slot trusts, or what it
    /// seals does not open: somebody changed it, or it is damaged.
    case untrusted(String)
    /// Argon2id needs this many bytes of memory and they are not to be had.
    case memoryUnavailable(byteCount: UInt64)
}

package import VaultCrypto
package import VaultFiles
package import VaultFormat

/// Why a package cannot be made, read or opened. No case carries a secret or content.
package enum SharingError: Error, Equatable, Sendable {
    case file(FileError)
    /// What does not open: another link, another password, other bytes.
    case crypto(CryptoError)
    /// What is not as Spec 11 tells.
    case format(FormatError)
    /// More than a bundle holds.
    case tooLarge
    /// Somebody wanted it to stop.
    case stopped
}

/// The same, or an error of whoever lends or takes the bytes.
package enum LinkFailure<Other: Error>: Error {
    case sharing(SharingError)
    case other(Other)
}

func filing<R: ~Copyable>(
    _ body: () throws(FileError) -> R
) throws(SharingError) -> R {
    do throws(FileError) { return try body() } catch { throw .file(error) }
}

func crypting<R: ~Copyable>(
    _ body: () throws(CryptoError) -> R
) throws(SharingError) -> R {
    do throws(CryptoError) { return try body() } catch { throw .crypto(error) }
}

func parsing<R: ~Copyable>(
    _ body: () throws(FormatError) -> R
) throws(SharingError) -> R {
    do throws(FormatError) { return try body() } catch { throw .format(error) }
}

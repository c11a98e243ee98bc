import VaultCrypto
import VaultFiles
import VaultFormat
import VaultSharing

extension VaultError {
    /// What went wrong with a share's files.
    init(_ error: SharingError) {
        switch error {
        case .file(let error): self.init(error, "the shares")
        case .crypto(.outOfMemory): self.init(.failed, "out of memory")
        case .crypto: self.init(.damaged, "the share does not open")
        case .format(let error): self.init(error, "the share")
        case .tooLarge: self = .bundleTooLarge
        case .stopped: self = .nothingShared
        }
    }
}

extension VaultError {
    static let nothingShared = VaultError(.interrupted, "interrupted; nothing was shared")

    static let passwordNoText = VaultError(
        .usage, "the password is not text of at most 1,024 bytes",
        hint: "recipients type it: letters and digits are best")

    static let bundleTooLarge = VaultError(
        .usage, "a bundle holds 256 MiB at most, and these pictures are more",
        hint: "make several, each of some of them, or smaller copies with --size")
}

/// Runs operations on shares and turns their errors into the façade's.
func sharing<R: ~Copyable>(_ body: () throws(SharingError) -> R) throws(VaultError) -> R {
    do throws(SharingError) { return try body() } catch { throw VaultError(error) }
}

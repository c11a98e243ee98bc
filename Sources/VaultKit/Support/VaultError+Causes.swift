import VaultFiles
import VaultFormat
import VaultKeys

extension VaultError {
    /// A failed file operation on `what`, which is named as a person would name it.
    init(_ error: FileError, _ what: String) {
        let message = "\(what): \(error.describe)"
        switch error {
        case .noSpace:
            self.init(.full, message, hint: "make room on the disk and run the command again")
        // In full: the error of files has a case of that name, too.
        case .readOnly: self.init(Code.readOnly, message)
        case .noLocks:
            self.init(
                .unsupported, message,
                hint: "keep the vault on a local disk, and copy it with backup")
        case .wouldBlock:
            self.init(
                .vaultInUse, "another lighttight command is using the vault",
                hint: "wait until it has finished, then run this again")
        default: self.init(.failed, message)
        }
    }

    init(_ error: KeysError) {
        switch error {
        case .refused:
            self.init(
                .refused, "the passphrase is wrong",
                hint: "a recovery code opens the vault too, given in place of the passphrase")
        case .refusedKeyFileMissing:
            self.init(
                .refused, "the passphrase is wrong, or it wants its key file too",
                hint: "give the key file with --key-file FILE")
        case .noSuchSlot(let id):
            self.init(
                .noSuchSlot, "the vault has no slot \(id.hex.prefix(8)) (any more)",
                hint: "lighttight key list shows the slots")
        case .notHeld(let role, let key):
            self.init(
                .notPermitted,
                "the role \(role.rawValue) cannot do this: its slot does not hold the \(key.words)",
                hint:
                    "Docs/Gyms.md says what each role can do; unlock another slot with --as")
        case .lastOwner:
            self.init(
                .usage, "this is the last owner's slot, without which nobody could open the vault",
                hint: "add another owner's slot first")
        case .needsOwner:
            self.init(
                .notPermitted, "only an owner changes this",
                hint: "you can change your own passphrase: lighttight key change")
        case .keyringBlocked(let code):
            self.init(
                .unsupported,
                "the kernel keeps no keys for this process (error \(code)), so there are no sessions here",
                hint: "give the passphrase to each command; containers often block the keyring")
        case .memoryUnavailable(let byteCount):
            self.init(
                .memoryUnavailable,
                "opening this vault needs \(byteCount >> 20) MiB of free memory, which is not to be had",
                hint: "close other programs, or open it with the recovery code, which needs none")
        case .untrusted(let why):
            self.init(
                .damaged, "the vault's header cannot be trusted: \(why)",
                hint: "somebody may have changed the vault's files; compare with a copy")
        case .format(let error): self.init(error, "the vault's header")
        }
    }

    init(_ error: FormatError, _ what: String) {
        switch error {
        case .unknown(let unknown):
            self.init(
                .unsupported, "\(what) is of a kind this program does not know: \(unknown)",
                hint: "a newer lighttight may open it")
        case .outOfRange(let name):
            self.init(.damaged, "\(what) is out of bounds: \(name)")
        default: self.init(.damaged, "\(what) is damaged")
        }
    }
}

/// Runs file operations on `what` and turns their errors into the façade's.
func files<R: ~Copyable>(
    _ what: @autoclosure () -> String, _ body: () throws(FileError) -> R
) throws(VaultError) -> R {
    do {
        return try body()
    } catch {
        throw VaultError(error, what())
    }
}

extension BundleKey {
    fileprivate var words: String {
        switch self {
        case .root: "root key"
        case .wrap: "key that opens pictures"
        case .tag: "key that finds pictures"
        case .desk: "key that looks subjects up"
        case .index: "key of the index"
        case .erasure: "key that remembers what was erased"
        case .audit: "key that reads the log"
        case .deposit: "key that opens deposits"
        }
    }
}

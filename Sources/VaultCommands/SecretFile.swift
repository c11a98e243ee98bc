import Glibc
import VaultKit

/// A new file for a secret: its owner's only, never one that was there before. As long as nothing is in
/// it, it goes away with this value.
struct SecretFile: ~Copyable {
    let descriptor: Int32
    private let path: [UInt8]
    /// What is to be in it, as a sentence names it.
    private let what: String

    /// - Parameter what: such as "recovery code file".
    init(making path: [UInt8], for what: String) throws(VaultError) {
        descriptor = CString.with(path) {
            open($0, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        }
        guard descriptor >= 0 else {
            throw VaultError(
                errno == ENOSPC ? .full : .failed,
                "cannot make the \(what) \"\(Printable.text(path))\": "
                    + String(cString: strerror(errno)),
                hint: errno == EEXIST ? "it is never overwritten: name another file" : nil)
        }
        self.path = path
        self.what = what
    }

    deinit {
        var facts = stat()
        // What was written stays: the vault that it opens may exist.
        if fstat(descriptor, &facts) == 0, facts.st_size == 0 {
            _ = CString.with(path) { unlink($0) }
        }
        close(descriptor)
    }

    borrowing func writeLineEnd() throws(VaultError) {
        var newline = UInt8(ascii: "\n")
        guard write(descriptor, &newline, 1) == 1 else { throw failure(errno) }
    }

    /// Makes what was written durable.
    borrowing func finish() throws(VaultError) {
        guard fsync(descriptor) == 0 else { throw failure(errno) }
    }

    private borrowing func failure(_ code: Int32) -> VaultError {
        VaultError(
            code == ENOSPC ? .full : .failed,
            "the \(what) \"\(Printable.text(path))\" could not be written: "
                + String(cString: strerror(code)))
    }
}

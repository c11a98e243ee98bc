import VaultCrypto
import VaultFiles
import VaultFormat
import VaultKeys

/// A new secret that is written down once: a recovery code, or the content of a key file. Spec 02 §9.
package struct ShownCode: ~Copyable, Sendable {
    let kind: SecretCode
    let secret: Secret

    init(_ kind: SecretCode, _ secret: consuming Secret) {
        self.kind = kind
        self.secret = secret
    }

    /// A new recovery code.
    package static func newRecoveryCode() -> ShownCode {
        ShownCode(.recovery, SecretCode.randomSecret())
    }

    /// Writes it in groups of six, without a line end.
    package borrowing func write(descriptor: Int32) throws(VaultError) {
        let text = kind.text(of: secret)
        try files(kind == .recovery ? "the recovery code" : "the key file") {
            () throws(FileError) in
            try text.withUnsafeBytes { (text) throws(FileError) in
                try Descriptor(duplicating: descriptor).write(text)
            }
        }
    }

    /// Lends it in groups of six for the time of the call; it is wiped afterwards.
    package borrowing func withText(
        _ body: (RawSpan) throws(VaultError) -> Void
    ) throws(VaultError) {
        let text = kind.text(of: secret)
        try text.withUnsafeBytes { (text) throws(VaultError) in
            try body(RawSpan(_unsafeBytes: text))
        }
    }

    /// Whether somebody copied it right.
    package borrowing func matches(_ typed: borrowing Passphrase) -> Bool {
        do throws(FormatError) {
            return Secret.equal(try kind.secret(in: typed.secret), secret)
        } catch {
            return false
        }
    }
}

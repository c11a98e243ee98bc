import VaultCrypto
import VaultFiles
import VaultFormat
import VaultKeys

/// The second half of a passphrase that wants a key file too. Spec 02 §9.
package struct KeyFile: ~Copyable, Sendable {
    let secret: Secret

    init(_ secret: consuming Secret) { self.secret = secret }

    /// A new one.
    package static func random() -> KeyFile { KeyFile(SecretCode.randomSecret()) }

    /// What is written into the file.
    package borrowing func shown() -> ShownCode { ShownCode(.keyFile, secret.copy()) }

    /// Reads a key file to its end.
    ///
    /// - Throws: `usage` when it is not one; `failed` when it cannot be read.
    package static func read(descriptor: Int32) throws(VaultError) -> KeyFile {
        let text = try Passphrase.read(descriptor: descriptor)
        do throws(FormatError) {
            return KeyFile(try SecretCode.keyFile.secret(in: text.secret))
        } catch {
            throw VaultError(
                .usage, "this is not a key file, or it was changed",
                hint: "a key file holds one line that begins with LTK1; lighttight key add "
                    + "--new-key-file makes one")
        }
    }
}

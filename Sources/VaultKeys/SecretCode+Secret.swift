package import VaultCrypto
package import VaultFormat

// A code is written and read in guarded memory. Spec 02 §9.
extension SecretCode {
    /// A new secret of 20 random bytes.
    package static func randomSecret() -> Secret { Secret(randomCount: secretByteCount) }

    /// The code as it is shown, and as a key file holds it: capitals in groups of six.
    package func text(of secret: borrowing Secret) -> Secret {
        Secret(count: Self.textByteCount) { text in
            secret.withUnsafeBytes { write($0, into: text) }
        }
    }

    /// The 20 bytes that a typed code, or the content of a key file, stands for.
    ///
    /// - Throws: `wrongLength`, `checksum`.
    package func secret(in typed: borrowing Secret) throws(FormatError) -> Secret {
        try Secret(count: Self.secretByteCount) { (secret) throws(FormatError) in
            try typed.withUnsafeBytes { (typed) throws(FormatError) in
                try decode(typed, into: secret)
            }
        }
    }
}

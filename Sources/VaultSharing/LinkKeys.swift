package import VaultCrypto
package import VaultFormat

/// A link's secret, 32 bytes.
package struct LinkSecret: ~Copyable, Key {
    package let secret: Secret
    package init(_ secret: consuming Secret) {
        precondition(secret.count == keyByteCount, "a link's secret has 32 bytes")
        self.secret = secret
    }
}

/// What a server keeps of the key of a package, 32 bytes; with it the share ends.
package struct ServerHalf: ~Copyable, Key {
    package let secret: Secret
    package init(_ secret: consuming Secret) {
        precondition(secret.count == keyByteCount, "a server's half has 32 bytes")
        self.secret = secret
    }
}

/// What a password came to, 32 bytes. Spec 11 §2.
package struct PasswordKey: ~Copyable, Key {
    package let secret: Secret
    package init(_ secret: consuming Secret) {
        precondition(secret.count == keyByteCount, "a password's key has 32 bytes")
        self.secret = secret
    }

    /// Stretches a password, in normalization form NFC. Throws `.costOutOfBounds` for rounds that no
    /// offer may ask for, `.malformed` for another salt than 16 bytes, `.outOfMemory`.
    package init(
        _ password: borrowing Secret, salt: [UInt8], rounds: Int
    ) throws(CryptoError) {
        guard ShareOffer.Password.rounds.contains(rounds) else { throw .costOutOfBounds }
        guard salt.count == 16 else { throw .malformed }
        self.init(try PBKDF2.sha256(password, salt: salt, rounds: rounds))
    }
}

/// What follows from a link. Spec 11 §2.
package enum LinkKeys {
    /// Shows the server that somebody has the link. 32 bytes.
    package static func proof(
        of id: ShareID, _ secret: borrowing LinkSecret
    ) throws(CryptoError) -> Secret {
        try secret.secret.derive("proof", id)
    }

    /// Shows the server that somebody has link and password. 32 bytes.
    package static func viewProof(
        of id: ShareID, _ secret: borrowing LinkSecret, _ password: borrowing PasswordKey?
    ) throws(CryptoError) -> Secret {
        try secret.followed(by: password).derive("view", id)
    }

    /// Opens the package; of the type that objects are opened with.
    package static func contentKey(
        of id: ShareID, _ secret: borrowing LinkSecret, _ password: borrowing PasswordKey?,
        _ half: borrowing ServerHalf
    ) throws(CryptoError) -> FileKey {
        FileKey(
            try secret.followed(by: password).joined(with: half.secret).derive("content", id))
    }

    /// Opens a bundle. Spec 11 §10.
    package static func bundleKey(
        of id: BundleID, _ password: borrowing PasswordKey
    ) throws(CryptoError) -> FileKey {
        FileKey(
            try HKDF.sha256(
                password.secret, salt: id.bytes, info: Associated.bundleContent,
                count: keyByteCount))
    }

    /// The name of a share.
    package static func name(of id: ShareID) -> ShareName {
        Digest(hashing: id.namedBytes).withUnsafeBytes { ShareName(at: 0, in: $0) }
    }
}

extension LinkSecret {
    fileprivate borrowing func followed(by password: borrowing PasswordKey?) -> Secret {
        switch password {
        case .some(let password): secret.joined(with: password.secret)
        case .none: secret.copy()
        }
    }
}

extension Secret {
    fileprivate borrowing func derive(
        _ label: String, _ id: ShareID
    ) throws(CryptoError) -> Secret {
        try HKDF.sha256(self, salt: id.bytes, info: Associated.link(label), count: keyByteCount)
    }
}

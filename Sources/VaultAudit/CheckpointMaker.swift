package import VaultCrypto
package import VaultFormat

/// Signs checkpoints. Spec 07 §7.
package enum CheckpointMaker {
    /// A checkpoint by the vault's signing key in use: the file's bytes.
    package static func make(
        _ checkpoint: Checkpoint, vaultKey: borrowing SigningKey
    ) -> [UInt8] {
        SignedNote.signed(
            checkpoint.text, key: vaultKey, name: Checkpoint.origin(vault: checkpoint.vault))
    }

    /// A checkpoint by a slot: the file's bytes.
    package static func make(
        _ checkpoint: Checkpoint, signer: borrowing SlotSigner
    ) -> [UInt8] {
        SignedNote.signed(
            checkpoint.text, key: signer.key,
            name: Checkpoint.name(vault: checkpoint.vault, slot: signer.slot))
    }
}

extension SignedNote {
    /// A note with one signature: the file's bytes.
    static func signed(_ text: String, key: borrowing SigningKey, name: String) -> [UInt8] {
        let signature = Signature(
            name: name, keyID: keyID(name: name, publicKey: key.publicKey),
            bytes: key.sign(Array(text.utf8)))
        return SignedNote(text: text, signatures: [signature]).encoded
    }

    /// What with the name tells an Ed25519 key: 4 bytes. C2SP signed-note, type 1.
    static func keyID(name: String, publicKey: [UInt8]) -> [UInt8] {
        let digest = Digest(hashing: Array(name.utf8) + [0x0A, 0x01] + publicKey)
        return digest.withUnsafeBytes { Array($0[..<4]) }
    }
}

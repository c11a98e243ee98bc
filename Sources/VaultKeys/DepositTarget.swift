import VaultCrypto
package import VaultFormat

/// To whom deposits are sealed: a vault and its newest public deposit key. Spec 02 §8.
package struct DepositTarget: Hashable, Sendable {
    package let vault: VaultID
    package let epoch: UInt32
    /// X25519, 32 bytes.
    package let publicKey: [UInt8]

    /// Of a vault that a slot has opened.
    package init(_ keys: RoleKeys) {
        let newest = keys.publicKeys.deposit[keys.publicKeys.deposit.count - 1]
        vault = keys.vault
        epoch = newest.epoch
        publicKey = newest.public.bytes
    }

    /// Out of a file, whose signature is checked. That it is the right vault's, only the way it came can
    /// tell. Spec 08 §8.
    ///
    /// - Throws: `untrusted`.
    package init(_ file: DepositKeyFile) throws(KeysError) {
        let signer: VerifyingKey
        do {
            signer = try VerifyingKey(file.signing.bytes)
        } catch {
            throw .untrusted("its signing key is not a key")
        }
        guard signer.verify(signature: file.signature.bytes, of: file.signedBytes) else {
            throw .untrusted("its signature does not hold")
        }
        vault = file.vault
        epoch = file.epoch
        publicKey = file.public.bytes
    }

    /// Signs it as an owner, so that it can go out as a file. Spec 08 §8.
    ///
    /// - Parameter rows: the keyring.
    /// - Throws: `notHeld` unless these are an owner's keys.
    package static func file(
        _ keys: RoleKeys, rows: [KeyringRow], header: Header
    ) throws(KeysError) -> DepositKeyFile {
        let key = try keys.signingKey(rows, header: header)
        let target = DepositTarget(keys)
        var file = DepositKeyFile(
            vault: target.vault, epoch: target.epoch, public: target.publicKey,
            signing: key.publicKey, signature: [])
        file.signature = JSONBytes(key.sign(file.signedBytes))
        return file
    }
}

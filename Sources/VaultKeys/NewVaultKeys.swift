package import VaultCrypto
package import VaultFormat

/// Everything that a new vault's database begins with, and the recovery code to be shown once.
package struct NewVaultKeys: ~Copyable {
    package let header: Header
    package let keyring: [KeyringRow]
    /// Of the passphrase slot.
    package let keys: RoleKeys
    /// 160 random bits; written down as `SecretCode.recovery` does.
    package let recoverySecret: Secret

    /// Gives the recovery secret up; everything else was stored by then.
    package consuming func takeRecoverySecret() -> Secret { recoverySecret }

    /// Makes the vault's keys, an owner's passphrase slot and a recovery slot, and signs the header.
    ///
    /// - Throws: `memoryUnavailable`, `format` for a cost or label out of bounds.
    package init(
        passphrase: borrowing Secret, memory: UInt64, passes: UInt32, label: String
    ) throws(KeysError) {
        let vault = VaultID.random()
        let secrets = VaultSecrets.random(erasure: .random())
        let ring = secrets.root.ringKey()
        let code = SecretCode.randomSecret()
        let own = try SlotMaker.make(
            vault: vault, way: .passphrase(memory: memory, passes: passes), secret: passphrase,
            label: label, role: .owner, secrets: secrets)
        let recovery = try SlotMaker.make(
            vault: vault, way: .recovery, secret: code, label: "recovery code", role: .owner,
            secrets: secrets)
        // Signing makes it generation 1.
        let header = try Header(
            generation: 0,
            keys: PublicKeys(
                audit: [.init(epoch: 1, public: secrets.audit.publicKey)],
                deposit: [.init(epoch: 1, public: secrets.deposit.publicKey)],
                signing: [.init(epoch: 1, public: secrets.signing.publicKey)]),
            slots: [own.slot, recovery.slot].sorted { $0.id < $1.id }, vault: vault
        ).signed(by: secrets.signing)
        keys = try SlotOpener.open(header, with: own.half)
        self.header = header
        keyring = [
            ring.row(.signing, 1, secrets.signing.seed(), of: vault),
            ring.row(.audit, 1, secrets.audit.privateHalf(), of: vault),
            ring.row(.deposit, 1, secrets.deposit.privateHalf(), of: vault),
            ring.row(.index, 1, secrets.index.bytes(), of: vault),
            ring.row(.erasure, 1, secrets.erasure.bytes(), of: vault),
        ]
        recoverySecret = code
    }
}

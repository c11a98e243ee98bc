package import VaultCrypto
package import VaultFormat

/// Everything that a new vault's database begins with, and the recovery code to be shown once.
package struct NewVaultKeys: ~Copyable {
    package let header: Header
    package let keyring: [KeyringRow]
    package let keys: OwnerKeys
    /// 160 random bits; written down as `RecoveryCode` does.
    package let recoverySecret: Secret

    /// Gives the recovery secret up; everything else was stored by then.
    package consuming func takeRecoverySecret() -> Secret { recoverySecret }

    /// Makes a root key, the keyring, a passphrase slot and a recovery slot, and signs the header.
    ///
    /// - Throws: `memoryUnavailable`, `format` for a cost out of bounds.
    package init(
        passphrase: borrowing Secret, memory: UInt64, passes: UInt32, label: String
    ) throws(KeysError) {
        let vault = VaultID.random()
        let root = RootKey.random()
        let ring = root.ringKey()
        let signing = SigningKey.random()
        let audit = ReceivingKey.random()
        let deposit = ReceivingKey.random()
        func row(_ purpose: KeyringPurpose, _ secret: borrowing Secret) -> KeyringRow {
            KeyringRow(
                purpose: purpose, epoch: 1,
                wrapped: ring.wrap(
                    secret, associated: Associated.keyring(vault: vault, purpose: purpose, epoch: 1)
                ))
        }
        keyring = [
            row(.signing, signing.seed()), row(.audit, audit.privateHalf()),
            row(.deposit, deposit.privateHalf()),
            row(.index, Secret(randomCount: keyByteCount)),
            row(.erasure, Secret(randomCount: keyByteCount)),
        ]
        recoverySecret = Secret(randomCount: RecoveryCode.secretByteCount)
        let slots = [
            try SlotMaker.makeOwner(
                vault: vault, way: .passphrase(memory: memory, passes: passes),
                secret: passphrase, label: label, root: root, trusted: signing.publicKey),
            try SlotMaker.makeOwner(
                vault: vault, way: .recovery, secret: recoverySecret, label: "recovery code",
                root: root, trusted: signing.publicKey),
        ]
        var header = Header(
            generation: 1,
            keys: PublicKeys(
                audit: [.init(epoch: 1, public: audit.publicKey)],
                deposit: [.init(epoch: 1, public: deposit.publicKey)],
                signing: [.init(epoch: 1, public: signing.publicKey)]),
            slots: slots.sorted { $0.id < $1.id }, vault: vault)
        header.signature = JSONBytes(signing.sign(header.signedBytes))
        self.header = header
        keys = OwnerKeys(vault: vault, slot: slots[0].id, root: root)
    }
}

import VaultCrypto
package import VaultFormat

/// New keys for a vault: a new root key, and with it whatever hangs from it. Spec 02 §8.
///
/// The caller stores `header` and `keyring` whole, in place of what was there, and wraps every record's
/// keys anew: from the keys that it opened the vault with to `keys`.
package struct Rotation: ~Copyable {
    package let header: Header
    /// All rows of the table from now on.
    package let keyring: [KeyringRow]
    /// Of the owner who rotates.
    package let keys: RoleKeys

    /// - Parameters:
    ///   - keys: an owner's, opened from this very header.
    ///   - rows: the whole keyring.
    ///   - sequence: of the entry that says so; greater than that of any rotation before.
    /// - Throws: `notHeld`, `untrusted` as `HeaderEditor`; `format` beyond 4,096 epochs, or for a
    ///   sequence that does not grow.
    package init(
        _ header: Header, keys old: RoleKeys, rows: [KeyringRow], since sequence: UInt64
    ) throws(KeysError) {
        let vault = header.vault
        let current = try old.secrets(rows, header: header)
        let erasureEpoch = try rows.newest(.erasure).epoch
        let indexEpoch = try Self.next(rows.newest(.index).epoch)
        let new = VaultSecrets.random(erasure: current.erasure.copy())

        var header = header
        try Self.append(new.audit.publicKey, to: &header.keys.audit)
        try Self.append(new.deposit.publicKey, to: &header.keys.deposit)
        let epoch = try Self.next(old.epoch)
        let message = Associated.successor(
            vault: vault, epoch: epoch, since: sequence, public: new.signing.publicKey)
        header.keys.signing.append(
            SigningEpoch(
                epoch: epoch, public: new.signing.publicKey, signed: current.signing.sign(message),
                since: sequence))
        for index in header.slots.indices {
            let slot = header.slots[index]
            header.slots[index].bundle = JSONBytes(
                try new.sealedBundle(
                    slot.role, vault: vault, slot: slot.id, to: slot.receiving.bytes))
        }
        let signed = try header.signed(by: new.signing)
        let audit = try old.auditKeys(rows)
        let deposit = try old.depositKeys(rows)

        let ring = new.root.ringKey()
        self.header = signed
        keyring =
            [
                ring.row(.signing, epoch, new.signing.seed(), of: vault),
                ring.row(.index, indexEpoch, new.index.bytes(), of: vault),
                ring.row(.erasure, erasureEpoch, new.erasure.bytes(), of: vault),
            ]
            + Self.rows(
                .audit, before: .auditBefore, audit, new.audit, signed.keys.audit, ring, vault)
            + Self.rows(
                .deposit, before: .depositBefore, deposit, new.deposit, signed.keys.deposit, ring,
                vault)
        keys = RoleKeys(
            vault: vault, slot: old.slot, role: .owner, publicKeys: signed.keys,
            signer: old.signer.copy(), bundle: new.bundle(.owner))
    }

    /// Every key under the ring key, and each but the first under its successor.
    private static func rows(
        _ purpose: KeyringPurpose, before: KeyringPurpose, _ old: ReceivingKeys,
        _ new: borrowing ReceivingKey, _ publicKeys: [PublicKeys.Epoch], _ ring: borrowing RingKey,
        _ vault: VaultID
    ) -> [KeyringRow] {
        let newest = publicKeys[publicKeys.count - 1].epoch
        var rows = [ring.row(purpose, newest, new.privateHalf(), of: vault)]
        var epoch = newest
        var chain = new.chainKey()
        for older in old.epochs.reversed() {
            guard let key = old.key(older) else {
                preconditionFailure("there is a key of each epoch that is listed")
            }
            let half = key.privateHalf()
            rows.append(ring.row(purpose, older, half, of: vault))
            rows.append(chain.row(before, epoch, before: half, of: vault))
            epoch = older
            chain = key.chainKey()
        }
        return rows
    }

    private static func append(
        _ key: [UInt8], to keys: inout [PublicKeys.Epoch]
    ) throws(KeysError) {
        keys.append(.init(epoch: try next(keys[keys.count - 1].epoch), public: key))
    }

    private static func next(_ epoch: UInt32) throws(KeysError) -> UInt32 {
        guard epoch < .max else { throw .format(.outOfRange("epoch")) }
        return epoch + 1
    }
}

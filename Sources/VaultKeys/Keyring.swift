import VaultCrypto
import VaultFormat

// The rows of the keyring. Spec 02 §8.

extension RingKey {
    /// The 32 bytes of the key of the highest epoch among `rows`.
    ///
    /// - Throws: `untrusted` when it is missing or does not open.
    borrowing func open(
        _ purpose: KeyringPurpose, of vault: VaultID, _ rows: [KeyringRow]
    ) throws(KeysError) -> Secret {
        try open(try rows.newest(purpose), of: vault)
    }

    borrowing func open(_ row: KeyringRow, of vault: VaultID) throws(KeysError) -> Secret {
        do {
            return try row.checked(try unwrap(row.wrapped, associated: row.associated(vault)))
        } catch {
            throw row.damaged
        }
    }

    borrowing func row(
        _ purpose: KeyringPurpose, _ epoch: UInt32, _ secret: borrowing Secret, of vault: VaultID
    ) -> KeyringRow {
        var row = KeyringRow(purpose: purpose, epoch: epoch, wrapped: [])
        row.wrapped = wrap(secret, associated: row.associated(vault))
        return row
    }
}

extension ChainKey {
    /// Opens the key of the epoch before the row's.
    borrowing func open(_ row: KeyringRow, of vault: VaultID) throws(KeysError) -> Secret {
        do {
            return try row.checked(
                try Box.openSecret(row.wrapped, under: self, associated: row.associated(vault)))
        } catch {
            throw row.damaged
        }
    }

    borrowing func row(
        _ purpose: KeyringPurpose, _ epoch: UInt32, before secret: borrowing Secret,
        of vault: VaultID
    ) -> KeyringRow {
        var row = KeyringRow(purpose: purpose, epoch: epoch, wrapped: [])
        row.wrapped = Box.sealSecret(secret, under: self, associated: row.associated(vault))
        return row
    }
}

extension [KeyringRow] {
    /// - Throws: `untrusted` when there is none, as below.
    func newest(_ purpose: KeyringPurpose) throws(KeysError) -> KeyringRow {
        guard
            let row = filter({ $0.purpose == purpose }).max(by: { $0.epoch < $1.epoch })
        else { throw .untrusted("the keyring has no \(purpose.rawValue) key") }
        return row
    }

    func row(_ purpose: KeyringPurpose, _ epoch: UInt32) throws(KeysError) -> KeyringRow {
        guard let row = first(where: { $0.purpose == purpose && $0.epoch == epoch }) else {
            throw .untrusted("the keyring has no \(purpose.rawValue) key of epoch \(epoch)")
        }
        return row
    }
}

extension KeyringRow {
    fileprivate func associated(_ vault: VaultID) -> [UInt8] {
        Associated.keyring(vault: vault, purpose: purpose, epoch: epoch)
    }

    fileprivate func checked(_ secret: consuming Secret) throws(CryptoError) -> Secret {
        guard secret.count == keyByteCount else { throw .malformed }
        return secret
    }

    fileprivate var damaged: KeysError {
        .untrusted("the keyring's \(purpose.rawValue) key of epoch \(epoch) does not open")
    }
}

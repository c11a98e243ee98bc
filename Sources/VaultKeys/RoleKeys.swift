package import VaultCrypto
package import VaultFormat

/// What one slot's bundle gives: the keys of its role and no others. Spec 02 §10.
///
/// Whatever a role may not do fails for want of a key: each key is had from a function that throws
/// `notHeld`. They are copies, made anew at each call; a caller that needs one often keeps it.
package final class RoleKeys: Sendable {
    package let vault: VaultID
    /// The slot that was opened.
    package let slot: SlotID
    package let role: Role
    /// The vault's public keys, of the header that was opened.
    package let publicKeys: PublicKeys
    /// The slot's own key, with which its holder signs entries.
    package let signer: SigningKey
    private let bundle: KeyMap

    init(
        vault: VaultID, slot: SlotID, role: Role, publicKeys: PublicKeys,
        signer: consuming SigningKey, bundle: consuming KeyMap
    ) {
        self.vault = vault
        self.slot = slot
        self.role = role
        self.publicKeys = publicKeys
        self.signer = signer
        self.bundle = bundle
    }

    /// Grows with each rotation: the epoch of the vault's signing key in use.
    package var epoch: UInt32 { publicKeys.signing[publicKeys.signing.count - 1].epoch }

    /// Wraps file keys.
    package func wrapKey() throws(KeysError) -> WrapKey {
        role == .owner ? try rootKey().wrapKey() : try held(.wrap)
    }

    /// Makes duplicate and place tags.
    package func tagKey() throws(KeysError) -> TagKey {
        role == .owner ? try rootKey().tagKey() : try held(.tag)
    }

    /// Makes the tags and keys of subjects.
    package func deskKey() throws(KeysError) -> DeskKey {
        role == .owner ? try rootKey().deskKey() : try held(.desk)
    }

    /// Seals the index: the newest one.
    ///
    /// - Parameter rows: the keyring; only an owner's keys look at it.
    package func indexKey(_ rows: [KeyringRow]) throws(KeysError) -> IndexKey {
        if role != .owner { return try held(.index) }
        return IndexKey(try rootKey().ringKey().open(.index, of: vault, rows))
    }

    /// Remembers what was erased.
    ///
    /// - Parameter rows: the keyring; only an owner's keys look at it.
    package func erasureKey(_ rows: [KeyringRow]) throws(KeysError) -> ErasureKey {
        if role != .owner { return try held(.erasure) }
        return ErasureKey(try rootKey().ringKey().open(.erasure, of: vault, rows))
    }

    /// The vault's signing key in use, an owner's; it must be the one that the header names.
    package func signingKey(
        _ rows: [KeyringRow], header: Header
    ) throws(KeysError) -> SigningKey {
        let seed = try rootKey().ringKey().open(.signing, of: vault, rows)
        let key: SigningKey
        do {
            key = try SigningKey(seed: seed)
        } catch {
            throw .untrusted("the keyring's signing key is not a key")
        }
        guard header.keys.signing.last?.public.bytes == key.publicKey else {
            throw .untrusted("the keyring's signing key is not the header's")
        }
        return key
    }

    /// Opens entries of every epoch.
    package func auditKeys(_ rows: [KeyringRow]) throws(KeysError) -> ReceivingKeys {
        try receivingKeys(publicKeys.audit, .audit, before: .auditBefore, rows, bundle: .audit)
    }

    /// Opens deposits of every epoch.
    package func depositKeys(_ rows: [KeyringRow]) throws(KeysError) -> ReceivingKeys {
        try receivingKeys(
            publicKeys.deposit, .deposit, before: .depositBefore, rows, bundle: .deposit)
    }

    /// An owner opens each row of the keyring; the others hold the newest key, and each key opens the
    /// one before it.
    private func receivingKeys(
        _ publicKeys: [PublicKeys.Epoch], _ purpose: KeyringPurpose, before: KeyringPurpose,
        _ rows: [KeyringRow], bundle key: BundleKey
    ) throws(KeysError) -> ReceivingKeys {
        let vault = vault
        if role == .owner {
            let ring = try rootKey().ringKey()
            return try ReceivingKeys(publicKeys) { (index, _) throws(KeysError) in
                try ring.open(try rows.row(purpose, publicKeys[index].epoch), of: vault)
            }
        }
        let newest = try secret(key)
        return try ReceivingKeys(publicKeys) { (index, newer) throws(KeysError) in
            switch newer {
            case .none: newest.copy()
            case .some(let newer):
                try newer.chainKey().open(
                    try rows.row(before, publicKeys[index + 1].epoch), of: vault)
            }
        }
    }

    /// - Throws: `notHeld` unless this is an owner's.
    func rootKey() throws(KeysError) -> RootKey { try held(.root) }

    private func held<K: Key & ~Copyable>(_ key: BundleKey) throws(KeysError) -> K {
        K(try secret(key))
    }

    private func secret(_ key: BundleKey) throws(KeysError) -> Secret {
        guard let secret = bundle.key(key.rawValue) else { throw .notHeld(role: role, key: key) }
        return secret
    }
}

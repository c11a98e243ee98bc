package import VaultCrypto
package import VaultFormat

/// What an owner's bundle gives: the keys derived from the root key. Spec 02 §1.
///
/// The root key itself is not kept: nothing wraps anything under it.
package final class OwnerKeys: Sendable {
    package let vault: VaultID
    /// The slot that was opened.
    package let slot: SlotID
    /// Wraps file keys.
    package let wrap: WrapKey
    /// Makes duplicate and place tags.
    package let tag: TagKey
    private let ring: RingKey

    init(vault: VaultID, slot: SlotID, root: borrowing RootKey) {
        self.vault = vault
        self.slot = slot
        wrap = root.wrapKey()
        tag = root.tagKey()
        ring = root.ringKey()
    }

    /// The key that remembers what was erased, of the highest epoch among `rows`.
    ///
    /// - Throws: `untrusted` when it is missing or does not open.
    package func erasureKey(_ rows: [KeyringRow]) throws(KeysError) -> ErasureKey {
        try open(.erasure, rows) { (secret) throws(CryptoError) in
            try ErasureKey(checking: secret)
        }
    }

    /// The vault's signing key, of the highest epoch among `rows`; it must be the one that the
    /// header names.
    package func signingKey(
        _ rows: [KeyringRow], header: Header
    ) throws(KeysError) -> SigningKey {
        let key = try open(.signing, rows) { (secret) throws(CryptoError) in
            try SigningKey(seed: secret)
        }
        guard header.keys.signing.last?.public.bytes == key.publicKey else {
            throw .untrusted("the keyring's signing key is not the header's")
        }
        return key
    }

    private func open<K: ~Copyable>(
        _ purpose: KeyringPurpose, _ rows: [KeyringRow],
        _ make: (consuming Secret) throws(CryptoError) -> K
    ) throws(KeysError) -> K {
        guard
            let row = rows.filter({ $0.purpose == purpose }).max(by: { $0.epoch < $1.epoch })
        else {
            throw .untrusted("the keyring has no \(purpose.rawValue) key")
        }
        do {
            return try make(
                try ring.unwrap(
                    row.wrapped,
                    associated: Associated.keyring(
                        vault: vault, purpose: purpose, epoch: row.epoch)))
        } catch {
            throw .untrusted("the keyring's \(purpose.rawValue) key does not open")
        }
    }
}

package import VaultCrypto
package import VaultFormat

/// The private half of a slot, open: the slot's two private keys, and the vault's public key that it
/// trusts. Spec 02 §5.
///
/// It opens the slot's bundle again and again as the header changes, so a session keeps it.
package struct OpenHalf: ~Copyable {
    package let vault: VaultID
    package let slot: SlotID
    let map: KeyMap

    private static let receiving: UInt8 = 1
    private static let signing: UInt8 = 2
    private static let trusted: UInt8 = 3
    private static let numbers = [receiving, signing, trusted]

    /// Puts a new slot's half together.
    init(
        vault: VaultID, slot: SlotID, receiving: borrowing ReceivingKey,
        signing: borrowing SigningKey, trusted key: [UInt8]
    ) {
        precondition(key.count == keyByteCount, "a public key has 32 bytes")
        self.vault = vault
        self.slot = slot
        let receiving = receiving.privateHalf()
        let seed = signing.seed()
        map = KeyMap(Self.numbers) { number, place in
            switch number {
            case Self.receiving: receiving.withUnsafeBytes { place.copyMemory(from: $0) }
            case Self.signing: seed.withUnsafeBytes { place.copyMemory(from: $0) }
            default: place.copyBytes(from: key)
            }
        }
    }

    /// Takes an opened plaintext.
    init(vault: VaultID, slot: SlotID, _ plaintext: consuming Secret) throws(FormatError) {
        self.vault = vault
        self.slot = slot
        map = try KeyMap(plaintext, Self.numbers)
    }

    /// Opens a session with the key that the kernel kept. Spec 02 §12.
    ///
    /// - Throws: `refused` when the file is not of this key's session.
    package init(_ session: SessionFile, with key: borrowing SessionKey) throws(KeysError) {
        let plaintext: Secret
        do {
            plaintext = try Box.openSecret(
                session.sealed.bytes, under: key,
                associated: Associated.session(vault: session.vault, slot: session.slot))
        } catch {
            throw .refused
        }
        do {
            try self.init(vault: session.vault, slot: session.slot, plaintext)
        } catch {
            throw .format(error)
        }
    }

    /// Seals it for a session. Spec 02 §12.
    package borrowing func session(under key: borrowing SessionKey) -> SessionFile {
        SessionFile(
            vault: vault, slot: slot,
            sealed: Box.sealSecret(
                map.encoded, under: key, associated: Associated.session(vault: vault, slot: slot)))
    }

    /// The same keys, trusting another public key of the vault.
    borrowing func trusting(_ key: [UInt8]) -> OpenHalf {
        OpenHalf(
            vault: vault, slot: slot, receiving: receivingKey(), signing: signingKey(), trusted: key
        )
    }

    borrowing func receivingKey() -> ReceivingKey {
        do {
            return try ReceivingKey(map.key(Self.receiving)!)
        } catch {
            preconditionFailure("32 bytes are a key: \(error)")
        }
    }

    borrowing func signingKey() -> SigningKey {
        do {
            return try SigningKey(seed: map.key(Self.signing)!)
        } catch {
            preconditionFailure("32 bytes are a seed: \(error)")
        }
    }

    var trustedKey: [UInt8] { map.key(Self.trusted)!.withUnsafeBytes { Array($0) } }
}

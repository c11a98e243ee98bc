package import VaultCrypto
package import VaultFormat

/// Opens a vault's slots. Spec 02 §7.
package enum SlotOpener {
    /// Opens the vault with what somebody typed or a file held: a recovery code when it reads as one,
    /// else a passphrase, which each passphrase slot is asked for in turn.
    ///
    /// - Throws: `refused` when no slot opens; `untrusted` when one opens and what it leads to is not
    ///   what the vault signed; `memoryUnavailable`.
    package static func open(
        _ header: Header, with typed: borrowing Secret
    ) throws(KeysError) -> OwnerKeys {
        if let code = recoverySecret(typed) {
            return try open(header, kind: .recovery, with: code)
        }
        return try open(header, kind: .passphrase, with: typed)
    }

    private static func open(
        _ header: Header, kind: SlotKind, with secret: borrowing Secret
    ) throws(KeysError) -> OwnerKeys {
        for slot in header.slots where slot.kind == kind {
            let candidate = try stretch(
                secret, kdf: slot.private.kdf, vault: header.vault, slot: slot.id)
            let key: SlotKey
            do {
                key = try candidate.confirmed(by: slot.private.commitment.bytes)
            } catch {
                continue  // Another slot's passphrase: the commitment says so, nothing was opened.
            }
            return try open(header, slot: slot, key: key)
        }
        throw .refused
    }

    private static func open(
        _ header: Header, slot: Slot, key: borrowing SlotKey
    ) throws(KeysError) -> OwnerKeys {
        let half: KeyMap
        do {
            half = try KeyMap(
                Box.openSecret(
                    slot.private.sealed.bytes, under: key,
                    associated: Associated.slot(
                        vault: header.vault, slot: slot.id, bound: slot.bound)),
                count: 3)
        } catch {
            throw .untrusted("the private half of slot \"\(slot.label)\" does not open")
        }
        let trusted = half.key(2).withUnsafeBytes { Array($0) }
        try verify(header, trusted: trusted)
        do {
            let receiving = try ReceivingKey(half.key(0))
            let map = try KeyMap(
                Envelope.open(
                    slot.bundle.bytes, with: receiving,
                    info: Associated.bundle(vault: header.vault, slot: slot.id),
                    associated: Array(slot.role.rawValue.utf8)),
                count: 1)
            let root = try RootKey(checking: map.key(0))
            return OwnerKeys(vault: header.vault, slot: slot.id, root: root)
        } catch {
            throw .untrusted("the bundle of slot \"\(slot.label)\" does not open")
        }
    }

    /// The header must be signed by the very key that the slot trusts.
    private static func verify(_ header: Header, trusted: [UInt8]) throws(KeysError) {
        guard header.keys.signing.last?.public.bytes == trusted else {
            throw .untrusted("the header names another vault's signing key")
        }
        do {
            let key = try VerifyingKey(trusted)
            guard key.verify(signature: header.signature.bytes, of: header.signedBytes) else {
                throw KeysError.untrusted("the header's signature does not hold")
            }
        } catch let error as KeysError {
            throw error
        } catch {
            throw .untrusted("the vault's signing key is not a key")
        }
    }

    /// Spec 02 §4; the cost is checked again here, before it is spent.
    static func stretch(
        _ secret: borrowing Secret, kdf: KDF, vault: VaultID, slot: SlotID
    ) throws(KeysError) -> SlotKeyCandidate {
        do {
            switch kdf.name {
            case .argon2id:
                let cost = try PassphraseCost(
                    memoryByteCount: Int(clamping: kdf.memory ?? 0),
                    passes: Int(kdf.passes ?? 0))
                return try PassphraseHash.stretch(secret, salt: kdf.salt.bytes, cost: cost)
            case .hkdf:
                return try PassphraseHash.expand(
                    secret, salt: kdf.salt.bytes,
                    info: Associated.recovery(vault: vault, slot: slot))
            }
        } catch .memoryUnavailable(let byteCount) {
            throw .memoryUnavailable(byteCount: UInt64(byteCount))
        } catch .costOutOfBounds {
            throw .format(.outOfRange("Argon2id cost"))
        } catch {
            throw .format(.unexpected("KDF parameters"))
        }
    }

    /// The 20 bytes of a recovery code; `nil` for anything that does not read as one.
    private static func recoverySecret(_ typed: borrowing Secret) -> Secret? {
        do {
            return try Secret(count: RecoveryCode.secretByteCount) { (secret) throws(FormatError) in
                try typed.withUnsafeBytes { (typed) throws(FormatError) in
                    try RecoveryCode.decode(typed, into: secret)
                }
            }
        } catch {
            return nil
        }
    }
}

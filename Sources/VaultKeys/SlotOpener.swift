package import VaultCrypto
package import VaultFormat

/// Opens a vault's slots. Spec 02 §7.
package enum SlotOpener {
    /// Opens the vault with what somebody typed or a file held, see `half`.
    ///
    /// - Throws: `refused` or `refusedKeyFileMissing` when no slot opens; `noSuchSlot`; `untrusted` when
    ///   one opens and what it leads to is not what the vault signed; `memoryUnavailable`; `format`.
    package static func open(
        _ header: Header, with typed: borrowing Secret, keyFile: borrowing Secret? = nil,
        only slot: SlotID? = nil
    ) throws(KeysError) -> RoleKeys {
        try open(header, with: half(header, with: typed, keyFile: keyFile, only: slot))
    }

    /// Opens a private half: a recovery slot's when what was typed reads as a recovery code; else a
    /// passphrase's, which each slot that it could be for is asked for in turn, with the key file first
    /// when there is one.
    ///
    /// - Parameters:
    ///   - keyFile: the 20 bytes of a key file (`SecretCode.secret`).
    ///   - only: asks no other slot.
    package static func half(
        _ header: Header, with typed: borrowing Secret, keyFile: borrowing Secret? = nil,
        only slot: SlotID? = nil
    ) throws(KeysError) -> OpenHalf {
        let slots = try slot.map { (id) throws(KeysError) in [try header.slot(id)] } ?? header.slots
        if let code = recoverySecret(typed) {
            return try open(slots, of: header.vault, .recovery, with: code, keyFile: nil)
        }
        let hasKeyFile =
            switch keyFile {
            case .some: true
            case .none: false
            }
        if hasKeyFile {
            do throws(KeysError) {
                return try open(
                    slots, of: header.vault, .passphraseAndKeyFile, with: typed, keyFile: keyFile)
            } catch .refused {
                // A slot that asks for the passphrase alone may still be meant.
            }
        }
        do throws(KeysError) {
            return try open(slots, of: header.vault, .passphrase, with: typed, keyFile: nil)
        } catch .refused {
            let isMissing =
                !hasKeyFile && slots.contains { $0.kind == .passphraseAndKeyFile }
            throw isMissing ? .refusedKeyFileMissing : .refused
        }
    }

    /// Opens the vault with a private half that is open already: the way on from a session.
    ///
    /// - Throws: `noSuchSlot` when the slot was removed; `untrusted`.
    package static func open(
        _ header: Header, with half: borrowing OpenHalf
    ) throws(KeysError) -> RoleKeys {
        guard half.vault == header.vault else {
            throw .untrusted("the session is another vault's")
        }
        let slot = try header.slot(half.slot)
        _ = try SigningChain.verify(header, trusted: half.trustedKey)
        let signer = half.signingKey()
        guard signer.publicKey == slot.signing.bytes else {
            throw .untrusted("slot \"\(slot.label)\" has another signing key")
        }
        let bundle: KeyMap
        do {
            bundle = try KeyMap(
                Envelope.open(
                    slot.bundle.bytes, with: half.receivingKey(),
                    info: Associated.bundle(vault: header.vault, slot: slot.id),
                    associated: Array(slot.role.rawValue.utf8)),
                slot.role.bundle.map(\.rawValue))
        } catch {
            throw .untrusted("the bundle of slot \"\(slot.label)\" does not open")
        }
        return RoleKeys(
            vault: header.vault, slot: slot.id, role: slot.role, publicKeys: header.keys,
            signer: signer, bundle: bundle)
    }

    private static func open(
        _ slots: [Slot], of vault: VaultID, _ kind: SlotKind, with secret: borrowing Secret,
        keyFile: borrowing Secret?
    ) throws(KeysError) -> OpenHalf {
        for slot in slots where slot.kind == kind {
            let candidate = try SlotKeys.stretch(
                secret, keyFile: keyFile, kind: kind, kdf: slot.private.kdf, vault: vault,
                slot: slot.id)
            let key: SlotKey
            do {
                key = try candidate.confirmed(by: slot.private.commitment.bytes)
            } catch {
                continue  // Another slot's passphrase: the commitment says so, nothing was opened.
            }
            do {
                return try OpenHalf(
                    vault: vault, slot: slot.id,
                    Box.openSecret(
                        slot.private.sealed.bytes, under: key,
                        associated: Associated.slot(vault: vault, slot: slot.id, bound: slot.bound)
                    ))
            } catch {
                throw .untrusted("the private half of slot \"\(slot.label)\" does not open")
            }
        }
        throw .refused
    }

    /// The 20 bytes of a recovery code; `nil` for anything that does not read as one.
    private static func recoverySecret(_ typed: borrowing Secret) -> Secret? {
        do {
            return try SecretCode.recovery.secret(in: typed)
        } catch {
            return nil
        }
    }
}

extension Header {
    /// - Throws: `noSuchSlot`.
    func slot(_ id: SlotID) throws(KeysError) -> Slot {
        guard let slot = slots.first(where: { $0.id == id }) else { throw .noSuchSlot(id) }
        return slot
    }
}

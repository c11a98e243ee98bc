package import VaultCrypto
package import VaultFormat

/// Makes slots, and seals private halves anew. Spec 02 §3–§6.
package enum SlotMaker {
    /// What the holder of a slot knows or has.
    package enum Way: Sendable, Hashable {
        /// `memory` in bytes.
        case passphrase(memory: UInt64, passes: UInt32)
        case passphraseAndKeyFile(memory: UInt64, passes: UInt32)
        case recovery

        package var kind: SlotKind {
            switch self {
            case .passphrase: .passphrase
            case .passphraseAndKeyFile: .passphraseAndKeyFile
            case .recovery: .recovery
            }
        }

        /// The way and cost of a slot as it is.
        init(_ slot: Slot) {
            let memory = slot.private.kdf.memory ?? 0
            let passes = slot.private.kdf.passes ?? 0
            self =
                switch slot.kind {
                case .passphrase: .passphrase(memory: memory, passes: passes)
                case .passphraseAndKeyFile: .passphraseAndKeyFile(memory: memory, passes: passes)
                case .recovery: .recovery
                }
        }

        /// With a new salt.
        func kdf() -> KDF {
            let salt = RandomBytes.make(PassphraseHash.saltByteCount)
            return switch self {
            case .passphrase(let memory, let passes), .passphraseAndKeyFile(let memory, let passes):
                .argon2id(memory: memory, passes: passes, salt: salt)
            case .recovery: .hkdf(salt: salt)
            }
        }
    }

    /// A slot that was made, and its private half, which is open still.
    struct NewSlot: ~Copyable {
        let slot: Slot
        let half: OpenHalf
    }

    /// Makes a slot that `secret` opens: a passphrase's bytes, or the 20 bytes of a recovery secret.
    ///
    /// - Parameters:
    ///   - keyFile: the 20 bytes of a key file, for the way that wants one.
    ///   - secrets: what the bundle is filled from, and whose signing key the slot will trust.
    /// - Throws: `memoryUnavailable`, or `format` for a cost out of bounds; nothing is left behind.
    static func make(
        vault: VaultID, way: Way, secret: borrowing Secret, keyFile: borrowing Secret? = nil,
        label: String, role: Role, secrets: borrowing VaultSecrets
    ) throws(KeysError) -> NewSlot {
        let id = SlotID.random()
        let receiving = ReceivingKey.random()
        let signing = SigningKey.random()
        let half = OpenHalf(
            vault: vault, slot: id, receiving: receiving, signing: signing,
            trusted: secrets.signing.publicKey)
        let slot = Slot(
            bundle: try secrets.sealedBundle(role, vault: vault, slot: id, to: receiving.publicKey),
            id: id, kind: way.kind, label: label,
            private: PrivateHalf(commitment: [], kdf: way.kdf(), sealed: []),
            receiving: receiving.publicKey, role: role, signing: signing.publicKey)
        return NewSlot(
            slot: try seal(half, into: slot, secret: secret, keyFile: keyFile), half: half)
    }

    /// Seals a slot's private half under something else: the same keys, trusting the newest key of the
    /// vault's chain. Spec 02 §5.
    ///
    /// - Parameters:
    ///   - way: another kind or cost; `nil` keeps both. Another kind is a change of what the vault
    ///     signs, so it needs `HeaderEditor.replace`; else `HeaderEditor.replaceHalf` will do.
    ///   - secret: what opens the slot from now on, with `keyFile` as for `make`.
    /// - Throws: `noSuchSlot`; `untrusted` when the header is not what the vault signed;
    ///   `memoryUnavailable`, `format`.
    package static func reseal(
        _ half: borrowing OpenHalf, of header: Header, way: Way? = nil, secret: borrowing Secret,
        keyFile: borrowing Secret? = nil
    ) throws(KeysError) -> Slot {
        var slot = try header.slot(half.slot)
        let newest = try SigningChain.verify(header, trusted: half.trustedKey)
        let way = way ?? Way(slot)
        slot.kind = way.kind
        slot.private.kdf = way.kdf()
        return try seal(
            half.trusting(newest.bytes), into: slot, secret: secret, keyFile: keyFile)
    }

    /// Fills in commitment and seal; all else of the slot is as it will be.
    private static func seal(
        _ half: borrowing OpenHalf, into slot: Slot, secret: borrowing Secret,
        keyFile: borrowing Secret?
    ) throws(KeysError) -> Slot {
        var slot = slot
        let candidate = try SlotKeys.stretch(
            secret, keyFile: keyFile, kind: slot.kind, kdf: slot.private.kdf, vault: half.vault,
            slot: slot.id)
        slot.private.commitment = JSONBytes(candidate.commitment)
        slot.private.sealed = JSONBytes(
            Box.sealSecret(
                half.map.encoded, under: candidate.forNewSlot(),
                associated: Associated.slot(vault: half.vault, slot: slot.id, bound: slot.bound)))
        return slot
    }
}

extension Identifier where Words == SIMD16<UInt8> {
    /// A new one from the system's random source. Spec 01 §3.
    package static func random() -> Self {
        var words = SIMD16<UInt8>()
        withUnsafeMutableBytes(of: &words) { RandomBytes.fill($0) }
        return Self(words: words)
    }
}

package import VaultCrypto
package import VaultFormat

/// Makes slots. Spec 02 §3–§6.
package enum SlotMaker {
    /// What the holder of a new slot knows.
    package enum Way: Sendable {
        case passphrase(memory: UInt64, passes: UInt32)
        case recovery

        var kind: SlotKind {
            switch self {
            case .passphrase: .passphrase
            case .recovery: .recovery
            }
        }
    }

    /// Makes an owner's slot that `secret` opens: a passphrase's bytes, or the 20 bytes of a recovery
    /// secret.
    ///
    /// - Parameter trusted: the vault's public signing key, which the slot will trust from now on.
    /// - Throws: `memoryUnavailable`, or `format` for a cost out of bounds; nothing is left behind.
    package static func makeOwner(
        vault: VaultID, way: Way, secret: borrowing Secret, label: String,
        root: borrowing RootKey, trusted: [UInt8]
    ) throws(KeysError) -> Slot {
        let id = SlotID.random()
        let salt = RandomBytes.make(PassphraseHash.saltByteCount)
        let kdf: KDF =
            switch way {
            case .passphrase(let memory, let passes):
                .argon2id(memory: memory, passes: passes, salt: salt)
            case .recovery: .hkdf(salt: salt)
            }
        let candidate = try SlotOpener.stretch(secret, kdf: kdf, vault: vault, slot: id)
        let commitment = candidate.commitment
        let key = candidate.forNewSlot()
        let receiving = ReceivingKey.random()
        let signing = SigningKey.random()

        var slot = Slot(
            bundle: try bundle(root: root, vault: vault, slot: id, to: receiving.publicKey),
            id: id, kind: way.kind, label: label,
            private: PrivateHalf(commitment: commitment, kdf: kdf, sealed: []),
            receiving: receiving.publicKey, role: .owner, signing: signing.publicKey)
        let receivingHalf = receiving.privateHalf()
        let seed = signing.seed()
        let half = KeyMap(count: 3) { index, place in
            switch index {
            case 0: receivingHalf.withUnsafeBytes { place.copyMemory(from: $0) }
            case 1: seed.withUnsafeBytes { place.copyMemory(from: $0) }
            default: place.copyBytes(from: trusted)
            }
        }
        slot.private.sealed = JSONBytes(
            Box.sealSecret(
                half.encoded, under: key,
                associated: Associated.slot(vault: vault, slot: id, bound: slot.bound)))
        return slot
    }

    private static func bundle(
        root: borrowing RootKey, vault: VaultID, slot: SlotID, to receiver: [UInt8]
    ) throws(KeysError) -> [UInt8] {
        let root = root.secret.copy()
        let map = KeyMap(count: 1) { _, place in
            root.withUnsafeBytes { place.copyMemory(from: $0) }
        }
        do {
            return try Envelope.seal(
                map.encoded, to: receiver, info: Associated.bundle(vault: vault, slot: slot),
                associated: Array(Role.owner.rawValue.utf8))
        } catch {
            preconditionFailure("our own fresh public key takes an envelope: \(error)")
        }
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

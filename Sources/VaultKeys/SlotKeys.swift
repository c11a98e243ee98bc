import VaultCrypto
import VaultFormat

/// From what a holder knows to a slot's key. Spec 02 §4.
enum SlotKeys {
    /// - Parameter keyFile: used by the kind that wants one, which must then be given.
    /// - Throws: `memoryUnavailable`; `format` for a cost out of bounds, checked again here before it
    ///   is spent, and for a key file that is missing or of another size.
    static func stretch(
        _ secret: borrowing Secret, keyFile: borrowing Secret?, kind: SlotKind, kdf: KDF,
        vault: VaultID, slot: SlotID
    ) throws(KeysError) -> SlotKeyCandidate {
        do throws(CryptoError) {
            let salt = kdf.salt.bytes
            switch kind {
            case .passphrase:
                return try PassphraseHash.stretch(secret, salt: salt, cost: cost(kdf))
            case .passphraseAndKeyFile:
                guard let keyFile = copy(keyFile), keyFile.count == SecretCode.secretByteCount
                else { throw CryptoError.malformed }
                return try PassphraseHash.stretch(
                    secret, keyFile: keyFile, salt: salt, cost: cost(kdf),
                    info: Associated.keyFile(vault: vault, slot: slot))
            case .recovery:
                return try PassphraseHash.expand(
                    secret, salt: salt, info: Associated.recovery(vault: vault, slot: slot))
            }
        } catch .memoryUnavailable(let byteCount) {
            throw .memoryUnavailable(byteCount: UInt64(byteCount))
        } catch .costOutOfBounds {
            throw .format(.outOfRange("Argon2id cost"))
        } catch {
            throw .format(.unexpected("KDF parameters"))
        }
    }

    private static func cost(_ kdf: KDF) throws(CryptoError) -> PassphraseCost {
        try PassphraseCost(
            memoryByteCount: Int(clamping: kdf.memory ?? 0), passes: Int(kdf.passes ?? 0))
    }

    private static func copy(_ secret: borrowing Secret?) -> Secret? {
        switch secret {
        case .some(let secret): secret.copy()
        case .none: nil
        }
    }
}

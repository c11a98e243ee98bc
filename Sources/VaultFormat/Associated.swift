/// What every sealed value names, so that none can stand in for another. Spec 02 §2.
///
/// The bytes are `"lighttight/1 "`, the purpose in ASCII, one zero byte, then fields of fixed length.
package enum Associated {
    /// What an object holds; bound into its context. Spec 03 §2.
    package enum ObjectKind: UInt8, Sendable, CaseIterable {
        case original = 0
        case thumbnail = 1
        case rendition = 2
    }

    /// Context of an object: vault, record, kind.
    package static func object(vault: VaultID, record: RecordID, kind: ObjectKind) -> [UInt8] {
        base("object", vault) + record.bytes + [kind.rawValue]
    }

    /// A file key under the wrap key.
    package static func fileKey(vault: VaultID, record: RecordID) -> [UInt8] {
        base("file key", vault) + record.bytes
    }

    /// A file key under a subject's key, for one occurrence. Spec 02 §11.
    package static func desk(vault: VaultID, record: RecordID, number: UInt32) -> [UInt8] {
        base("desk", vault) + record.bytes + bigEndian(number)
    }

    /// What the auditor may know of a picture, under the key of one transaction. Spec 07 §6.
    package static func detail(vault: VaultID, record: RecordID) -> [UInt8] {
        base("detail", vault) + record.bytes
    }

    /// A record's value under its file key's value key.
    package static func record(vault: VaultID, record: RecordID, version: UInt32) -> [UInt8] {
        base("record", vault) + record.bytes + bigEndian(version)
    }

    /// One occurrence under its record's value key.
    package static func occurrence(
        vault: VaultID, record: RecordID, number: UInt32, version: UInt32
    ) -> [UInt8] {
        base("occurrence", vault) + record.bytes + bigEndian(number) + bigEndian(version)
    }

    /// A keyring key under the ring key.
    package static func keyring(vault: VaultID, purpose: KeyringPurpose, epoch: UInt32) -> [UInt8] {
        base("keyring", vault) + bigEndian(epoch) + purpose.rawValue.utf8
    }

    /// A slot's private half under what its holder knows; `bound` is Spec 02 §5's canonical JSON.
    package static func slot(vault: VaultID, slot: SlotID, bound: [UInt8]) -> [UInt8] {
        base("slot", vault) + slot.bytes + bound
    }

    /// HPKE `info` of a role bundle; the role's name is its associated data. Spec 02 §6.
    package static func bundle(vault: VaultID, slot: SlotID) -> [UInt8] {
        base("bundle", vault) + slot.bytes
    }

    /// HKDF `info` for a slot opened by a high-entropy secret. Spec 02 §4.
    package static func recovery(vault: VaultID, slot: SlotID) -> [UInt8] {
        base("recovery", vault) + slot.bytes
    }

    /// HKDF `info` for a slot that wants a key file beside the passphrase. Spec 02 §4.
    package static func keyFile(vault: VaultID, slot: SlotID) -> [UInt8] {
        base("key file", vault) + slot.bytes
    }

    /// A slot's private half under a session key. Spec 02 §12.
    package static func session(vault: VaultID, slot: SlotID) -> [UInt8] {
        base("session", vault) + slot.bytes
    }

    /// HPKE `info` of an entry's transaction key. Spec 07 §3.
    package static func entryKey(vault: VaultID, epoch: UInt32) -> [UInt8] {
        base("entry key", vault) + bigEndian(epoch)
    }

    /// The content of an entry under its transaction key. Spec 07 §3.
    package static func entry(vault: VaultID, sequence: UInt64) -> [UInt8] {
        base("entry", vault) + bigEndian(sequence)
    }

    /// HPKE `info` of a deposit's head. Spec 08 §3.
    package static func deposit(vault: VaultID, deposit: DepositID, epoch: UInt32) -> [UInt8] {
        base("deposit", vault) + deposit.bytes + bigEndian(epoch)
    }

    /// Of the message that says who signed a deposit. Spec 08 §4.
    package static func depositBy(vault: VaultID, deposit: DepositID) -> [UInt8] {
        base("deposit by", vault) + deposit.bytes
    }

    /// Context of a deposited object. Spec 08 §5.
    package static func depositObject(vault: VaultID, deposit: DepositID) -> [UInt8] {
        base("deposit object", vault) + deposit.bytes
    }

    /// What a slot signs of a deposit; `digest` is the SHA-256 of all before the signature. Spec 08 §4.
    package static func depositSigned(slot: SlotID, digest: [UInt8]) -> [UInt8] {
        Array("lighttight/1 deposit by\n".utf8) + slot.bytes + digest
    }

    /// What the vault signs of a deposit key that goes out as a file. Spec 08 §8.
    package static func depositKey(vault: VaultID, epoch: UInt32, public key: [UInt8]) -> [UInt8] {
        Array("lighttight/1 deposit key\n".utf8) + vault.bytes + bigEndian(epoch) + key
    }

    /// A card under the card key. Spec 04 §13.
    package static func card(
        vault: VaultID, kind: CardKind, id: CardID, version: UInt32
    ) -> [UInt8] {
        base("card", vault) + bigEndian(kind.rawValue) + id.bytes + bigEndian(version)
    }

    /// What every sealed message of the index begins with; part, kind, file and number follow. Spec 09 §2.
    package static func index(vault: VaultID) -> [UInt8] { base("index", vault) }

    /// What stands before the canonical header when it is signed. Spec 02 §7.
    package static let headerPrefix = Array("lighttight/1 header\n".utf8)

    /// What a signing key of the vault signs to vouch for the next one. Spec 02 §7.
    package static func successor(
        vault: VaultID, epoch: UInt32, since: UInt64, public key: [UInt8]
    ) -> [UInt8] {
        Array("lighttight/1 successor\n".utf8) + vault.bytes + bigEndian(epoch) + bigEndian(since)
            + key
    }

    /// Hashed under the tag key to find an occurrence by where it came from. Spec 04 §5.
    package static func place(root: [UInt8], path: [UInt8]) -> [UInt8] { root + [0] + path }

    private static func base(_ purpose: String, _ vault: VaultID) -> [UInt8] {
        Array("lighttight/1 ".utf8) + purpose.utf8 + [0] + vault.bytes
    }

    private static func bigEndian(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }
}

/// What a key of the keyring is for. Spec 02 §8.
package enum KeyringPurpose: String, Sendable, CaseIterable, Codable {
    /// Ed25519: signs the header, bundles and checkpoints.
    case signing
    /// X25519: opens audit entries.
    case audit
    /// X25519: opens deposits.
    case deposit
    /// Symmetric: seals the pages of the index.
    case index
    /// Symmetric: remembers what was erased, without the content.
    case erasure
    /// The audit key of the epoch before, under the one of this epoch.
    case auditBefore = "audit-before"
    /// The deposit key of the epoch before, under the one of this epoch.
    case depositBefore = "deposit-before"
}

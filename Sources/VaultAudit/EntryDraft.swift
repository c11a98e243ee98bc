package import VaultCrypto
package import VaultFormat

/// An entry in the making, begun before its transaction: a fresh key, sealed to the newest audit
/// key, under which the transaction seals what the auditor may know. Spec 07 §3.
package struct EntryDraft: ~Copyable, Sendable {
    private let vault: VaultID
    private let auditEpoch: UInt32
    private let key = TransactionKey.random()
    private let sealedKey: [UInt8]

    /// - Parameter auditKey: the newest audit public key of the header, 32 bytes, of `auditEpoch`.
    /// - Throws: `.crypto(.malformed)` for a public key that nothing can be sealed to.
    package init(vault: VaultID, auditEpoch: UInt32, auditKey: [UInt8]) throws(AuditError) {
        self.vault = vault
        self.auditEpoch = auditEpoch
        do throws(CryptoError) {
            sealedKey = try Envelope.seal(
                key.secret, to: auditKey,
                info: Associated.entryKey(vault: vault, epoch: auditEpoch), associated: [])
        } catch {
            throw .crypto(error)
        }
    }

    /// Seals details under this entry's key. One for each worker.
    package borrowing func detailSealer() -> DetailSealer { DetailSealer(vault: vault, key: key) }

    /// The finished entry, signed by the slot that acted. Throws `.contentTooLong`.
    package borrowing func entry(
        _ content: EntryContent, at place: EntryPlace, signer: borrowing SlotSigner
    ) throws(AuditError) -> NewEntry {
        var leaf = try leaf(content, at: place, actor: signer.slot)
        leaf.signature = signer.key.sign(leaf.signedBytes(vault: vault))
        return NewEntry(
            sequence: place.sequence, actor: signer.slot, leaf: leaf.encoded, rows: place.rows)
    }

    /// The finished entry of a program that holds no key, such as a backup's. Throws `.contentTooLong`.
    ///
    /// - Precondition: its rows hold copies, or nothing. Spec 07 §3.
    package borrowing func keylessEntry(
        _ content: EntryContent, at place: EntryPlace
    ) throws(AuditError) -> NewEntry {
        precondition(!place.changesVault, "without a key an entry commits to copies only")
        let leaf = try leaf(content, at: place, actor: nil)
        return NewEntry(
            sequence: place.sequence, actor: nil, leaf: leaf.encoded, rows: place.rows)
    }

    private borrowing func leaf(
        _ content: EntryContent, at place: EntryPlace, actor: SlotID?
    ) throws(AuditError) -> EntryLeaf {
        let plaintext = content.encoded
        guard plaintext.count + Box.overhead <= EntryLeaf.maximumContentByteCount else {
            throw .contentTooLong
        }
        return EntryLeaf(
            sequence: place.sequence, time: place.time, before: place.before,
            revision: place.revision,
            rowsDigest: place.rows.isEmpty ? nil : LogHash(Digest(hashing: place.rows)),
            auditEpoch: auditEpoch, sealedKey: sealedKey,
            content: Box.seal(
                plaintext, under: key,
                associated: Associated.entry(vault: vault, sequence: place.sequence)),
            actor: actor)
    }
}

/// Where an entry stands in the log, and what its transaction wrote.
package struct EntryPlace: Sendable {
    /// The number of entries before it.
    package let sequence: UInt64
    /// Root of the tree of the entries before it.
    package let before: LogHash
    /// `vault.revision` after the transaction.
    package let revision: UInt64
    /// What the clock says, in seconds since 1970.
    package let time: Int64
    let rows: [UInt8]
    let changesVault: Bool

    package init(
        sequence: UInt64, before: Digest, revision: UInt64, time: Int64, rows: EntryRows
    ) {
        self.sequence = sequence
        self.before = LogHash(before)
        self.revision = revision
        self.time = time
        self.rows = rows.encoded
        changesVault = rows.changesVault
    }
}

/// An entry as it goes into the table `entry`.
package struct NewEntry: Sendable, Equatable {
    package let sequence: UInt64
    package let actor: SlotID?
    package let leaf: [UInt8]
    package let rows: [UInt8]
}

package import VaultCrypto
package import VaultFormat

/// Opens entries, and what they let the auditor know of pictures, with the audit private keys.
/// Spec 07 §5, §6.
package struct AuditReader: ~Copyable, Sendable {
    /// An import's details are all under one key, so few keys are wanted again.
    private static let rememberedCount = 1024

    private let vault: VaultID
    private var keys: [UInt32: HeldReceivingKey] = [:]
    /// Transaction keys by their entry.
    private var remembered: [UInt64: HeldTransactionKey] = [:]

    /// Holds no key yet.
    package init(vault: VaultID) { self.vault = vault }

    /// An auditor's: from the newest key to those before it. Spec 02 §8.
    ///
    /// - Parameter before: the rows `audit-before` of the keyring, in any order. Where one is missing
    ///   the chain ends, and older entries are refused with `.noKey`.
    /// - Throws: `.brokenChain` for a row that does not open.
    package init(
        vault: VaultID, newest key: consuming ReceivingKey, epoch: UInt32,
        before: [(epoch: UInt32, wrapped: [UInt8])]
    ) throws(AuditError) {
        self.vault = vault
        let wrapped = Dictionary(before.map { ($0.epoch, $0.wrapped) }) { first, _ in first }
        var epoch = epoch
        var held = HeldReceivingKey(key)
        keys[epoch] = held
        while epoch > 1, let sealed = wrapped[epoch] {
            do throws(CryptoError) {
                held = try held.predecessor(sealed, vault: vault, epoch: epoch)
            } catch {
                throw .brokenChain(epoch: epoch)
            }
            epoch -= 1
            keys[epoch] = held
        }
    }

    /// Adds the key of one epoch, as an owner has them all from the keyring.
    package mutating func add(_ key: consuming ReceivingKey, epoch: UInt32) {
        keys[epoch] = HeldReceivingKey(key)
    }

    /// The public half of the key of an epoch, to be compared with the header's.
    package borrowing func publicKey(epoch: UInt32) -> [UInt8]? { keys[epoch]?.key.publicKey }

    /// What an entry says was done.
    ///
    /// - Throws: `.noKey`, `.crypto`, `.format`.
    package borrowing func open(_ leaf: EntryLeaf) throws(AuditError) -> EntryContent {
        try content(leaf, under: transactionKey(leaf).key)
    }

    /// What a share server's event says. Spec 11 §9.
    ///
    /// - Throws: `.noKey`, `.crypto`, `.format`.
    package borrowing func open(_ event: ServerEvent) throws(AuditError) -> ServerEventContent {
        guard let held = keys[event.epoch] else { throw .noKey(epoch: event.epoch) }
        let plaintext: [UInt8]
        do throws(CryptoError) {
            let info = Associated.serverEvent(
                vault: vault, epoch: event.epoch, sequence: event.sequence)
            plaintext = try Envelope.open(event.sealed, with: held.key, info: info, associated: [])
                .withUnsafeBytes { Array($0) }
        } catch {
            throw .crypto(error)
        }
        return try parsed(plaintext) { bytes throws(FormatError) in
            try ServerEventContent(parsing: bytes)
        }
    }

    /// What a record lets the auditor know.
    ///
    /// - Parameters:
    ///   - sealed: `record.detail`.
    ///   - entry: `record.entry`.
    ///   - leaf: reads the leaf of an entry; asked only for one that is not remembered.
    package mutating func detail(
        _ sealed: UnsafeRawBufferPointer, record: RecordID, entry: UInt64,
        leaf: (_ sequence: UInt64) throws(AuditError) -> EntryLeaf
    ) throws(AuditError) -> DetailValue {
        let held: HeldTransactionKey
        if let known = remembered[entry] {
            held = known
        } else {
            held = try transactionKey(try leaf(entry))
            if remembered.count >= Self.rememberedCount { remembered.removeAll() }
            remembered[entry] = held
        }
        let plaintext: [UInt8]
        do throws(CryptoError) {
            plaintext = try Box.open(
                sealed, under: held.key,
                associated: Associated.detail(vault: vault, record: record))
        } catch {
            throw .crypto(error)
        }
        return try parsed(plaintext) { bytes throws(FormatError) in
            try DetailValue(parsing: bytes)
        }
    }

    private borrowing func transactionKey(
        _ leaf: EntryLeaf
    ) throws(AuditError) -> HeldTransactionKey {
        guard let held = keys[leaf.auditEpoch] else { throw .noKey(epoch: leaf.auditEpoch) }
        do throws(CryptoError) {
            return HeldTransactionKey(
                try TransactionKey(
                    checking: try Envelope.open(
                        leaf.sealedKey, with: held.key,
                        info: Associated.entryKey(vault: vault, epoch: leaf.auditEpoch),
                        associated: [])))
        } catch {
            throw .crypto(error)
        }
    }

    private borrowing func content(
        _ leaf: EntryLeaf, under key: borrowing TransactionKey
    ) throws(AuditError) -> EntryContent {
        let plaintext: [UInt8]
        do throws(CryptoError) {
            plaintext = try Box.open(
                leaf.content, under: key,
                associated: Associated.entry(vault: vault, sequence: leaf.sequence))
        } catch {
            throw .crypto(error)
        }
        return try parsed(plaintext) { bytes throws(FormatError) in
            try EntryContent(parsing: bytes)
        }
    }
}

/// Parses opened bytes, with the errors of this room.
private func parsed<Value>(
    _ bytes: [UInt8], _ parse: (UnsafeRawBufferPointer) throws(FormatError) -> Value
) throws(AuditError) -> Value {
    // The standard library's withUnsafeBytes loses the type of what is thrown.
    let result = bytes.withUnsafeBytes { bytes in
        Result { () throws(FormatError) in try parse(bytes) }
    }
    switch result {
    case .success(let value): return value
    case .failure(let error): throw .format(error)
    }
}

// A dictionary holds no noncopyable values; these have one owner, the reader that made them.

private final class HeldReceivingKey: Sendable {
    let key: ReceivingKey

    init(_ key: consuming ReceivingKey) { self.key = key }

    /// Opens the key of the epoch before this one's. Spec 02 §8.
    func predecessor(
        _ sealed: [UInt8], vault: VaultID, epoch: UInt32
    ) throws(CryptoError) -> HeldReceivingKey {
        HeldReceivingKey(
            try ReceivingKey(
                try Box.openSecret(
                    sealed, under: key.chainKey(),
                    associated: Associated.keyring(
                        vault: vault, purpose: .auditBefore, epoch: epoch))))
    }
}

private final class HeldTransactionKey: Sendable {
    let key: TransactionKey

    init(_ key: consuming TransactionKey) { self.key = key }
}

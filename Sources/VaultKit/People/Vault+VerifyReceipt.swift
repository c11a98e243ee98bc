import VaultAudit
package import VaultFormat
import VaultRecords

/// A receipt that holds, and what became of the copies that it names.
package struct ReceiptVerification: Sendable {
    package enum CopyState: String, Sendable {
        /// It was brought up since: nothing of what was destroyed is in it.
        case upToDate = "up-to-date"
        /// It may still hold the destroyed keys.
        case awaiting
        /// The vault does not list it any more: nobody knows.
        case unknown
    }

    package struct Copy: Sendable {
        package var id: CopyID
        /// Where it lies, as bytes; `nil` when it is not listed any more.
        package var place: [UInt8]?
        package var state: CopyState
    }

    package var receipt: Receipt
    /// What the slot that signed is called.
    package var signer: String
    package var copies: [Copy]
}

extension Vault {
    /// Holds a receipt against the vault as it is now, without a key. Spec 12 §3.
    ///
    /// - Throws: `usage` for what is no receipt of this vault, `damaged` for one that does not hold, and when
    ///   the log itself does not hold together.
    package func verifyReceipt(
        _ bytes: [UInt8], stop: StopSign, progress: (Progress) -> Void
    ) throws(VaultError) -> ReceiptVerification {
        let receipt: Receipt
        let judge = ReceiptJudge(authority: LogAuthority(try currentHeader()))
        do throws(ReceiptRefusal) {
            receipt = try judge.judge(bytes)
        } catch {
            throw VaultError(error, self)
        }
        _ = try soundLog(stop: stop, progress: progress)
        guard try root(at: receipt.size) == receipt.root else {
            throw VaultError(
                .damaged,
                "the first \(receipt.size) entries of the log are not those of the receipt")
        }
        try requireRows(of: receipt)
        let gone = receipt.pictures.filter { $0.fate == .destroyed }.map(\.id)
        let back = try reading { () throws(RecordsError) in try records.present(gone) }
        if let first = back.first {
            throw VaultError(
                .damaged,
                "picture \(first.hex.prefix(12)) is there, and the receipt says that it was destroyed"
            )
        }
        return ReceiptVerification(
            receipt: receipt, signer: label(of: receipt.slot), copies: try states(of: receipt))
    }

    /// The root over the first entries of a sound log; `nil` when it has not so many.
    private func root(at size: UInt64) throws(VaultError) -> LogHash? {
        let head = try reading { () throws(RecordsError) in try records.logHead() }
        guard size <= UInt64(head.size) else { return nil }
        if size == UInt64(head.size) {
            do throws(AuditError) { return LogHash(try MerkleEdge.root(of: head)) } catch {
                throw VaultError(.damaged, "the log's edge is not one")
            }
        }
        let entry = try reading { () throws(RecordsError) in try records.entry(Int64(size)) }
        return entry.flatMap { EntryLeaf.ifOne($0.leaf) }?.before
    }

    /// The entries are those that the receipt names, and changed exactly the rows that it names. Spec 12 §3.
    private func requireRows(of receipt: Receipt) throws(VaultError) {
        var rows: [UInt64: Receipt.Fate] = [:]
        for entry in receipt.entries {
            let stored = try reading { () throws(RecordsError) in
                try records.entry(Int64(entry.sequence))
            }
            guard let stored, try leafHash(Int64(entry.sequence)) == entry.leaf,
                stored.actor == receipt.slot.bytes
            else {
                throw VaultError(
                    .damaged, "entry \(entry.sequence) of the log is not the one of the receipt")
            }
            do throws(FormatError) {
                try stored.rows.span.bytes.withUnsafeBytes { (bytes) throws(FormatError) in
                    let reader = try EntryRowsReader(parsing: bytes)
                    for index in 0..<reader.recordCount {
                        let (row, state) = reader.record(at: index)
                        rows[UInt64(row)] = state == .destroyed ? .destroyed : .shared
                    }
                }
            } catch {
                throw VaultError(error, "entry \(entry.sequence) of the log")
            }
        }
        let named = Dictionary(uniqueKeysWithValues: receipt.pictures.map { ($0.row, $0.fate) })
        guard rows == named else {
            throw VaultError(
                .damaged, "the log says that other pictures were destroyed than the receipt does")
        }
    }

    private func states(
        of receipt: Receipt
    ) throws(VaultError) -> [ReceiptVerification.Copy] {
        let copies = try reading { () throws(RecordsError) in try records.copies() }
        return receipt.copies.map { copy in
            guard let now = copies.first(where: { $0.id == copy.id }) else {
                return ReceiptVerification.Copy(id: copy.id, place: nil, state: .unknown)
            }
            return ReceiptVerification.Copy(
                id: copy.id, place: now.place,
                state: now.revision >= Int64(receipt.revision) ? .upToDate : .awaiting)
        }
    }
}

extension VaultError {
    /// Why a receipt is worth nothing.
    init(_ error: ReceiptRefusal, _ vault: Vault) {
        switch error {
        case .format:
            self.init(
                .usage, "this is not a receipt, or it was changed",
                hint: "give the file that subject erase or retention run wrote")
        case .otherVault(let id):
            self.init(.usage, "this receipt is of another vault, \(id.hex.prefix(12))")
        case .unknownSlot:
            self.init(.damaged, "nobody whom this vault knows signed the receipt")
        case .signature(let slot):
            self.init(
                .damaged, "the receipt is not signed by \"\(vault.label(of: slot))\", as it says")
        case .notInUse(let slot):
            self.init(
                .damaged,
                "the receipt is signed by \"\(vault.label(of: slot))\" after that slot was removed")
        }
    }
}

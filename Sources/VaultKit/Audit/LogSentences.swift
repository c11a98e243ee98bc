import VaultAudit
import VaultFormat
import VaultRecords

extension LogFinding {
    /// One sentence for a person.
    func sentence(_ vault: Vault) -> String {
        switch self {
        case .missing(let range):
            range.count == 1
                ? "entry \(range.lowerBound) is missing"
                : "entries \(range.lowerBound) to \(range.upperBound - 1) are missing"
        case .misplaced(let row): "an entry stands at number \(row), where it cannot be"
        case .leaf(let sequence, _): "entry \(sequence) is damaged"
        case .misnumbered(let sequence, let says):
            "entry \(sequence) says that it is entry \(says)"
        case .history(let sequence):
            "before entry \(sequence) something was changed, taken out, added or moved"
        case .rowsDigest(let sequence), .rows(let sequence, _):
            "what entry \(sequence) says of the records was changed"
        case .actorColumn(let sequence):
            "entry \(sequence) names another slot than it is filed under"
        case .unknownSlot(let sequence, let slot):
            "entry \(sequence) is signed by slot \(slot.hex.prefix(8)), which the vault never had"
        case .retiredSlot(let sequence, let slot, _):
            "entry \(sequence) is signed by \"\(vault.label(of: slot))\" after that slot was removed"
        case .unsigned(let sequence):
            "entry \(sequence) changes records and nobody signed it"
        case .signature(let sequence, let slot):
            "entry \(sequence) says that \"\(vault.label(of: slot))\" wrote it, and it did not"
        case .revision(let sequence): "with entry \(sequence) the vault's revision goes back"
        case .beginning: "the log does not begin with the making of the vault"
        case .logTable: "the log says another length of itself than its entries give"
        }
    }
}

extension CheckpointSigner {
    func words(_ vault: Vault) -> String {
        switch self {
        case .vault(let epoch): "the vault's key \(epoch)"
        case .slot(let id): "slot \"\(vault.label(of: id))\""
        }
    }
}

extension VaultError {
    /// Why a checkpoint is worth nothing.
    init(_ error: CheckpointRefusal, _ vault: Vault) {
        switch error {
        case .format:
            self.init(
                .usage, "this is not a checkpoint, or it was changed",
                hint: "give the file that lighttight audit checkpoint wrote")
        case .otherVault(let id):
            self.init(.usage, "this checkpoint is of another vault, \(id.hex.prefix(12))")
        case .unknownKeys:
            self.init(.damaged, "nobody whom this vault knows signed the checkpoint")
        case .signature(let signer):
            self.init(
                .damaged, "the checkpoint is not signed by \(signer.words(vault)), as it says")
        case .notInUse(let signer):
            self.init(
                .damaged,
                "the checkpoint is signed by \(signer.words(vault)), which was not in use at its length"
            )
        }
    }
}

extension Vault {
    /// What is wrong with a row, by the picture that it is.
    func describe(_ finding: RowFinding) throws(VaultError) -> Finding {
        func record(_ row: Int64, _ what: String) throws(VaultError) -> Finding {
            var batch = RecordBatch()
            try reading { () throws(RecordsError) in
                try records.fill(&batch, after: row - 1, limit: 1)
            }
            guard !batch.isEmpty, batch.row(at: 0) == row else {
                return Finding(.log, message: "the picture in row \(row) \(what)")
            }
            let id = batch.id(at: 0)
            return Finding(.log, record: id, message: "picture \(id.hex.prefix(12)) \(what)")
        }
        func pack(_ name: PackName, _ what: String) -> Finding {
            Finding(.log, pack: name, message: "pack \(name.hex.prefix(12)) \(what)")
        }
        switch finding {
        case .recordMissing(let row):
            return try record(row, "is missing: the log does not say that it was destroyed")
        case .recordUnknown(let row): return try record(row, "is in no entry of the log")
        case .recordDestroyed(let row): return try record(row, "is back, after it was destroyed")
        case .recordDiffers(let row):
            return try record(
                row, "is not what the log says: it was changed, or an older state put back")
        case .packMissing(let name):
            return pack(name, "is not listed any more, as the log says it is")
        case .packUnknown(let name):
            return pack(name, "is listed, and no entry of the log added it")
        case .packDropped(let name): return pack(name, "is listed, after it was dropped")
        case .packDiffers(let name):
            return pack(name, "is listed with another size than the log says")
        case .erasedMissing: return Finding(.log, message: "a mark of a purged picture is missing")
        case .erasedUnknown:
            return Finding(.log, message: "there is a mark of a picture that was not purged")
        case .headerDiffers:
            return Finding(.log, message: "the list of slots is not what the log says")
        case .keyringDiffers: return Finding(.log, message: "the keyring is not what the log says")
        case .copiesDiffer:
            return Finding(.log, message: "the list of copies is not what the log says")
        case .cardsDiffer:
            return Finding(
                .log, message: "the cards of albums, shares and requests are not what the log says")
        case .strays(let count):
            return Finding(.log, message: "\(count) rows belong to no picture that the log knows")
        }
    }
}

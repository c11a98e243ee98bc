import VaultCrypto
import VaultFormat
import VaultKeys
import VaultRecords

/// What `key rotate` did.
package struct RotationReport: Sendable {
    /// The number of the root key now in use.
    package var epoch: UInt32
    package var records: Int
    /// Records that did not open before, and stay as they are.
    package var damaged: Int
}

extension OpenSlot {
    /// Makes new keys and wraps everything anew, an owner's. Spec 04 §9.
    ///
    /// After a stop all of it was done, or nothing; the same slots open the vault either way. What an old copy
    /// of the vault opens for somebody whose slot once opened it, it opens still.
    /// - Parameter progress: of the records.
    package func rotate(
        progress: @escaping @Sendable (Progress) -> Void
    ) throws(VaultError) -> RotationReport {
        let lock = try locked.maintenance()
        let vault = locked.header.vault
        let total = try reading { () throws(RecordsError) in try locked.records.counts() }.records
        var header: [UInt8] = []
        let report = try locked.transact(
            by: keys, destroying: true, locked.draft(),
            telling: { (report: RotationReport) in
                Telling(.rotated, count: report.records, remark: "root key \(report.epoch)")
            }
        ) { writer in
            let new = try NewKeys(writer, keys)
            header = new.header
            let count = try writer.rewrapAll(
                of: locked.records,
                with: {
                    Rewrapper(
                        opener: RecordOpener(
                            vault: vault, epoch: new.epoch - 1, wrapKey: new.oldWrap),
                        sealer: RecordSealer(
                            vault: vault, wrapKey: new.wrap, tagKey: new.tag, deskKey: new.desk))
                },
                progress: { progress(Progress(files: $0, of: total)) })
            try writer.resealCards(from: new.oldCards, to: new.cards)
            try writer.replaceKeyring(new.keyring, epoch: new.epoch)
            try writer.replaceHeader(new.header)
            return RotationReport(
                epoch: new.epoch, records: count.records, damaged: count.damaged)
        }
        try settle(header)
        _ = consume lock
        return report
    }
}

/// What a rotation puts in place, and the keys that its threads work with.
private final class NewKeys: Sendable {
    let header: [UInt8]
    let keyring: [KeyringRow]
    let epoch: UInt32
    let oldWrap: WrapKey
    let wrap: WrapKey
    let tag: TagKey
    let desk: DeskKey
    let oldCards: CardSealer
    let cards: CardSealer

    /// - Parameter old: an owner's.
    init(_ writer: RecordsWriter, _ old: RoleKeys) throws {
        let base = try Header(parsing: writer.header())
        do throws(KeysError) {
            let rotation = try Rotation(
                base, keys: old, rows: writer.keyringRows(), since: UInt64(writer.sequence))
            header = rotation.header.encoded
            keyring = rotation.keyring
            epoch = rotation.keys.epoch
            oldWrap = try old.wrapKey()
            wrap = try rotation.keys.wrapKey()
            tag = try rotation.keys.tagKey()
            desk = try rotation.keys.deskKey()
            oldCards = CardSealer(
                vault: base.vault, index: try old.indexKey(writer.keyringRows()))
            cards = CardSealer(
                vault: base.vault, index: try rotation.keys.indexKey(rotation.keyring))
        } catch {
            throw VaultError(error)
        }
    }
}

extension RecordsWriter {
    fileprivate func keyringRows() throws(KeysError) -> [KeyringRow] {
        do throws(RecordsError) {
            return try keyring()
        } catch {
            throw .untrusted("the keyring cannot be read")
        }
    }
}

extension Progress {
    fileprivate init(files: Int, of total: Int) {
        self.init(totalFiles: total)
        self.files = files
    }
}

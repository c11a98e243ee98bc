import Synchronization
import VaultCrypto
import VaultFiles
import VaultFormat
import VaultKeys
import VaultRecords

/// What accepting an older state did.
package struct Acceptance: Sendable, Equatable {
    /// Entries of the accepted state, the new one included.
    package var entries: Int64
    /// As many as this machine had seen; `nil` when it could not tell.
    package var seen: Int64?
    /// Pictures that were destroyed again.
    package var destroyedAgain: Int
}

extension OpenSlot {
    /// Makes the state that is there the newest for this machine, an owner's. Spec 07 §8.
    ///
    /// Pictures that this machine saw destroyed are destroyed again in the transaction that accepts, and their
    /// keys are in neither copy of the records when this returns. After a stop it is as before, or the same
    /// call goes on.
    package func acceptRestore() throws(VaultError) -> Acceptance {
        guard role == .owner else {
            throw VaultError(
                .notPermitted, "only an owner accepts an older state of the vault",
                hint: "name an owner's slot with --as")
        }
        guard locked.standing != .newest, let memory = locked.memory else {
            throw VaultError(
                .usage, "this machine has seen no newer state, so there is nothing to accept")
        }
        let lock = try locked.maintenance()
        try locked.requireMirrorIsNotAhead()
        let seen = memory.ifReadable
        let back = try locked.undestroyed(memory)
        try accept(back, seen)
        // Whatever the second copy says, be it of yet another history.
        try reading { () throws(RecordsError) in try locked.records.remakeMirror() }
        try memory.addDestroyed(of: locked.records, trustingLast: false)
        locked.becomeNewest()
        // Before the memory follows: what was destroyed once may have no packs any more.
        try pictures().dropDeadPacks()
        try locked.remember()
        guard !locked.memoryFailed.load(ordering: .relaxed) else {
            throw VaultError(
                .failed, "the state is accepted, but this machine cannot remember it",
                hint: "make the folder for it writable, and accept it again")
        }
        try locked.writeHeaderCopy()
        _ = consume lock
        let head = try reading { () throws(RecordsError) in try locked.records.logHead() }
        return Acceptance(
            entries: head.size, seen: seen.map { Int64($0.size) }, destroyedAgain: back.count)
    }

    private func accept(_ back: [RecordID], _ seen: MachineMemory?) throws(VaultError) {
        let own = try PurgingKeys(keys, keyring: { () throws(KeysError) in try keyring() })
        let lost =
            seen.map { "in place of \($0.size) entries with root \($0.rootHash.hex)" }
            ?? "what this machine had seen could not be read"
        // More are only counted, for an entry has room for so many.
        let named = back.count <= EntryContent.maximumPictureCount ? back : []
        let count = named.isEmpty && !back.isEmpty ? back.count : nil
        try locked.transact(
            by: keys, destroying: true, reading: true, accepting: true, locked.draft(),
            telling: { _ in
                Telling(.stateAccepted, pictures: named, count: count, remark: lost)
            }
        ) { writer in
            var opener = RecordOpener(
                vault: locked.header.vault, epoch: keys.epoch, wrapKey: own.wrap)
            var batch = RecordBatch()
            for id in back {
                try writer.fill(&batch, ids: [id])
                guard !batch.isEmpty else { continue }
                // As purge does, so that it is not imported again by accident. One that does not open
                // cannot be told from others, and goes without a mark.
                if let digest = opener.digest(batch) {
                    try writer.addErasedTag(own.erasure.erasureTag(of: digest))
                }
            }
            try writer.destroy(back)
        }
    }
}

/// What it takes to destroy as `purge` does.
private final class PurgingKeys {
    let wrap: WrapKey
    let erasure: ErasureKey

    init(_ keys: RoleKeys, keyring: () throws(KeysError) -> [KeyringRow]) throws(VaultError) {
        do throws(KeysError) {
            wrap = try keys.wrapKey()
            erasure = try keys.erasureKey(keyring())
        } catch {
            throw VaultError(error)
        }
    }
}

extension RecordOpener {
    /// What the first picture of a batch holds; `nil` when it does not open.
    fileprivate mutating func digest(_ batch: RecordBatch) -> ContentDigest? {
        do throws(RecordsError) { return try open(batch, at: 0).picture.value.digest } catch {
            return nil
        }
    }
}

extension VaultMemory {
    /// What was seen; `nil` when it cannot be read or there is nothing.
    var ifReadable: MachineMemory? {
        do throws(VaultError) { return try seen() } catch { return nil }
    }
}

extension Vault {
    /// Where the second copy is newer, it is the state to go on with, and not to be overwritten.
    fileprivate func requireMirrorIsNotAhead() throws(VaultError) {
        guard records.report.source == .records else {
            throw VaultError(
                .damaged, "records.db is missing or damaged",
                hint: "first: lighttight doctor --repair")
        }
        do throws(RecordsError) {
            guard try records.compareWithMirror().isAhead else { return }
        } catch {
            switch error {
            case .notFound(.mirror), .damaged(.mirror), .foreignSchema(.mirror): return
            default: throw VaultError(error)
            }
        }
        throw VaultError(.mirrorAhead)
    }

    /// `vault.json` as the records have it.
    func writeHeaderCopy() throws(VaultError) {
        let header = try reading { () throws(RecordsError) in try records.header() }
        try files("vault.json") { () throws(FileError) in
            try AtomicFile.replace(
                VaultPlace.headerCopy, in: place.folder, with: header, mode: .likeFolder)
        }
    }
}

import VaultCrypto
package import VaultFormat
import VaultKeys
import VaultRecords

extension Vault {
    /// The ways to open the vault. Needs no key: when one was last used, the log says in the clear.
    package func slots() throws(VaultError) -> [SlotFacts] {
        var all: [SlotFacts] = []
        for slot in header.slots {
            let newest = try reading { () throws(RecordsError) in
                try records.newestLeaf(of: slot.id)
            }
            // What is no entry tells no time; `audit verify` says what it is.
            let leaf = newest.flatMap { EntryLeaf.ifOne($0) }
            all.append(
                SlotFacts(
                    id: slot.id, label: slot.label, kind: slot.kind, role: slot.role,
                    memory: slot.private.kdf.memory, passes: slot.private.kdf.passes,
                    lastUsed: leaf?.time))
        }
        return all
    }

    /// Whether the stored header is still the one that was opened. False when that cannot be told.
    package var isHeaderUnchanged: Bool {
        do throws(VaultError) { return try currentHeader() == header } catch { return false }
    }

    /// Changes what opens the slot that `current` opens. Nobody else is needed, unless the kind changes,
    /// which an owner does with their own slot.
    ///
    /// After a stop the old passphrase opens, or the new one; never both, never neither.
    /// - Parameters:
    ///   - slot: the only one that is asked.
    ///   - newKeyFile: wanted from now on beside the passphrase; `nil` when none is.
    package func changePassphrase(
        _ current: borrowing Passphrase, keyFile: borrowing KeyFile?, only slot: SlotID?,
        to new: borrowing Passphrase, newKeyFile: borrowing KeyFile?, _ request: SlotRequest
    ) throws(VaultError) -> SlotID {
        try Self.judge(new, request)
        try requireNewest(reading: false)
        let draft = try draft()
        let keys: RoleKeys
        let changed: Slot
        do throws(KeysError) {
            let half = try half(current, keyFile, slot)
            keys = try SlotOpener.open(header, with: half)
            switch newKeyFile {
            case .some(let file):
                changed = try SlotMaker.reseal(
                    half, of: header, way: request.way, secret: new.secret,
                    keyFile: file.secret.copy())
            case .none:
                changed = try SlotMaker.reseal(
                    half, of: header, way: request.way, secret: new.secret)
            }
        } catch {
            if error == .refused || error == .refusedKeyFileMissing { logRefusal(slot) }
            throw VaultError(error)
        }
        let open = OpenSlot(self, keys)
        if header.slots.first(where: { $0.id == changed.id })?.kind == changed.kind {
            try open.replaceHeader(
                draft, Telling(.slotChanged, slot: changed.id, remark: "passphrase")
            ) { (header, _, _) throws(KeysError) in
                try HeaderEditor.replaceHalf(changed, in: header)
            }
        } else {
            try open.edit(
                draft, Telling(.slotChanged, slot: changed.id, remark: changed.kind.rawValue)
            ) { (editor, _) throws(KeysError) in try editor.replace(changed) }
        }
        return changed.id
    }

    static func judge(
        _ passphrase: borrowing Passphrase, _ request: SlotRequest
    ) throws(VaultError) {
        guard !request.acceptWeak, let reason = passphrase.judge().reason else { return }
        throw VaultError(
            .refused, "this passphrase is weak: \(reason)",
            hint: "four or more words picked by chance are strong and can be remembered")
    }
}

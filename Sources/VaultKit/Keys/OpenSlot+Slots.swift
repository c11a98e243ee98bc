import Synchronization
import VaultCrypto
import VaultFiles
package import VaultFormat
import VaultKeys
import VaultRecords

// What an owner does with the ways to open the vault. Each is one transaction, with its entry: after a stop
// either all of it was done, or nothing.
extension OpenSlot {
    /// For a command that makes or asks for something before it changes the slots.
    ///
    /// - Throws: `notPermitted` for all but an owner.
    package func requireOwner() throws(VaultError) {
        guard role == .owner else { throw VaultError(KeysError.notHeld(role: role, key: .root)) }
    }

    /// Adds a slot that a passphrase opens.
    package func addSlot(
        _ request: SlotRequest, passphrase: borrowing Passphrase
    ) throws(VaultError) -> SlotID {
        try Vault.judge(passphrase, request)
        return try add(request, passphrase.secret, nil)
    }

    /// Adds a slot that a passphrase and a key file open together.
    package func addSlot(
        _ request: SlotRequest, passphrase: borrowing Passphrase, keyFile: borrowing KeyFile
    ) throws(VaultError) -> SlotID {
        try Vault.judge(passphrase, request)
        return try add(request, passphrase.secret, keyFile.secret.copy())
    }

    /// Adds a slot that a recovery code opens. Show the code, and have it checked, before this is called:
    /// it is stored nowhere.
    package func addSlot(
        _ request: SlotRequest, code: borrowing ShownCode
    ) throws(VaultError) -> SlotID {
        precondition(code.kind == .recovery, "a slot is opened by a recovery code")
        return try add(request, code.secret, nil)
    }

    private func add(
        _ request: SlotRequest, _ secret: borrowing Secret, _ keyFile: consuming Secret?
    ) throws(VaultError) -> SlotID {
        let draft = try locked.draft()
        // Made before the transaction: the stretching of a passphrase takes a second.
        let made: (header: Header, slot: SlotID)
        do throws(KeysError) {
            let editor = try HeaderEditor(locked.header, keys: keys, rows: try keyring())
            made = try editor.add(
                request.way, secret: secret, keyFile: keyFile, label: request.label,
                role: request.role)
        } catch {
            throw VaultError(error)
        }
        let base = locked.header
        try replaceHeader(
            draft,
            Telling(
                .slotAdded, slot: made.slot,
                remark: "\(request.label), \(request.role.rawValue), \(request.kind.rawValue)")
        ) { (header, _, _) throws(KeysError) in
            // Somebody else changed it meanwhile: theirs must not be lost.
            guard header == base else {
                throw .untrusted("it was changed meanwhile; run this again")
            }
            return made.header
        }
        return made.slot
    }

    package func relabel(_ slot: SlotID, _ label: String) throws(VaultError) {
        try edit(locked.draft(), Telling(.slotChanged, slot: slot, remark: "label: \(label)")) {
            (editor, _) throws(KeysError) in try editor.relabel(slot, label)
        }
    }

    /// What the holder knew by the old role they may have copied: only a rotation makes that worthless for
    /// what comes.
    ///
    /// - Parameter label: a new one at the same time.
    package func changeRole(
        _ slot: SlotID, to role: Role, label: String? = nil
    ) throws(VaultError) {
        let remark = "role: \(role.rawValue)" + (label.map { ", label: \($0)" } ?? "")
        try edit(locked.draft(), Telling(.slotChanged, slot: slot, remark: remark)) {
            (editor, _) throws(KeysError) in try editor.changeRole(slot, to: role, label: label)
        }
    }

    /// - Throws: `usage` for the last owner's slot.
    package func removeSlot(_ slot: SlotID) throws(VaultError) {
        try edit(
            locked.draft(), Telling(.slotRemoved, slot: slot, remark: locked.label(of: slot))
        ) { [id] (editor, sequence) throws(KeysError) in
            // Who removes his own slot signs that still.
            try editor.remove(slot, until: slot == id ? sequence + 1 : sequence)
        }
        do throws(VaultError) {
            try locked.endSession(of: slot)
        } catch {
            // Where the kernel keeps no keys there is no session; one that is left opens nothing any more.
        }
    }

    // MARK: - One way to change a header

    /// Changes what the vault signs.
    func edit(
        _ draft: BegunEntry, _ telling: Telling,
        _ change: (borrowing HeaderEditor, UInt64) throws(KeysError) -> Header
    ) throws(VaultError) {
        let keys = keys
        try replaceHeader(draft, telling) { (header, rows, sequence) throws(KeysError) in
            try change(HeaderEditor(header, keys: keys, rows: rows), sequence)
        }
    }

    /// Puts a new header in place of the one there is at that moment: in the records, then their second
    /// copy, then `vault.json`.
    func replaceHeader(
        _ draft: BegunEntry, _ telling: Telling,
        _ change: (Header, [KeyringRow], UInt64) throws(KeysError) -> Header
    ) throws(VaultError) {
        var new: [UInt8] = []
        try locked.transact(by: keys, destroying: true, draft, telling: { _ in telling }) {
            writer in
            do {
                let header = try change(
                    Header(parsing: writer.header()), writer.keyring(), UInt64(writer.sequence))
                new = header.encoded
            } catch let error as KeysError {
                throw VaultError(error)
            }
            try writer.replaceHeader(new)
        }
        try settle(new)
    }

    /// After a change of the header.
    func settle(_ header: [UInt8]) throws(VaultError) {
        locked.knownHeader.withLock { $0 = header }
        try locked.settle()
        try files("vault.json") { () throws(FileError) in
            try AtomicFile.replace(
                VaultPlace.headerCopy, in: locked.place.folder, with: header, mode: .likeFolder)
        }
    }

    func keyring() throws(KeysError) -> [KeyringRow] {
        do throws(RecordsError) {
            return try locked.records.keyring()
        } catch {
            throw .untrusted("the keyring cannot be read")
        }
    }
}

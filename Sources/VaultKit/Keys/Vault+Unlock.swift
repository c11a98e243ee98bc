import VaultCrypto
package import VaultFormat
import VaultKeys
import VaultRecords

extension Vault {
    /// Opens a slot with a passphrase, a passphrase and a key file, or a recovery code. A refusal is
    /// written to the log, for which no key is needed.
    ///
    /// - Parameter slot: the only one to be asked; otherwise each that it could be for, in turn.
    package func unlock(
        _ secret: borrowing Passphrase, keyFile: borrowing KeyFile? = nil, only slot: SlotID? = nil
    ) throws(VaultError) -> OpenSlot {
        do throws(KeysError) {
            return OpenSlot(self, try SlotOpener.open(header, with: half(secret, keyFile, slot)))
        } catch {
            if error == .refused || error == .refusedKeyFileMissing { logRefusal(slot) }
            throw VaultError(error)
        }
    }

    /// Which slot opens, without doing anything with it.
    package func check(
        _ secret: borrowing Passphrase, keyFile: borrowing KeyFile?, only slot: SlotID?
    ) throws(VaultError) -> SlotID {
        try unlock(secret, keyFile: keyFile, only: slot).id
    }

    /// For a label that somebody chose.
    ///
    /// - Parameter slot: the one that is to be called so, where there is one already.
    /// - Throws: `usage` when no slot can be called so, or another one is.
    package func requireFree(label: String, for slot: SlotID? = nil) throws(VaultError) {
        do throws(FormatError) {
            try Slot.check(label: label)
        } catch {
            throw VaultError(
                .usage, "a label has 1 to 100 characters, all of them on one line")
        }
        guard !header.slots.contains(where: { $0.label == label && $0.id != slot }) else {
            throw VaultError(
                .usage, "there is a slot called \"\(Printable.text(Array(label.utf8)))\" already",
                hint: "slots are named by their labels, so give each its own")
        }
    }

    /// Opens a slot's private half, which a session keeps.
    func half(
        _ secret: borrowing Passphrase, _ keyFile: borrowing KeyFile?, _ slot: SlotID?
    ) throws(KeysError) -> OpenHalf {
        switch keyFile {
        case .some(let keyFile):
            return try SlotOpener.half(
                header, with: secret.secret, keyFile: keyFile.secret.copy(), only: slot)
        case .none:
            return try SlotOpener.half(header, with: secret.secret, only: slot)
        }
    }

    func logRefusal(_ slot: SlotID?) {
        do throws(VaultError) {
            try transact(
                by: nil, reading: true, draft(),
                telling: { _ in Telling(.unlockFailed, slot: slot) }, { _ in })
            try settle()
        } catch {
            // Where the vault cannot be written nobody's try is noted, and nothing was shown.
        }
    }

    /// A slot by its label or the beginning of its ID.
    ///
    /// - Parameter orRemoved: finds slots too that are no more.
    /// - Throws: `noSuchSlot`.
    package func slot(
        named name: String, orRemoved: Bool = false
    ) throws(VaultError) -> SlotID {
        var all = header.slots.map { (id: $0.id, label: $0.label) }
        if orRemoved { all += header.retired.map { ($0.id, $0.label) } }
        let exact = all.filter { $0.label == name }
        let found = exact.isEmpty ? all.filter { $0.id.hex.hasPrefix(name) } : exact
        guard let slot = found.first, found.count == 1 else {
            throw VaultError(
                .noSuchSlot,
                found.isEmpty
                    ? "no slot is called \"\(Printable.text(Array(name.utf8)))\""
                    : "more than one slot is called \"\(Printable.text(Array(name.utf8)))\"",
                hint: "lighttight key list shows the slots; the beginning of an ID is enough")
        }
        return slot.id
    }
}

import VaultCrypto
package import VaultFormat

/// Signs receipts. Spec 12 §2.
package enum ReceiptMaker {
    /// - Precondition: the receipt names the signer's slot.
    package static func make(_ receipt: Receipt, signer: borrowing SlotSigner) -> [UInt8] {
        precondition(receipt.slot == signer.slot, "who destroyed signs")
        return SignedNote.signed(
            receipt.text, key: signer.key,
            name: Checkpoint.name(vault: receipt.vault, slot: receipt.slot))
    }
}

/// Says whether a receipt is signed by the slot that it names, or why it is refused. Spec 12 §2.
///
/// Whether it agrees with the log is another question.
package struct ReceiptJudge: Sendable {
    private let authority: LogAuthority

    package init(authority: LogAuthority) { self.authority = authority }

    /// Judges a receipt's file.
    package func judge(_ bytes: [UInt8]) throws(ReceiptRefusal) -> Receipt {
        let note: SignedNote
        let receipt: Receipt
        do throws(FormatError) {
            note = try SignedNote(parsing: bytes, limit: Receipt.maximumByteCount)
            receipt = try Receipt(parsing: note.text)
        } catch {
            throw .format(error)
        }
        guard receipt.vault == authority.vault else { throw .otherVault(receipt.vault) }
        guard let slot = authority.slots[receipt.slot], let key = slot.key else {
            throw .unknownSlot(receipt.slot)
        }
        let name = Checkpoint.name(vault: receipt.vault, slot: receipt.slot)
        let keyID = SignedNote.keyID(name: name, publicKey: key.bytes)
        let own = note.signatures.filter { $0.name == name && $0.keyID == keyID }
        let message = Array(note.text.utf8)
        guard !own.isEmpty,
            own.allSatisfy({ key.verify(signature: $0.bytes, of: message) })
        else { throw .signature(receipt.slot) }
        guard receipt.size <= slot.until ?? .max else { throw .notInUse(receipt.slot) }
        return receipt
    }
}

/// Why a receipt is worth nothing.
package enum ReceiptRefusal: Error, Equatable, Sendable {
    /// The file is not a receipt of ours.
    case format(FormatError)
    case otherVault(VaultID)
    /// The vault never had the slot that it names.
    case unknownSlot(SlotID)
    /// It is not signed by the slot that it names.
    case signature(SlotID)
    /// The slot was removed when the log had this size.
    case notInUse(SlotID)
}

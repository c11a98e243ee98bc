import Testing
import VaultAudit
import VaultCrypto
import VaultFormat

@Suite("Who signed a receipt, Spec 12 §2")
struct ReceiptJudgeTests {
    let vault = VaultID(words: .init(repeating: 4))
    let slot = SlotID(words: .init(repeating: 5))
    let gone = SlotID(words: .init(repeating: 6))

    private func key(_ byte: UInt8) throws -> SigningKey {
        try SigningKey(
            seed: Secret(count: 32) { $0.copyBytes(from: [UInt8](repeating: byte, count: 32)) })
    }

    private func receipt(_ slot: SlotID, size: UInt64 = 13, vault: VaultID? = nil) -> Receipt {
        Receipt(
            vault: vault ?? self.vault, slot: slot, time: 0, reference: nil, keepsMarks: false,
            revision: 2, size: size, root: .destroyed,
            entries: [.init(sequence: 3, leaf: .destroyed)], copies: [],
            pictures: [
                .init(id: RecordID(words: .init(repeating: 8)), row: 1, fate: .destroyed)
            ])
    }

    private func refusal(_ receipt: Receipt, key byte: UInt8) throws -> ReceiptRefusal? {
        let signer = SlotSigner(slot: receipt.slot, key: try key(byte))
        return try refusal(ReceiptMaker.make(receipt, signer: signer), receipt)
    }

    private func refusal(_ note: [UInt8], _ receipt: Receipt) throws -> ReceiptRefusal? {
        let judge = ReceiptJudge(
            authority: LogAuthority(
                vault: vault,
                keys: [.init(epoch: 1, since: 0, public: try key(1).publicKey)],
                slots: [
                    .init(id: slot, public: try key(5).publicKey),
                    .init(id: gone, public: try key(6).publicKey, until: 15),
                ]))
        do throws(ReceiptRefusal) {
            let judged = try judge.judge(note)
            #expect(judged == receipt)
            return nil
        } catch {
            return error
        }
    }

    @Test("a slot's receipt counts, a removed slot's while it was there, and nobody else's")
    func signers() throws {
        #expect(try refusal(receipt(slot), key: 5) == nil)
        #expect(try refusal(receipt(gone, size: 15), key: 6) == nil)
        #expect(try refusal(receipt(gone, size: 16), key: 6) == .notInUse(gone))
        #expect(try refusal(receipt(slot), key: 6) == .signature(slot))
        let stranger = SlotID(words: .init(repeating: 9))
        #expect(try refusal(receipt(stranger), key: 5) == .unknownSlot(stranger))
        let other = VaultID(words: .init(repeating: 9))
        #expect(try refusal(receipt(slot, vault: other), key: 5) == .otherVault(other))
    }

    @Test("every changed byte of a receipt is noticed")
    func flips() throws {
        let receipt = receipt(slot)
        let note = ReceiptMaker.make(receipt, signer: SlotSigner(slot: slot, key: try key(5)))
        for index in note.indices {
            var flipped = note
            flipped[index] ^= 1
            #expect(try refusal(flipped, receipt) != nil, "byte \(index)")
        }
    }
}

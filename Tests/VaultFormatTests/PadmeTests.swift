import Testing
import VaultFormat

@Suite("Sizes, Spec 02 §2 and 03 §5")
struct PadmeTests {
    @Test("the pages' worked sums come out")
    func worked() throws {
        #expect(Padme.paddedSize(of: 33_600_000) == 34_603_008)
        let vault = try VaultID(bytes: [UInt8](repeating: 1, count: 16))
        let record = try RecordID(bytes: [UInt8](repeating: 2, count: 16))
        #expect(Associated.fileKey(vault: vault, record: record).count == 54)
        #expect(PrivateHalf.sealedByteCount == 146)
    }

    @Test("every purpose has associated data of its own, with the fields where the page has them")
    func associated() throws {
        let vault = try VaultID(bytes: [UInt8](repeating: 1, count: 16))
        let record = try RecordID(bytes: [UInt8](repeating: 2, count: 16))
        let slot = try SlotID(bytes: [UInt8](repeating: 2, count: 16))
        func start(_ purpose: String) -> [UInt8] {
            Array("lighttight/1 \(purpose)\u{0}".utf8) + vault.bytes
        }
        #expect(
            Associated.object(vault: vault, record: record, kind: .thumbnail)
                == start("object") + record.bytes + [1])
        #expect(
            Associated.record(vault: vault, record: record, version: 0x0102_0304)
                == start("record") + record.bytes + [1, 2, 3, 4])
        #expect(
            Associated.occurrence(vault: vault, record: record, number: 7, version: 8)
                == start("occurrence") + record.bytes + [0, 0, 0, 7, 0, 0, 0, 8])
        #expect(
            Associated.keyring(vault: vault, purpose: .audit, epoch: 1)
                == start("keyring") + [0, 0, 0, 1] + "audit".utf8)
        #expect(
            Associated.slot(vault: vault, slot: slot, bound: [123]) == start("slot") + slot.bytes
                + [123])
        #expect(Associated.bundle(vault: vault, slot: slot) == start("bundle") + slot.bytes)
        #expect(Associated.recovery(vault: vault, slot: slot) == start("recovery") + slot.bytes)
    }

    @Test("padding never shrinks, keeps order, adds at most 12 %, and pads once")
    func properties() {
        var numbers = Numbers(seed: 7)
        var sizes = Array(UInt64(0)...5000)
        sizes += (0..<5000).map { _ in numbers.next() >> UInt64.random(in: 16...63, using: &numbers)
        }
        var last: (size: UInt64, padded: UInt64) = (0, 0)
        for size in sizes.sorted() {
            let padded = Padme.paddedSize(of: size)
            #expect(padded >= size && padded >= last.padded)
            #expect(Double(padded) <= Double(size) * 1.12)
            #expect(Padme.paddedSize(of: padded) == padded)
            last = (size, padded)
        }
    }
}

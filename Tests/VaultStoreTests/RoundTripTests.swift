import Testing
import VaultCrypto
import VaultFormat

@testable import VaultStore

@Suite("Objects go into packs and come out, in every place for packs")
struct RoundTripTests {
    static let sizes = [
        0, 1, 16_383, 16_384, 16_385, 245_759, 245_760, 245_761, 262_144, 262_145, 1_048_575,
        1_048_576, 1_048_577, 1_049_600, 2_097_152, 3_145_728,
    ]

    @Test("pictures of every awkward size come back from one pack", arguments: Place.allCases)
    func sizes(_ place: Place) throws {
        let placed = try place.make()
        let writer = try PackWriter(store: placed.store)
        var offsets: [UInt64] = []
        var expected: UInt64 = 0
        for size in Self.sizes {
            offsets.append(try writer.append(picture(size, seed: UInt64(size))))
            #expect(offsets.last == expected)
            expected += UInt64(try ObjectSize.sealed(ofPlaintext: size))
            #expect(writer.objectByteCount == expected)
        }
        let pack = try writer.finish()
        #expect(writer.isEmpty)
        #expect(pack.byteCount == Padme.paddedSize(of: expected))
        #expect(try placed.packs() == [:], "a pack not made durable is not there")
        try pack.makeDurable()
        #expect(try placed.packs() == [pack.name: pack.byteCount])
        #expect(try placed.store.byteCount(of: pack.name) == pack.byteCount)

        let opened = try placed.store.openPack(pack.name)
        #expect(opened.byteCount == pack.byteCount)
        let reader = try ObjectReader()
        for (size, offset) in zip(Self.sizes, offsets) {
            let back = try reader.read(opened, at: offset, count: size)
            #expect(back == picture(size, seed: UInt64(size)), "size \(size)")
            try reader.authenticate(
                opened, at: offset, byteCount: UInt64(size), key: fileKey(1), context: context(1))
        }
    }
}

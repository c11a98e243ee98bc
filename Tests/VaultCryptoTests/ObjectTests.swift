import Testing

@testable import VaultCrypto

@Suite("Objects")
struct ObjectTests {
    static let sizes = [0, 1, 16383, 16384, 16385, 32768, 100 * 1024]

    @Test("an object opens to what was sealed", arguments: sizes)
    func roundTrip(size: Int) throws {
        let key = FileKey.random()
        let plaintext = sampleBytes(size)
        let object = try sealObject(plaintext, key: key, context: [1, 2])
        #expect(object.count == 56 + size + 16 * (size / 16384 + 1))
        #expect(try ObjectSize.plaintext(ofSealed: object.count) == size)
        #expect(try openObject(object, key: key, context: [1, 2]) == plaintext)
    }
}

import Testing

@testable import VaultCrypto

@Suite("Envelopes")
struct EnvelopeTests {
    @Test("an envelope opens with the private half it was sealed to")
    func roundTrip() throws {
        let key = ReceivingKey.random()
        let sealed = try Envelope.seal(
            Secret([1, 2, 3]), to: key.publicKey, info: [4], associated: [5])
        #expect(sealed.count == 32 + 3 + 16)
        let opened = try Envelope.open(sealed, with: key, info: [4], associated: [5])
        #expect(opened.bytes() == [1, 2, 3])
    }
}

import Testing

@testable import VaultCrypto

@Suite("Boxes and wrapped keys")
struct BoxTests {
    @Test("a box opens to what was sealed, under the same key and associated data only")
    func roundTrip() throws {
        let key = ValueKey.random()
        let other = ValueKey.random()
        let sealed = Box.seal(sampleBytes(200), under: key, associated: [1])
        #expect(sealed.count == 240)
        #expect(try Box.open(sealed, under: key, associated: [1]) == sampleBytes(200))
        #expect(
            failure { () throws(CryptoError) in _ = try Box.open(sealed, under: key, associated: [])
            }
                == .authenticationFailed)
        #expect(
            failure { () throws(CryptoError) in
                _ = try Box.open(sealed, under: other, associated: [1])
            }
                == .authenticationFailed)
    }
}

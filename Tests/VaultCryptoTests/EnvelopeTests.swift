import Testing

@testable import VaultCrypto

@Suite("Envelopes")
struct EnvelopeTests {
    @Test("an envelope opens with the private half it was sealed to", arguments: [0, 3, 5000])
    func roundTrip(size: Int) throws {
        let key = ReceivingKey.random()
        let again = try ReceivingKey(key.privateHalf())
        let sealed = try Envelope.seal(
            Secret(sampleBytes(size)), to: key.publicKey, info: [4], associated: [5])
        #expect(sealed.count == size + 48)
        let opened = try Envelope.open(sealed, with: again, info: [4], associated: [5])
        #expect(opened.bytes() == sampleBytes(size))
    }

    @Test("another key, purpose or place, a changed bit or a cut is refused")
    func refused() throws {
        let key = ReceivingKey.random()
        let other = ReceivingKey.random()
        let sealed = try Envelope.seal(
            Secret([1, 2, 3]), to: key.publicKey, info: [4], associated: [5])
        func error(
            _ sealed: [UInt8], _ key: borrowing ReceivingKey, _ info: [UInt8], _ place: [UInt8]
        ) -> CryptoError? {
            do {
                _ = try Envelope.open(sealed, with: key, info: info, associated: place)
                return nil
            } catch {
                return error
            }
        }
        #expect(error(sealed, key, [4], [5]) == nil)
        #expect(error(sealed, other, [4], [5]) == .authenticationFailed)
        #expect(error(sealed, key, [], [5]) == .authenticationFailed)
        #expect(error(sealed, key, [4], []) == .authenticationFailed)
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            #expect(error(changed, key, [4], [5]) == .authenticationFailed)
            let cut = Array(sealed[..<index])
            #expect(error(cut, key, [4], [5]) == (index < 48 ? .truncated : .authenticationFailed))
        }
        #expect(error([UInt8](repeating: 0, count: 60), key, [4], [5]) == .authenticationFailed)
    }

    @Test("an envelope of RFC 9180 A.2.1 opens to its plaintext")
    func published() throws {
        let key = try ReceivingKey(
            Secret(hexBytes("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb")))
        #expect(
            key.publicKey
                == hexBytes("4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a"))
        let sealed = hexBytes(
            "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a"
                + "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d"
                + "2dd1b51a28")
        let opened = try Envelope.open(
            sealed, with: key, info: Array("Ode on a Grecian Urn".utf8),
            associated: Array("Count-0".utf8))
        #expect(opened.bytes() == Array("Beauty is truth, truth beauty".utf8))
    }

    @Test("an envelope written from the text of RFC 9180 opens; one with a weak key is refused")
    func oracle() throws {
        let key = ReceivingKey.random()
        let genuine = try HPKEOracle.seal([1, 2, 3], to: key.publicKey, info: [4])
        let opened = try Envelope.open(genuine, with: key, info: [4], associated: [])
        #expect(opened.bytes() == [1, 2, 3])

        // A point of small order agrees on zeros with everybody: the tag of this one is right.
        let zeros = [UInt8](repeating: 0, count: 32)
        let weak = try HPKEOracle.seal(
            [1, 2, 3], agreed: zeros, encapsulated: zeros, to: key.publicKey, info: [4])
        #expect(
            failure { _ = try Envelope.open(weak, with: key, info: [4], associated: []) }
                == .authenticationFailed)
    }

    @Test("nothing is sealed to a public key of small order or of another size")
    func weakPublicKeys() throws {
        struct Case: Decodable {
            let tcId: Int
            let `public`: String
            let flags: [String]
        }
        let published = try Vectors.wycheproof("x25519", of: Case.self) ?? []
        var weak = published.filter { $0.flags.contains("ZeroSharedSecret") }
            .map { hexBytes($0.public) }
        weak += [[], sampleBytes(31), sampleBytes(33), .init(repeating: 0, count: 32)]
        for publicKey in weak {
            #expect(
                failure {
                    _ = try Envelope.seal(Secret([1]), to: publicKey, info: [], associated: [])
                } == .malformed)
        }
    }
}

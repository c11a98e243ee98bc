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

    @Test("the published vectors of the suite, two messages of one context, open in their order")
    func published() throws {
        // Of the file that RFC 9180 names: mode 0, KEM 32, KDF 1, AEAD 2.
        let key = try ReceivingKey(
            Secret(hexBytes("497b4502664cfea5d5af0b39934dac72242a74f8480451e1aee7d6a53320333d")))
        #expect(
            key.publicKey
                == hexBytes("430f4b9859665145a6b1ba274024487bd66f03a2dd577d7753c68d7d7d00c00c"))
        let encapsulated = hexBytes(
            "6c93e09869df3402d7bf231bf540fadd35cd56be14f97178f0954db94b7fc256")
        let messages = [
            "e5d84cd531cfb583096e7cfa9641bd3079cf3a91cda813c52deb5f512be9931980a41de125a925cdad859d5b7a",
            "2c43aff25343fdbff864506f0818b9d87df84ea01b1a2144d23b4d40c26bf655fdf197fe40297a8aebeed5cc2d",
        ].map(hexBytes)
        let info = Array("Ode on a Grecian Urn".utf8)
        let plaintext = Array("Beauty is truth, truth beauty".utf8)
        let opened = try Envelope.open(
            encapsulated + messages[0], with: key, info: info, associated: Array("Count-0".utf8))
        #expect(opened.bytes() == plaintext)

        var opener = try EnvelopeOpener(encapsulated, with: key, info: info)
        for (number, message) in messages.enumerated() {
            let opened = try opener.open(message[...], associated: Array("Count-\(number)".utf8))
            #expect(opened.bytes() == plaintext)
        }
        var other = try EnvelopeOpener(encapsulated, with: key, info: info)
        #expect(
            failure { _ = try other.open(messages[1][...], associated: Array("Count-1".utf8)) }
                == .authenticationFailed)
    }

    @Test("messages of one context open in their order, and no other")
    func context() throws {
        let key = ReceivingKey.random()
        var sealer = try EnvelopeSealer(to: key.publicKey, info: [1])
        let sealed = try [[1, 2], [3]].map { (plaintext: [UInt8]) in
            try plaintext.withUnsafeBytes { try sealer.seal($0, associated: [9]) }
        }
        var opener = try EnvelopeOpener(sealer.encapsulatedKey, with: key, info: [1])
        #expect(try opener.open(sealed[0][...], associated: [9]).bytes() == [1, 2])
        #expect(
            failure { _ = try opener.open(sealed[0][...], associated: [9]) }
                == .authenticationFailed)
        #expect(try opener.open(sealed[1][...], associated: [9]).bytes() == [3])
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

import Testing

@testable import VaultCrypto

@Suite("Signatures")
struct SigningTests {
    @Test("a signature verifies for its message and key only")
    func roundTrip() throws {
        let key = SigningKey.random()
        let message = sampleBytes(100)
        let signature = key.sign(message)
        let verifying = try VerifyingKey(key.publicKey)
        #expect(signature.count == 64 && key.publicKey.count == 32)
        #expect(verifying == key.verifyingKey)
        #expect(verifying.verify(signature: signature, of: message))
        #expect(!verifying.verify(signature: signature, of: message + [0]))
        #expect(!SigningKey.random().verifyingKey.verify(signature: signature, of: message))
        for bit in 0..<512 {
            var changed = signature
            changed[bit / 8] ^= 1 << (bit % 8)
            #expect(!verifying.verify(signature: changed, of: message))
        }
    }

    @Test("a signing key comes back from its seed")
    func seed() throws {
        let key = SigningKey.random()
        let again = try SigningKey(seed: key.seed())
        #expect(again.publicKey == key.publicKey)
        #expect(again.sign([1]) == key.sign([1]))
        #expect(failure { _ = try SigningKey(seed: Secret(randomCount: 33)) } == .malformed)
    }

    @Test("a verifying key is a point of the group, in 32 bytes, and not of small order")
    func verifyingKeys() {
        let identity: [UInt8] = [1] + [UInt8](repeating: 0, count: 31)
        for wrong in [
            [], sampleBytes(31), sampleBytes(33), identity, .init(repeating: 0, count: 32),
        ] {
            #expect(failure { _ = try VerifyingKey(wrong) } == .malformed)
        }
    }

    @Test("published Ed25519 cases verify or fail as published")
    func wycheproof() throws {
        struct Group: Decodable {
            struct Key: Decodable { let pk: String }
            struct Case: Decodable {
                let tcId: Int
                let msg, sig, result: String
            }
            let publicKey: Key
            let tests: [Case]
        }
        for group in try Vectors.wycheproofGroups("ed25519", of: Group.self) ?? [] {
            let key = try VerifyingKey(hexBytes(group.publicKey.pk))
            for test in group.tests {
                let isValid = key.verify(signature: hexBytes(test.sig), of: hexBytes(test.msg))
                #expect(isValid == (test.result == "valid"), "case \(test.tcId)")
            }
        }
    }
}

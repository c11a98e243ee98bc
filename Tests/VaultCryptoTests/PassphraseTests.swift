import Testing

@testable import VaultCrypto

@Suite("Passphrases", .serialized)
struct PassphraseTests {
    /// The least that is accepted: quick, and too weak for anything but tests.
    static func testCost(passes: Int = 1) throws -> PassphraseCost {
        try PassphraseCost(memoryByteCount: 64 << 20, passes: passes)
    }

    static let salt = [UInt8](0..<16)

    static func candidate(_ passphrase: String) throws -> SlotKeyCandidate {
        try PassphraseHash.stretch(
            Secret(Array(passphrase.utf8)), salt: salt, cost: testCost())
    }

    /// Computed by argon2-cffi 25.1 (the reference implementation).
    @Test(
        "Argon2id is what another implementation computes",
        arguments: [
            (
                "correct horse battery staple", "000102030405060708090a0b0c0d0e0f", 1,
                "88707aee55a8c220b8ca0f347c667acb83006ade5e9180c34fb6a963c5d2de3d"
                    + "9cd6ffa272750ac71a566f2d842299e57b9a2ecaa5f8211ef6fdd7d2fa420c28"
            ),
            (
                "Füße im Schnee", "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff", 2,
                "fcf50c8e8affb12fffb793ddcd686f83e5999ffc8a48d03fb7bd80b87129652d"
                    + "309c79f6bab3c44a81636fc7605a6b8589eafc81134a3fa3a2c9b39256168185"
            ),
        ])
    func expected(passphrase: String, salt: String, passes: Int, hash: String) throws {
        let candidate = try PassphraseHash.stretch(
            Secret(Array(passphrase.utf8)), salt: hexBytes(salt),
            cost: Self.testCost(passes: passes))
        let commitment = candidate.commitment
        #expect(try candidate.confirmed(by: commitment).bytes() + commitment == hexBytes(hash))
    }

    @Test("Argon2id of random passphrases agrees with argon2-cffi, where it is installed")
    func oracle() throws {
        let program = """
            import sys; from argon2.low_level import hash_secret_raw as h, Type
            a = sys.argv
            print(h(bytes.fromhex(a[1]), bytes.fromhex(a[2]), 2, 65536, 1, 64, Type.ID, 19).hex())
            """
        for size in [1, 31, 200] {
            let (passphrase, salt) = (RandomBytes.make(size), RandomBytes.make(16))
            let hex = [passphrase, salt].map { bytes in
                bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            }
            guard let line = try Vectors.python(program, hex)?.first else {
                print("skipped: argon2-cffi is not installed")
                return
            }
            let candidate = try PassphraseHash.stretch(
                Secret(passphrase), salt: salt, cost: Self.testCost(passes: 2))
            let commitment = candidate.commitment
            #expect(candidate.forNewSlot().bytes() + commitment == hexBytes(line))
        }
    }

    @Test(
        "ATTACK 1, 2: a cost above or below the bounds is refused before any memory is spent",
        arguments: [
            (4 << 40, 3), (256 << 20, 4_294_967_295), (256 << 20, 11), ((1 << 30) + 1024, 3),
            (64 << 20 - 1024, 3), ((64 << 20) + 1, 3), (256 << 20, 0), (256 << 20, -1), (0, 1),
            (-1, 1), (Int.max, Int.max), (Int.min, Int.min),
        ])
    func bounds(memory: Int, passes: Int) throws {
        let start = ContinuousClock.now
        #expect(
            failure { _ = try PassphraseCost(memoryByteCount: memory, passes: passes) }
                == .costOutOfBounds)
        #expect(ContinuousClock.now - start < .milliseconds(50))
    }

    @Test("the least, the most and the standard cost are within the bounds")
    func withinBounds() throws {
        _ = try PassphraseCost(memoryByteCount: 64 << 20, passes: 1)
        _ = try PassphraseCost(memoryByteCount: 1 << 30, passes: 10)
        let standard = PassphraseCost.standard
        #expect(
            try PassphraseCost(memoryByteCount: standard.memoryByteCount, passes: standard.passes)
                == standard)
    }

    @Test("a salt has 16 bytes", arguments: [0, 15, 17])
    func saltSize(count: Int) throws {
        let cost = try Self.testCost()
        #expect(
            failure {
                _ = try PassphraseHash.stretch(
                    Secret([1]), salt: sampleBytes(count), cost: cost)
            } == .malformed)
    }

    @Test("ATTACK 9: a box that two passphrases open is rejected by the commitment")
    func twoPassphrases() throws {
        // Made for this test: the second block solves Poly1305's equation, so that the tag is right
        // under both passphrases' keys.
        let box = hexBytes(
            "6465666768696a6b6c6d6e6f707172737475767778797a7b"
                + "00000000000000000000000000000000d646da791bbd5d2c2cabe866a93069a3"
                + "00689397ad4e3c31acf54aba5a152995")
        let first = try Self.candidate("correct horse battery staple")
        let stored = first.commitment
        #expect(
            try Box.open(box, under: first.confirmed(by: stored), associated: []).count == 32)
        let trap = try Self.candidate("another passphrase altogether").forNewSlot()
        #expect(try Box.open(box, under: trap, associated: []).count == 32)
        #expect(
            failure {
                _ = try Self.candidate("another passphrase altogether").confirmed(by: stored)
            } == .wrongKey)
    }

    @Test("a commitment is compared whole")
    func commitment() throws {
        let secret = Secret(randomCount: 16)
        func candidate() throws -> SlotKeyCandidate {
            try PassphraseHash.expand(secret, salt: Self.salt, info: [1])
        }
        let stored = try candidate().commitment
        for index in stored.indices {
            var changed = stored
            changed[index] ^= 0x80
            #expect(failure { _ = try candidate().confirmed(by: changed) } == .wrongKey)
        }
        for wrong in [[], Array(stored.dropLast()), stored + [0]] {
            #expect(failure { _ = try candidate().confirmed(by: wrong) } == .malformed)
        }
    }

    @Test("a random secret expands by HKDF-SHA-256, and one below 128 bits is refused")
    func expansion() throws {
        let secret = Secret(sampleBytes(20))
        let candidate = try PassphraseHash.expand(secret, salt: Self.salt, info: [1, 2])
        let expected = try HKDF.sha256(secret, salt: Self.salt, info: [1, 2], count: 64).bytes()
        #expect(candidate.commitment == Array(expected[32...]))
        #expect(candidate.forNewSlot().bytes() == Array(expected[..<32]))
        #expect(
            failure {
                _ = try PassphraseHash.expand(Secret(sampleBytes(15)), salt: [], info: [])
            } == .malformed)
    }
}

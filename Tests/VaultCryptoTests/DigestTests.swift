import Testing

@testable import VaultCrypto

@Suite("SHA-256 and HKDF")
struct DigestTests {
    @Test("a digest is the one that swift-crypto computes", arguments: [0, 1, 55, 56, 64, 100_000])
    func oracle(size: Int) {
        let bytes = sampleBytes(size)
        #expect(Digest(hashing: bytes).bytes == oracleSHA256(bytes))
    }

    @Test("pieces, copies and restarts do not change a digest")
    func pieces() {
        let bytes = sampleBytes(10_000)
        var hasher = SHA256Hasher()
        hasher.update(Array(bytes[..<77]))
        var copy = hasher.copy()
        hasher.update(Array(bytes[77...]))
        #expect(hasher.finalize() == Digest(hashing: bytes))
        #expect(hasher.finalize() == Digest(hashing: []))
        copy.update(Array(bytes[77...]))
        #expect(copy.finalize() == Digest(hashing: bytes))
        copy.update([1])
        copy.reset()
        copy.update(bytes)
        #expect(copy.finalize() == Digest(hashing: bytes))
    }

    @Test("hexadecimal goes there and back, in one spelling only")
    func hex() throws {
        let digest = Digest(hashing: Array("abc".utf8))
        #expect(digest.hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(try Digest(hex: digest.hex) == digest)
        for wrong in [digest.hex.uppercased(), String(digest.hex.dropLast()), digest.hex + "0", ""]
        {
            #expect(failure { _ = try Digest(hex: wrong) } == .malformed)
        }
        #expect(failure { _ = try Digest(hex: "g" + digest.hex.dropFirst()) } == .malformed)
        #expect(failure { _ = try Digest([UInt8](repeating: 0, count: 31)) } == .malformed)
    }

    @Test("digests are ordered as their bytes are, and equal ones hash alike")
    func order() {
        let digests = (0..<200).map { Digest(hashing: [UInt8($0)]) }
        let byBytes = digests.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
        #expect(digests.sorted() == byBytes)
        #expect(Set(digests + digests).count == 200)
    }

    struct HKDFCase: Decodable {
        let tcId, size: Int
        let ikm, salt, info, okm, result: String
    }

    @Test("published HKDF-SHA-256 cases come out as published")
    func hkdf256() throws {
        let cases = try Vectors.wycheproof("hkdf_sha256", of: HKDFCase.self) ?? []
        for test in cases where test.result == "valid" {
            let made = try HKDF.sha256(
                Secret(hexBytes(test.ikm)), salt: hexBytes(test.salt), info: hexBytes(test.info),
                count: test.size)
            #expect(made.bytes() == hexBytes(test.okm), "case \(test.tcId)")
        }
        #expect(cases.allSatisfy { $0.result == "valid" || $0.size > 255 * 32 })
    }

    @Test("published HKDF-SHA-512 cases come out as published, extracted by swift-crypto")
    func hkdf512() throws {
        let cases = try Vectors.wycheproof("hkdf_sha512", of: HKDFCase.self) ?? []
        for test in cases where test.result == "valid" {
            let prk = oracleExtractSHA512(hexBytes(test.ikm), salt: hexBytes(test.salt))
            let made = try HKDF.expandSHA512(
                Secret(prk), info: hexBytes(test.info), count: test.size)
            #expect(made.bytes() == hexBytes(test.okm), "case \(test.tcId)")
        }
    }
}

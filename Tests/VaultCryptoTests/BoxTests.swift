import Testing

@testable import VaultCrypto

@Suite("Boxes and wrapped keys")
struct BoxTests {
    @Test("a box opens to what was sealed", arguments: [0, 1, 31, 200, 100_000])
    func roundTrip(size: Int) throws {
        let key = ValueKey.random()
        let sealed = Box.seal(sampleBytes(size), under: key, associated: [1])
        #expect(sealed.count == size + 40)
        #expect(try Box.open(sealed, under: key, associated: [1]) == sampleBytes(size))
    }

    @Test("another key or other associated data is refused")
    func wrongKey() {
        let key = ValueKey.random()
        let other = ValueKey.random()
        let sealed = Box.seal(sampleBytes(200), under: key, associated: [1])
        for associated: [UInt8] in [[], [2], [1, 0]] {
            #expect(
                failure { _ = try Box.open(sealed, under: key, associated: associated) }
                    == .authenticationFailed)
        }
        #expect(
            failure { _ = try Box.open(sealed, under: other, associated: [1]) }
                == .authenticationFailed)
    }

    @Test("a box with any bit changed is refused")
    func flips() {
        let key = ValueKey.random()
        let sealed = Box.seal(sampleBytes(20), under: key, associated: [7])
        for bit in 0..<sealed.count * 8 {
            var changed = sealed
            changed[bit / 8] ^= 1 << (bit % 8)
            #expect(
                failure { _ = try Box.open(changed, under: key, associated: [7]) }
                    == .authenticationFailed)
        }
    }

    @Test("a box cut at any length, or lengthened, is refused")
    func truncations() {
        let key = ValueKey.random()
        let sealed = Box.seal(sampleBytes(20), under: key, associated: [])
        for count in 0..<sealed.count {
            let error = failure {
                _ = try Box.open(Array(sealed[..<count]), under: key, associated: [])
            }
            #expect(error == (count < 40 ? .truncated : .authenticationFailed))
        }
        #expect(
            failure { _ = try Box.open(sealed + [0], under: key, associated: []) }
                == .authenticationFailed)
    }

    @Test("opening into a buffer gives the same, and leaves no plaintext of a refused box")
    func intoBuffer() throws {
        let key = ValueKey.random()
        let plaintext = sampleBytes(200)
        var sealed = Box.seal(plaintext, under: key, associated: [9])
        var buffer = [UInt8](repeating: 0, count: 300)
        func open() throws -> Int {
            try buffer.withUnsafeMutableBytes { buffer in
                try sealed.withUnsafeBytes { sealed in
                    try [UInt8]([9]).withUnsafeBytes { associated in
                        try Box.open(sealed, under: key, associated: associated, into: buffer)
                    }
                }
            }
        }
        #expect(try open() == 200)
        #expect(Array(buffer[..<200]) == plaintext)
        buffer = [UInt8](repeating: 0, count: 300)
        sealed[239] ^= 1
        #expect(failure { _ = try open() } == .authenticationFailed)
        #expect(buffer.allSatisfy { $0 == 0 })
    }

    @Test("a box can be opened in place")
    func inPlace() throws {
        let key = ValueKey.random()
        var sealed = Box.seal(sampleBytes(200), under: key, associated: [])
        let count = try sealed.withUnsafeMutableBytes { sealed in
            try Box.open(
                UnsafeRawBufferPointer(sealed), under: key,
                associated: UnsafeRawBufferPointer(start: nil, count: 0),
                into: UnsafeMutableRawBufferPointer(rebasing: sealed[Box.nonceByteCount...]))
        }
        #expect(Array(sealed[24..<24 + count]) == sampleBytes(200))
    }

    @Test("a wrapped key has 72 bytes and comes back, for its own wrap key and place only")
    func wrapping() throws {
        let wrapKey = WrapKey.random()
        let other = WrapKey.random()
        let key = FileKey.random()
        let wrapped = wrapKey.wrap(key, associated: [1])
        #expect(wrapped.count == 72)
        #expect(try wrapKey.unwrap(wrapped, associated: [1]).bytes() == key.bytes())
        #expect(
            failure { _ = try wrapKey.unwrap(wrapped, associated: [2]) } == .authenticationFailed)
        #expect(failure { _ = try other.unwrap(wrapped, associated: [1]) } == .authenticationFailed)
    }

    @Test("ATTACK 8: a wrapped key of 31 or 33 bytes, or with trailing bytes, is malformed")
    func wrappedSizes() {
        let wrapKey = WrapKey.random()
        for count in [31, 33] {
            let sealed = Box.sealSecret(Secret(randomCount: count), under: wrapKey, associated: [])
            #expect(failure { _ = try wrapKey.unwrap(sealed, associated: []) } == .malformed)
        }
        let wrapped = wrapKey.wrap(.random(), associated: [])
        #expect(failure { _ = try wrapKey.unwrap(wrapped + [0], associated: []) } == .malformed)
    }

    @Test("the keyring's secrets come back, of any size", arguments: [0, 1, 32, 33, 64, 500])
    func ring(size: Int) throws {
        let ring = RingKey.random()
        let secret = Secret(sampleBytes(size))
        let wrapped = ring.wrap(secret, associated: [3])
        #expect(try ring.unwrap(wrapped, associated: [3]).bytes() == sampleBytes(size))
        #expect(failure { _ = try ring.unwrap(wrapped, associated: []) } == .authenticationFailed)
    }

    struct AEADCase: Decodable {
        let tcId: Int
        let key, iv, aad, msg, ct, tag, result: String
    }

    @Test("published XChaCha20-Poly1305 cases open or are refused as published")
    func wycheproof() throws {
        let cases = try Vectors.wycheproof("xchacha20_poly1305", of: AEADCase.self)
        for test in cases ?? [] where test.iv.count == 48 {
            let key = ValueKey(hexBytes(test.key))
            let sealed = hexBytes(test.iv + test.ct + test.tag)
            if test.result == "valid" {
                let plaintext = try Box.open(sealed, under: key, associated: hexBytes(test.aad))
                #expect(plaintext == hexBytes(test.msg), "case \(test.tcId)")
            } else {
                #expect(
                    failure { _ = try Box.open(sealed, under: key, associated: hexBytes(test.aad)) }
                        == .authenticationFailed, "case \(test.tcId)")
            }
        }
    }
}

@Suite("Tags")
struct TaggingTests {
    /// From Python's hashlib.blake2b.
    @Test("tags are those that another BLAKE2b makes")
    func expected() {
        let bytes = [UInt8](0..<32)
        let content = hexBytes("e9d00ab1c8269ec0510fb0f79d7ff2146beda3d72fee6fc66def31b321ad26d3")
        let place = hexBytes("1939fddf7855c38e777fda239775c781005a07d4881006b138ce6ca11bcf8f33")
        #expect(TagKey(bytes).tag(of: Digest(hashing: Array("abc".utf8))) == content)
        #expect(ErasureKey(bytes).tag(of: Digest(hashing: Array("abc".utf8))) == content)
        #expect(TagKey(bytes).tag(ofPlace: Array("2024/a.jpg".utf8)) == place)
    }

    @Test("a place named like a digest does not get the digest's tag")
    func separated() {
        let key = TagKey.random()
        let digest = Digest(hashing: [1, 2, 3])
        #expect(key.tag(of: digest) != key.tag(ofPlace: digest.bytes))
        #expect(key.tag(ofPlace: []).count == 32)
    }
}

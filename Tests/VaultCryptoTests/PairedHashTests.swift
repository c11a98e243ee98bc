import Testing

@testable import VaultCrypto

/// `Digest(hashing:)` is libcrypto's alone; `DigestTests` holds it against swift-crypto.
@Suite("Two SHA-256 at once")
struct PairedHashTests {
    /// Hashes two contents in steps, the same number each, and compares with libcrypto.
    private func check(
        _ first: [UInt8], _ firstCuts: [Int], _ second: [UInt8], _ secondCuts: [Int], paired: Bool
    ) -> Bool {
        var a = SHA256Hasher()
        var b = SHA256Hasher()
        var (x, y) = (0, 0)
        for (firstCut, secondCut) in zip(firstCuts + [first.count], secondCuts + [second.count]) {
            first[x..<firstCut].withUnsafeBytes { firstPiece in
                second[y..<secondCut].withUnsafeBytes { secondPiece in
                    SHA256Hasher.update(
                        &a, with: firstPiece, and: &b, with: secondPiece, paired: paired)
                }
            }
            (x, y) = (firstCut, secondCut)
        }
        let digests = (a.finalize(), b.finalize())
        return digests == (Digest(hashing: first), Digest(hashing: second))
    }

    @Test("any two lengths up to 300 hash as they do alone", arguments: [true, false])
    func lengths(paired: Bool) {
        let bytes = sampleBytes(601)
        for first in 0...300 {
            // Each length meets many others, block boundaries among them, but not all 90,000 pairs.
            for second in Set([
                0, 1, 63, 64, 65, 128, 256, 300, first, 300 - first, first * 7 % 301,
            ]) {
                #expect(
                    check(
                        Array(bytes[..<first]), [], Array(bytes[(601 - second)...]), [],
                        paired: paired), "\(first) beside \(second)")
            }
        }
    }

    @Test("contents cut anywhere, in different places, hash as they do whole")
    func splits() {
        var generator = SystemRandomNumberGenerator()
        for round in 0..<300 {
            let first = sampleBytes(Int.random(in: 0...3000, using: &generator))
            let second = sampleBytes(Int.random(in: 0...3000, using: &generator)).map { ~$0 }
            let count = Int.random(in: 0...8, using: &generator)
            let cuts = [first, second].map { content in
                (0..<count).map { _ in Int.random(in: 0...content.count, using: &generator) }
                    .sorted()
            }
            #expect(
                check(first, cuts[0], second, cuts[1], paired: round % 4 > 0),
                "\(first.count) \(cuts[0]), \(second.count) \(cuts[1])")
        }
    }

    @Test("alone, in pairs and copied: one hasher may be taken further in every way")
    func mixed() {
        let content = sampleBytes(5000)
        var others = 0
        var hasher = SHA256Hasher()
        var place = 0
        for step in [1, 64, 200, 63, 1000, 129, 0, 900] {
            let piece = Array(content[place..<place + step])
            if others % 3 == 0 {
                hasher.update(piece)
            } else {
                var other = SHA256Hasher()
                other.update([7])
                let more = sampleBytes(step * others % 700)
                piece.withUnsafeBytes { piece in
                    more.withUnsafeBytes {
                        SHA256Hasher.update(&other, with: $0, and: &hasher, with: piece)
                    }
                }
                #expect(other.finalize() == Digest(hashing: [7] + more))
                hasher = hasher.copy()
            }
            others += 1
            place += step
        }
        #expect(hasher.finalize() == Digest(hashing: Array(content[..<place])))
    }

    /// FIPS 180-2, appendix B, and the NIST example of a million times "a".
    @Test("published examples come out as published", arguments: [true, false])
    func published(paired: Bool) throws {
        let examples: [([UInt8], String)] = [
            (
                Array("abc".utf8),
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
            ),
            (
                Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8),
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
            (
                [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000),
                "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
            ),
            ([], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ]
        for (first, firstDigest) in examples {
            for (second, secondDigest) in examples {
                var a = SHA256Hasher()
                var b = SHA256Hasher()
                first.withUnsafeBytes { first in
                    second.withUnsafeBytes { second in
                        SHA256Hasher.update(&a, with: first, and: &b, with: second, paired: paired)
                    }
                }
                #expect(a.finalize().hex == firstDigest)
                #expect(b.finalize().hex == secondDigest)
            }
        }
    }

    @Test("a content of more than 512 MiB has the right length at its end")
    func lengthOverflow() {
        // There the low half of the length, counted in bits, runs over.
        let piece = [UInt8](repeating: 1, count: 32 << 20)
        var a = SHA256Hasher()
        var b = SHA256Hasher()
        var alone = SHA256Hasher()
        piece.withUnsafeBytes { piece in
            for _ in 0..<17 {
                SHA256Hasher.update(&a, with: piece, and: &b, with: piece)
                alone.update(piece)
            }
        }
        let expected = alone.finalize()
        #expect(a.finalize() == expected)
        #expect(b.finalize() == expected)
    }
}

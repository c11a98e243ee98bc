import Testing

@testable import VaultCrypto

/// Threat (b) of the threat model: somebody who can rewrite the storage.
@Suite("Objects under attack")
struct ObjectAttackTests {
    static let full = 16400

    /// An object of three full chunks and a short one, apart: header and chunks.
    static func parts(key: borrowing FileKey) throws -> (header: [UInt8], chunks: [[UInt8]]) {
        let object = try sealObject(sampleBytes(3 * 16384 + 100), key: key)
        let starts = stride(from: 56, to: object.count, by: full)
        return (
            Array(object[..<56]), starts.map { Array(object[$0..<min($0 + full, object.count)]) }
        )
    }

    @Test("ATTACK 13: chunks swapped, duplicated or dropped are refused")
    func rearranged() throws {
        let key = FileKey.random()
        let (header, chunks) = try Self.parts(key: key)
        func error(_ order: [Int]) -> CryptoError? {
            failure { _ = try openObject(header + order.flatMap { chunks[$0] }, key: key) }
        }
        #expect(error([0, 1, 2, 3]) == nil)
        for order in [
            [1, 0, 2, 3], [0, 2, 1, 3], [0, 0, 2, 3], [0, 1, 1, 3], [0, 0, 1, 2, 3], [1, 2, 3],
            [0, 2, 3], [0, 1, 3], [3],
        ] {
            #expect(error(order) == .authenticationFailed)
        }
        for order in [[0, 1, 2], [0, 1], [0], []] { #expect(error(order) == .truncated) }
        #expect(error([0, 1, 2, 3, 3]) == .authenticationFailed)
    }

    @Test("ATTACK 13: reading piece by piece, the failure is at the chunk that was changed")
    func failsThere() throws {
        let key = FileKey.random()
        let (header, chunks) = try Self.parts(key: key)
        let opener = try ObjectOpener()
        let opened = try opener.begin(key: key, context: [], header: header)
        let order = [0, 2, 1, 3]
        for (place, number) in order.enumerated() {
            let error = failure {
                _ = try opened.open(chunks[number], firstChunk: place, isLast: place == 3)
            }
            #expect(error == (place == number ? nil : .authenticationFailed))
        }
    }

    @Test("ATTACK 14: an object of three chunks is refused at every length")
    func truncated() throws {
        let key = FileKey.random()
        let object = try sealObject(sampleBytes(2 * 16384 + 50), key: key)
        let opener = try ObjectOpener()
        var buffer = [UInt8](repeating: 0, count: object.count)
        var accepted: [Int] = []
        buffer.withUnsafeMutableBytes { buffer in
            object.withUnsafeBytes { object in
                for count in 0..<object.count {
                    let cut = UnsafeRawBufferPointer(rebasing: object[..<count])
                    let error = failure {
                        _ = try opener.open(cut, key: key, context: [], into: buffer)
                    }
                    let endsNowhere = count < 72 || (count - 56) % Self.full < 16
                    if error != (endsNowhere ? .truncated : .authenticationFailed) {
                        accepted.append(count)
                    }
                }
            }
        }
        #expect(accepted == [])
    }

    @Test("ATTACK 15: trailing bytes or a trailing chunk are refused")
    func trailing() throws {
        let key = FileKey.random()
        for size in [0, 100, 16384] {
            let object = try sealObject(sampleBytes(size), key: key)
            let other = try sealObject(sampleBytes(50), key: key)
            for tail in [[0], [UInt8](repeating: 0, count: 16), Array(other[56...]), object] {
                #expect(failure { _ = try openObject(object + tail, key: key) } != nil)
            }
        }
    }

    @Test("ATTACK 16, 17: an object under another's context is refused before any chunk opens")
    func wrongContext() throws {
        let key = FileKey.random()
        let object = try sealObject(sampleBytes(100), key: key, context: [1, 2, 3])
        for context: [UInt8] in [[], [1, 2], [1, 2, 4], [1, 2, 3, 0], [0, 1, 2, 3]] {
            #expect(failure { _ = try openObject(object, key: key, context: context) } == .wrongKey)
        }
    }

    @Test("ATTACK 19: with a wrong key the commitment fails, before any chunk is touched")
    func wrongKey() throws {
        let key = FileKey.random()
        let object = try sealObject(sampleBytes(100), key: key)
        let other = FileKey.random()
        let opener = try ObjectOpener()
        #expect(
            failure {
                _ = try opener.begin(key: other, context: [], header: Array(object[..<56]))
            } == .wrongKey)
        #expect(
            failure {
                _ = try opener.begin(key: key, context: [], header: Array(object[..<55]))
            } == .truncated)
    }

    @Test(
        "every bit of the header, and sampled bits of every chunk and tag, hold the object together"
    )
    func flips() throws {
        let key = FileKey.random()
        let object = try sealObject(sampleBytes(20_000), key: key)
        let header = Array(0..<56 * 8)
        let firstTag = Array((56 + 16384) * 8..<(56 + 16400) * 8)
        let lastTag = Array((object.count - 16) * 8..<object.count * 8)
        let sampled = Array(stride(from: 56 * 8, to: object.count * 8, by: 211))
        for bit in header + firstTag + lastTag + sampled {
            var changed = object
            changed[bit / 8] ^= 1 << (bit % 8)
            #expect(
                failure { _ = try openObject(changed, key: key) }
                    == (bit < 56 * 8 ? .wrongKey : .authenticationFailed))
        }
    }

    @Test("a refused object leaves none of its plaintext, in place or not", arguments: [0, 1, 2])
    func nothingLeft(chunk: Int) throws {
        let key = FileKey.random()
        let plaintext = [UInt8](repeating: 0xC3, count: 2 * 16384 + 50)
        var object = try sealObject(plaintext, key: key)
        object[56 + chunk * Self.full + 3] ^= 1
        let opener = try ObjectOpener()
        var buffer = [UInt8](repeating: 0, count: object.count)
        #expect(
            failure {
                try buffer.withUnsafeMutableBytes { buffer in
                    try object.withUnsafeBytes {
                        _ = try opener.open($0, key: key, context: [], into: buffer)
                    }
                }
            } == .authenticationFailed)
        #expect(buffer.allSatisfy { $0 == 0 })
        #expect(
            failure {
                try object.withUnsafeMutableBytes { object in
                    _ = try opener.open(
                        UnsafeRawBufferPointer(object), key: key, context: [],
                        into: UnsafeMutableRawBufferPointer(rebasing: object[56...]))
                }
            } == .authenticationFailed)
        let run = [UInt8](repeating: 0xC3, count: 8)
        #expect(!object.indices.dropLast(8).contains { Array(object[$0..<$0 + 8]) == run })
    }

    @Test("ATTACK 20: a range is read only after the final chunk was found in its place")
    func ranges() throws {
        let key = FileKey.random()
        for size in [1, 16383, 16384, 16385, 3 * 16384, 3 * 16384 + 100] {
            let plaintext = sampleBytes(size)
            let object = try sealObject(plaintext, key: key)
            let opener = try ObjectOpener()
            let opened = try opener.begin(key: key, context: [], header: object)
            let confirmed = try opened.confirm(object)
            #expect(confirmed.plaintextByteCount == size)
            let edges = [0, 1, 16383, 16384, 16385, 32768, size - 1, size]
            for start in edges {
                for end in edges where start < end && end <= size {
                    let span = try confirmed.chunks(covering: start..<end)
                    var buffer = [UInt8](repeating: 0, count: span.plaintext.count)
                    let part = try buffer.withUnsafeMutableBytes { buffer in
                        try object.withUnsafeBytes { object in
                            let sealed = UnsafeRawBufferPointer(rebasing: object[span.sealed])
                            return Array(try opened.open(span, sealed: sealed, into: buffer))
                        }
                    }
                    #expect(part == Array(plaintext[start..<end]))
                }
            }
            for range in [0..<0, 0..<size + 1, size..<size, -1..<1] {
                #expect(failure { _ = try confirmed.chunks(covering: range) } == .malformed)
            }
        }
    }

    @Test("ATTACK 20: a size that is not the object's own is never confirmed")
    func liesAboutSize() throws {
        let key = FileKey.random()
        let object = try sealObject(sampleBytes(3 * 16384 + 100), key: key)
        let opener = try ObjectOpener()
        let opened = try opener.begin(key: key, context: [], header: object)
        _ = try opened.confirm(object)
        for count in Array(0..<200) + Array(stride(from: 200, to: object.count, by: 37)) {
            #expect(failure { _ = try opened.confirm(Array(object[..<count])) } != nil)
        }
        #expect(failure { _ = try opened.confirm(object + [0]) } == .authenticationFailed)
        let longer = Array(object[..<(56 + Self.full)]) + Array(object[56...])
        #expect(failure { _ = try opened.confirm(longer) } == .authenticationFailed)
    }

    @Test("ATTACK 22: a hundred thousand nonces and salts do not repeat")
    func nothingRepeats() throws {
        let fileKey = FileKey.random()
        let valueKey = ValueKey.random()
        let sealer = try ObjectSealer()
        var salts: Set<[UInt8]> = []
        var commitments: Set<[UInt8]> = []
        var nonces: Set<[UInt8]> = []
        for _ in 0..<100_000 {
            let header = try sealer.begin(key: fileKey, context: [])
            salts.insert(Array(header[..<24]))
            commitments.insert(Array(header[24...]))
            nonces.insert(Array(Box.seal([], under: valueKey, associated: [])[..<24]))
        }
        #expect(salts.count == 100_000 && commitments.count == 100_000 && nonces.count == 100_000)
    }
}

extension OpenedObject {
    borrowing func confirm(_ object: [UInt8]) throws -> ConfirmedSize {
        let place = try ObjectSize.finalChunk(ofSealed: object.count)
        return try object.withUnsafeBytes {
            try confirmSize(
                sealedByteCount: object.count,
                finalChunk: UnsafeRawBufferPointer(rebasing: $0[place]))
        }
    }
}

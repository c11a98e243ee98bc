import Testing

@testable import VaultCrypto

@Suite("Objects")
struct ObjectTests {
    static let sizes = [0, 1, 16383, 16384, 16385, 32768, 100 * 1024]

    @Test("an object opens to what was sealed", arguments: sizes)
    func roundTrip(size: Int) throws {
        let key = FileKey.random()
        let plaintext = sampleBytes(size)
        let object = try sealObject(plaintext, key: key, context: [1, 2])
        #expect(object.count == 56 + size + 16 * (size / 16384 + 1))
        #expect(try ObjectSize.plaintext(ofSealed: object.count) == size)
        #expect(try openObject(object, key: key, context: [1, 2]) == plaintext)
    }

    @Test("swift-crypto opens an object of ours, chunk by chunk", arguments: sizes)
    func oracle(size: Int) throws {
        let key = FileKey.random()
        let plaintext = sampleBytes(size)
        let object = try sealObject(plaintext, key: key, context: [7, 0, 7])
        let derived = Oracle(key: key.bytes(), salt: Array(object[..<24]), context: [7, 0, 7])
        #expect(Array(object[24..<56]) == derived.commitment)
        var opened: [UInt8] = []
        for (number, start) in stride(from: 56, to: object.count, by: 16400).enumerated() {
            let chunk = Array(object[start..<min(start + 16400, object.count)])
            opened += try derived.open(chunk, number: number)
        }
        #expect(opened == plaintext)
    }

    @Test("an object sealed and opened piece by piece is the same object", arguments: [1, 2, 5])
    func pieces(chunksAtOnce: Int) throws {
        let key = FileKey.random()
        let plaintext = sampleBytes(100 * 1024 + 5)
        let sealer = try ObjectSealer()
        var object = try sealer.begin(key: key, context: [3])
        let step = chunksAtOnce * 16384
        for start in stride(from: 0, through: plaintext.count, by: step) {
            let piece = Array(plaintext[start..<min(start + step, plaintext.count)])
            let isLast = start + step > plaintext.count
            var sealed = [UInt8](repeating: 0, count: 5 * 16400)
            let count = try sealed.withUnsafeMutableBytes { sealed in
                try piece.withUnsafeBytes {
                    try sealer.seal(chunks: $0, into: sealed, isLast: isLast)
                }
            }
            object += sealed[..<count]
        }
        #expect(try openObject(object, key: key, context: [3]) == plaintext)

        let opener = try ObjectOpener()
        let opened = try opener.begin(key: key, context: [3], header: object)
        var result: [UInt8] = []
        for (index, start) in stride(from: 56, to: object.count, by: chunksAtOnce * 16400)
            .enumerated()
        {
            let end = min(start + chunksAtOnce * 16400, object.count)
            result += try opened.open(
                Array(object[start..<end]), firstChunk: index * chunksAtOnce,
                isLast: end == object.count)
        }
        #expect(result == plaintext)
    }

    @Test("an object that fills its pieces ends in an empty chunk")
    func emptyEnd() throws {
        let key = FileKey.random()
        let sealer = try ObjectSealer()
        var object = try sealer.begin(key: key, context: [])
        for (piece, isLast) in [(sampleBytes(32768), false), ([], true)] {
            var sealed = [UInt8](repeating: 0, count: 40_000)
            let count = try sealed.withUnsafeMutableBytes { sealed in
                try piece.withUnsafeBytes {
                    try sealer.seal(chunks: $0, into: sealed, isLast: isLast)
                }
            }
            object += sealed[..<count]
        }
        #expect(try openObject(object, key: key) == sampleBytes(32768))
    }

    @Test("an object opens in place", arguments: sizes)
    func inPlace(size: Int) throws {
        let key = FileKey.random()
        var object = try sealObject(sampleBytes(size), key: key)
        let opener = try ObjectOpener()
        let count = try object.withUnsafeMutableBytes { object in
            try opener.open(
                UnsafeRawBufferPointer(object), key: key, context: [],
                into: UnsafeMutableRawBufferPointer(rebasing: object[56...]))
        }
        #expect(Array(object[56..<56 + count]) == sampleBytes(size))
    }

    @Test("chunks are numbered beyond 32 bits, and refused from 2^38 on")
    func largeNumbers() throws {
        let key = FileKey.random()
        let object = try sealObject([], key: key)
        let derived = Oracle(key: key.bytes(), salt: Array(object[..<24]), context: [])
        let opener = try ObjectOpener()
        let opened = try opener.begin(key: key, context: [], header: object)
        for number in [255, 256, 1 << 32, (1 << 33) + 5, (1 << 38) - 1] {
            let chunk = try derived.seal([1, 2, 3], number: number)
            #expect(try opened.open(chunk, firstChunk: number, isLast: true) == [1, 2, 3])
            #expect(
                failure { _ = try opened.open(chunk, firstChunk: number - 1, isLast: true) }
                    == .authenticationFailed)
        }
        let beyond = try derived.seal([1], number: 1 << 38)
        for number in [1 << 38, Int.max, -1] {
            #expect(
                failure { _ = try opened.open(beyond, firstChunk: number, isLast: true) }
                    == .malformed)
        }
    }

    @Test("sizes go there and back, and impossible ones are refused")
    func objectSizes() throws {
        #expect(try ObjectSize.sealed(ofPlaintext: 0) == 72)
        #expect(try ObjectSize.sealed(ofPlaintext: 1) == 73)
        #expect(try ObjectSize.sealed(ofPlaintext: 16383) == 56 + 16399)
        #expect(try ObjectSize.sealed(ofPlaintext: 16384) == 56 + 16400 + 16)
        let largest = (1 << 52) - 1
        for size in Self.sizes + [16400, 5 << 30, largest] {
            let sealed = try ObjectSize.sealed(ofPlaintext: size)
            #expect(try ObjectSize.plaintext(ofSealed: sealed) == size)
        }
        for size in [-1, largest + 1, Int.max] {
            #expect(failure { _ = try ObjectSize.sealed(ofPlaintext: size) } == .malformed)
        }
        for sealed in [Int.min, -1, 0, 55, 56, 71, 56 + 16400, 56 + 16415, 56 + 2 * 16400] {
            #expect(failure { _ = try ObjectSize.plaintext(ofSealed: sealed) } == .truncated)
        }
        #expect(failure { _ = try ObjectSize.plaintext(ofSealed: Int.max / 2) } == .malformed)
    }

    @Test("an opener that went on to another object stops a program that uses the old handle")
    func staleHandle() async {
        await #expect(processExitsWith: .failure) {
            let key = FileKey.random()
            let object = try sealObject([1], key: key)
            let opener = try ObjectOpener()
            try object.withUnsafeBytes { object in
                let old = try opener.begin(key: key, context: [], header: object)
                let new = try opener.begin(key: key, context: [], header: object)
                var byte: [UInt8] = [0]
                try byte.withUnsafeMutableBytes { byte in
                    let chunks = UnsafeRawBufferPointer(rebasing: object[56...])
                    _ = try new.open(chunks: chunks, firstChunk: 0, isLast: true, into: byte)
                    _ = try old.open(chunks: chunks, firstChunk: 0, isLast: true, into: byte)
                }
            }
        }
    }
}

extension OpenedObject {
    borrowing func open(_ chunks: [UInt8], firstChunk: Int, isLast: Bool) throws -> [UInt8] {
        var plaintext = [UInt8](repeating: 0, count: chunks.count)
        let count = try plaintext.withUnsafeMutableBytes { plaintext in
            try chunks.withUnsafeBytes {
                try open(chunks: $0, firstChunk: firstChunk, isLast: isLast, into: plaintext)
            }
        }
        return Array(plaintext[..<count])
    }
}

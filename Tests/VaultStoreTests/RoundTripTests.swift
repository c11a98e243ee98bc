import Testing
import VaultCrypto
import VaultFormat

@testable import VaultStore

@Suite("Objects go into packs and come out, in every place for packs")
struct RoundTripTests {
    static let sizes = [
        0, 1, 16_383, 16_384, 16_385, 245_759, 245_760, 245_761, 262_144, 262_145, 1_048_575,
        1_048_576, 1_048_577, 1_049_600, 2_097_152, 3_145_728,
    ]

    @Test("pictures of every awkward size come back from one pack", arguments: Place.allCases)
    func sizes(_ place: Place) throws {
        let placed = try place.make()
        let writer = try PackWriter(store: placed.store)
        var offsets: [UInt64] = []
        var expected: UInt64 = 0
        for size in Self.sizes {
            offsets.append(try writer.append(picture(size, seed: UInt64(size))))
            #expect(offsets.last == expected)
            expected += UInt64(try ObjectSize.sealed(ofPlaintext: size))
            #expect(writer.objectByteCount == expected)
        }
        let pack = try writer.finish()
        #expect(writer.isEmpty)
        #expect(pack.byteCount == Padme.paddedSize(of: expected))
        #expect(try placed.packs() == [:], "a pack not made durable is not there")
        try pack.makeDurable()
        #expect(try placed.packs() == [pack.name: pack.byteCount])
        #expect(try placed.store.byteCount(of: pack.name) == pack.byteCount)

        let opened = try placed.store.openPack(pack.name)
        #expect(opened.byteCount == pack.byteCount)
        let reader = try ObjectReader()
        for (size, offset) in zip(Self.sizes, offsets) {
            let back = try reader.read(opened, at: offset, count: size)
            #expect(back == picture(size, seed: UInt64(size)), "size \(size)")
            try reader.authenticate(
                opened, at: offset, byteCount: UInt64(size), key: fileKey(1), context: context(1))
        }
    }

    @Test(
        "contents and packs have their own hashes when they are hashed together",
        arguments: Place.allCases)
    func hashedTogether(_ place: Place) throws {
        let placed = try place.make()
        let writer = try PackWriter(store: placed.store)
        // Small ones many to a write, large ones that do not fit the buffer beside the last, and
        // some that are hashed and turn out to be here already.
        let sizes = Self.sizes + [5_000_000, 43_000, 43_000, 9_000_000, 300_000, 6_500_000, 0, 1]
        var offsets: [(size: Int, offset: UInt64)] = []
        for (turn, size) in sizes.enumerated() {
            let content = picture(size, seed: UInt64(turn))
            #expect(content.withUnsafeBytes { writer.digest(of: $0) } == Digest(hashing: content))
            if turn % 5 < 4 { offsets.append((size, try writer.append(content))) }
            if turn == sizes.count - 4 {
                // One in pieces is begun, and taken back.
                var hasher = SHA256Hasher()
                _ = try writer.begin(key: fileKey(1), context: context(1))
                let piece = picture(1 << 20)
                for _ in 0..<9 {
                    piece.withUnsafeBytes { writer.hash($0, into: &hasher) }
                    try writer.feed(piece)
                }
                try writer.drop()
                let whole = (0..<9).flatMap { _ in piece }
                #expect(hasher.finalize() == Digest(hashing: whole))
            }
        }
        let pack = try writer.finish()
        try pack.makeDurable()
        let opened = try placed.store.openPack(pack.name)
        // This one hashes the pack from one end to the other.
        try PackCheck.requireSound(opened)
        let reader = try ObjectReader()
        for (size, offset) in offsets {
            try reader.authenticate(
                opened, at: offset, byteCount: UInt64(size), key: fileKey(1), context: context(1))
        }
        // The next pack begins with nothing of this one.
        let content = picture(100_000)
        _ = content.withUnsafeBytes { writer.digest(of: $0) }
        _ = try writer.append(content)
        let next = try writer.finish()
        try next.makeDurable()
        try PackCheck.requireSound(placed.store.openPack(next.name))
    }

    @Test("a picture of 40 MB fed in uneven pieces comes back", arguments: Place.allCases)
    func streamed(_ place: Place) throws {
        let placed = try place.make()
        let writer = try PackWriter(store: placed.store)
        let plaintext = picture(40_000_000)
        let offset = try writer.begin(key: fileKey(1), context: context(1))
        plaintext.withUnsafeBytes { bytes in
            #expect(throws: Never.self) { try feed(bytes, into: writer) }
        }
        try writer.end()
        #expect(writer.isFull)
        let pack = try writer.finish()
        try pack.makeDurable()
        let opened = try placed.store.openPack(pack.name)
        var count = 0
        var hasher = SHA256Hasher()
        try ObjectReader().read(
            opened, at: offset, byteCount: 40_000_000, key: fileKey(1), context: context(1)
        ) { piece in
            count += piece.count
            hasher.update(piece)
        }
        #expect(count == plaintext.count)
        #expect(hasher.finalize() == Digest(hashing: plaintext))
        try PackCheck.requireSound(opened)
    }

    private func feed(_ bytes: UnsafeRawBufferPointer, into writer: PackWriter) throws {
        let steps = [1, 16_383, 16_384, 0, 100_000, 5, 1 << 20, 3_000_001]
        var place = 0
        var turn = 0
        while place < bytes.count {
            let end = min(place + steps[turn % steps.count], bytes.count)
            try writer.feed(UnsafeRawBufferPointer(rebasing: bytes[place..<end]))
            place = end
            turn += 1
        }
    }

    @Test("a picture fed in pieces ends right around every chunk", arguments: Place.allCases)
    func streamedSmall(_ place: Place) throws {
        let placed = try place.make()
        let writer = try PackWriter(store: placed.store)
        var offsets: [UInt64] = []
        for size in Self.sizes {
            offsets.append(try writer.begin(key: fileKey(1), context: context(1)))
            let plaintext = picture(size, seed: 3)
            try writer.feed(Array(plaintext.prefix(size / 3)))
            try writer.feed(Array(plaintext.dropFirst(size / 3)))
            try writer.end()
        }
        let pack = try writer.finish()
        try pack.makeDurable()
        let opened = try placed.store.openPack(pack.name)
        let reader = try ObjectReader()
        for (size, offset) in zip(Self.sizes, offsets) {
            let back = try reader.read(opened, at: offset, count: size)
            #expect(back == picture(size, seed: 3), "size \(size)")
        }
    }

    @Test("any range of a picture can be read", arguments: Place.allCases)
    func ranges(_ place: Place) throws {
        let placed = try place.make()
        let writer = try PackWriter(store: placed.store)
        _ = try writer.append(picture(1000))
        let size = 700_000
        let plaintext = picture(size, seed: 9)
        let offset = try writer.append(plaintext)
        let pack = try writer.finish()
        try pack.makeDurable()
        let opened = try placed.store.openPack(pack.name)
        let reader = try ObjectReader()
        let edges = [0, 1, 16_383, 16_384, 262_144, 262_145, 688_128, size - 1, size]
        for start in edges {
            for end in edges where end >= start {
                let part = try reader.readRange(start..<end, of: opened, at: offset, count: size)
                #expect(part == Array(plaintext[start..<end]), "\(start)..<\(end)")
            }
        }
    }

    @Test("objects copied into another pack as they are open there", arguments: Place.allCases)
    func copied(_ place: Place) throws {
        let placed = try place.make()
        let writer = try PackWriter(store: placed.store)
        let sizes = [5, 100_000, 0, 1_500_000]
        let offsets = try sizes.map { try writer.append(picture($0, seed: 4)) }
        let first = try writer.finish()
        try first.makeDurable()
        let old = try placed.store.openPack(first.name)
        var moved: [UInt64] = []
        for (size, offset) in zip(sizes, offsets).reversed() {
            let count = UInt64(try ObjectSize.sealed(ofPlaintext: size))
            moved.insert(
                try writer.appendSealed(from: old, offset: offset, byteCount: count), at: 0)
        }
        for (offset, count) in [(0, first.byteCount + 1), (first.byteCount, 72), (.max, 72)] {
            #expect(throws: StoreError.damaged(first.name)) {
                try writer.appendSealed(from: old, offset: offset, byteCount: count)
            }
        }
        let second = try writer.finish()
        try second.makeDurable()
        #expect(second.name != first.name)
        let new = try placed.store.openPack(second.name)
        let reader = try ObjectReader()
        for (size, offset) in zip(sizes, moved) {
            #expect(try reader.read(new, at: offset, count: size) == picture(size, seed: 4))
        }
    }

    @Test("an object taken back leaves no trace in the pack", arguments: Place.allCases)
    func dropped(_ place: Place) throws {
        for before in [0, 100, 1_000_000, 2_100_000] {
            for taken in [0, 1000, 700_000, 3_000_000] {
                let placed = try place.make()
                let writer = try PackWriter(store: placed.store)
                var sizes: [Int] = []
                var offsets: [UInt64] = []
                if before > 0 {
                    offsets.append(try writer.append(picture(before, seed: 5)))
                    sizes.append(before)
                }
                let length = writer.objectByteCount
                _ = try writer.begin(key: fileKey(2), context: context(2))
                try writer.feed(picture(taken, seed: 6))
                try writer.drop()
                #expect(writer.objectByteCount == length)
                #expect(!writer.isFull)
                offsets.append(try writer.append(picture(200_000, seed: 7)))
                sizes.append(200_000)
                let end = writer.objectByteCount
                let pack = try writer.finish()
                try pack.makeDurable()
                #expect(pack.byteCount == Padme.paddedSize(of: end))
                let opened = try placed.store.openPack(pack.name)
                try PackCheck.requireSound(opened)
                #expect(opened.byteCount == pack.byteCount)
                let reader = try ObjectReader()
                for (size, offset) in zip(sizes, offsets) {
                    let seed: UInt64 = size == 200_000 ? 7 : 5
                    let back = try reader.read(opened, at: offset, count: size)
                    #expect(back == picture(size, seed: seed), "\(before) \(taken)")
                }
            }
        }
    }

    @Test("several threads write and read packs of one place at once", arguments: Place.allCases)
    func threads(_ place: Place) async throws {
        let placed = try place.make()
        let store = placed.store
        let names = try await withThrowingTaskGroup(of: PackName.self) { group in
            for worker in 0..<4 {
                group.addTask {
                    try await onThread {
                        let writer = try PackWriter(store: store)
                        _ = try writer.append(picture(300_000, seed: UInt64(worker)))
                        let pack = try writer.finish()
                        try pack.makeDurable()
                        let back = try ObjectReader().read(
                            store.openPack(pack.name), at: 0, count: 300_000)
                        #expect(back == picture(300_000, seed: UInt64(worker)))
                        return pack.name
                    }
                }
            }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(names.count == 4)
        #expect(try Set(placed.packs().keys) == names)
        #expect(try store.leftovers() == [])
    }
}

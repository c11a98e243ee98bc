import Testing
import VaultCrypto
import VaultFiles
import VaultFormat

@testable import VaultStore

@Suite("Damaged packs and objects in the wrong place")
struct DamageTests {
    /// A pack with a picture of 5 bytes and one of 2.5 chunks, both under key and context 1, and
    /// one of 2.5 chunks under 2.
    private struct Sample {
        let placed: PlacedStore
        let name: PackName
        let offsets: [UInt64]
        let sizes = [5, 40_000, 40_000]

        init(_ place: Place) throws {
            placed = try place.make()
            let writer = try PackWriter(store: placed.store)
            offsets = [
                try writer.append(picture(5), 1), try writer.append(picture(40_000), 1),
                try writer.append(picture(40_000, seed: 2), 2),
            ]
            let pack = try writer.finish()
            try pack.makeDurable()
            name = pack.name
        }

        /// What is wrong with one of the pictures, nil when nothing is.
        func defect(
            _ picture: Int, at offset: UInt64? = nil, key: UInt8 = 1, context other: [UInt8]? = nil
        ) throws -> ObjectDefect? {
            let pack = try placed.store.openPack(name)
            let reader = try ObjectReader()
            let place = offset ?? offsets[picture]
            let read = try outcome {
                _ = try reader.read(pack, at: place, count: sizes[picture], key, context: other)
            }
            let authenticated = try outcome {
                try reader.authenticate(
                    pack, at: place, byteCount: UInt64(sizes[picture]), key: fileKey(key),
                    context: other ?? context(key))
            }
            #expect(read == authenticated)
            return read
        }

        private func outcome(_ body: () throws -> Void) throws -> ObjectDefect? {
            do {
                try body()
                return nil
            } catch ReadError<Never>.object(let pack, let defect) {
                #expect(pack == name)
                return defect
            }
        }
    }

    @Test("ATTACKS 19: another key opens nothing", arguments: Place.allCases)
    func wrongKey(_ place: Place) throws {
        let sample = try Sample(place)
        #expect(try sample.defect(1) == nil)
        #expect(try sample.defect(1, key: 2, context: context(1)) == .wrongKey)
    }

    @Test("ATTACKS 16: no object stands in for another picture", arguments: Place.allCases)
    func anotherContext(_ place: Place) throws {
        let sample = try Sample(place)
        #expect(try sample.defect(1, context: context(2)) == .wrongKey)
        #expect(try sample.defect(2, key: 2) == nil)
        #expect(try sample.defect(1, at: sample.offsets[2]) == .wrongKey, "swapped places")
        #expect(try sample.defect(2, at: sample.offsets[1], key: 2) == .wrongKey)
        #expect(try sample.defect(1, at: sample.offsets[1] + 1) == .wrongKey)
    }

    @Test("ATTACKS 17: a thumbnail does not pass for the original", arguments: Place.allCases)
    func anotherKind(_ place: Place) throws {
        let sample = try Sample(place)
        let other = context(1, kind: .thumbnail)
        #expect(try sample.defect(1, context: other) == .wrongKey)
    }

    @Test("ATTACKS 23: one rotten bit costs its own object only", arguments: Place.allCases)
    func flipped(_ place: Place) throws {
        let sample = try Sample(place)
        let sound = try sample.placed.bytes(of: sample.name)
        let object = Int(sample.offsets[1])
        let end = object + (try ObjectSize.sealed(ofPlaintext: 40_000))
        for (offset, expected) in [
            (object, ObjectDefect.wrongKey), (object + 23, .wrongKey), (object + 24, .wrongKey),
            (object + 55, .wrongKey), (object + 56, .altered), (object + 56 + 16_400, .altered),
            (end - 17, .altered), (end - 1, .altered),
        ] {
            var bytes = sound
            bytes[offset] ^= 0x10
            try sample.placed.overwrite(sample.name, with: bytes)
            #expect(try sample.defect(1) == expected, "byte \(offset - object)")
            #expect(try sample.defect(0) == nil)
            #expect(try sample.defect(2, key: 2) == nil)
            let pack = try sample.placed.store.openPack(sample.name)
            #expect(throws: StoreError.damaged(sample.name)) { try PackCheck.requireSound(pack) }
        }
        // Behind the objects, nobody but the pack's name watches.
        var bytes = sound
        bytes[bytes.count - 1] ^= 1
        try sample.placed.overwrite(sample.name, with: bytes)
        #expect(try sample.defect(1) == nil)
        let pack = try sample.placed.store.openPack(sample.name)
        #expect(throws: StoreError.damaged(sample.name)) { try PackCheck.requireSound(pack) }
    }

    @Test("ATTACKS 14: a pack cut anywhere is noticed", arguments: Place.allCases)
    func cut(_ place: Place) throws {
        let sample = try Sample(place)
        let sound = try sample.placed.bytes(of: sample.name)
        let object = Int(sample.offsets[1])
        let end = Int(sample.offsets[2])
        for count in [object, object + 1, object + 56, object + 56 + 16_400, end - 16, end - 1] {
            try sample.placed.overwrite(sample.name, with: Array(sound[..<count]))
            #expect(try sample.defect(1) == .truncated, "\(count)")
            #expect(try sample.defect(0) == nil)
        }
        try sample.placed.overwrite(sample.name, with: Array(sound[..<end]))
        #expect(try sample.defect(1) == nil)
        let pack = try sample.placed.store.openPack(sample.name)
        #expect(throws: StoreError.damaged(sample.name)) { try PackCheck.requireSound(pack) }
    }

    @Test("ATTACKS 13: chunks swapped or doubled within an object are refused")
    func swappedChunks() throws {
        let sample = try Sample(.memory)
        let sound = try sample.placed.bytes(of: sample.name)
        let first = Int(sample.offsets[1]) + 56
        let (one, two) = (first..<first + 16_400, first + 16_400..<first + 32_800)
        for (into, from) in [(one, two), (two, one)] {
            var bytes = sound
            bytes.replaceSubrange(into, with: sound[from])
            try sample.placed.overwrite(sample.name, with: bytes)
            #expect(try sample.defect(1) == .altered)
        }
        var bytes = sound
        bytes.replaceSubrange(one, with: sound[two])
        bytes.replaceSubrange(two, with: sound[one])
        try sample.placed.overwrite(sample.name, with: bytes)
        #expect(try sample.defect(1) == .altered)
    }

    @Test("ATTACKS 20: a range is not handed out before the last chunk was opened")
    func rangeOfShortened() throws {
        let sample = try Sample(.memory)
        let offset = sample.offsets[1]
        let pack = try sample.placed.store.openPack(sample.name)
        let reader = try ObjectReader()
        #expect(
            try reader.readRange(0..<10, of: pack, at: offset, count: 40_000)
                == Array(picture(40_000)[..<10]))
        // A record that says another size: the first chunk would open all the same.
        for size in [39_999, 40_001, 16_384, 32_768] {
            #expect(throws: ReadError<Never>.object(sample.name, .altered)) {
                try reader.readRange(0..<10, of: pack, at: offset, count: size)
            }
        }
        var bytes = try sample.placed.bytes(of: sample.name)
        bytes[Int(offset) + 56 + 32_800] ^= 1
        try sample.placed.overwrite(sample.name, with: bytes)
        let damaged = try sample.placed.store.openPack(sample.name)
        #expect(throws: ReadError<Never>.object(sample.name, .altered)) {
            try reader.readRange(0..<10, of: damaged, at: offset, count: 40_000)
        }
    }

    @Test("what the closure throws comes through, and the reader goes on working")
    func bodyThrows() throws {
        struct Enough: Error, Equatable {}
        let sample = try Sample(.memory)
        let pack = try sample.placed.store.openPack(sample.name)
        let reader = try ObjectReader()
        #expect(throws: ReadError<Enough>.body(Enough())) {
            try reader.read(
                pack, at: sample.offsets[1], byteCount: 40_000, key: fileKey(1),
                context: context(1)
            ) { (_) throws(Enough) in throw Enough() }
        }
        #expect(try reader.read(pack, at: sample.offsets[0], count: 5) == picture(5))
    }

    @Test("ATTACKS 24: missing and unknown packs are told apart", arguments: Place.allCases)
    func missing(_ place: Place) throws {
        let sample = try Sample(place)
        let store = sample.placed.store
        let orphan = try PackName(bytes: [UInt8](repeating: 0xAB, count: 32))
        #expect(throws: StoreError.missing(orphan)) { try store.openPack(orphan) }
        #expect(try store.byteCount(of: orphan) == nil)
        let writer = try PackWriter(store: store)
        _ = try writer.append(picture(10))
        let second = try writer.finish()
        try second.makeDurable()
        #expect(Set(try sample.placed.packs().keys) == [sample.name, second.name])
        try store.remove(sample.name)
        try store.remove(sample.name)
        #expect(Set(try sample.placed.packs().keys) == [second.name])
        #expect(throws: StoreError.missing(sample.name)) { try store.openPack(sample.name) }
    }

    @Test("a reader goes on after its pack was removed", arguments: Place.allCases)
    func removedWhileRead(_ place: Place) throws {
        let sample = try Sample(place)
        let pack = try sample.placed.store.openPack(sample.name)
        try sample.placed.store.remove(sample.name)
        let back = try ObjectReader().read(pack, at: sample.offsets[1], count: 40_000)
        #expect(back == picture(40_000))
    }
}

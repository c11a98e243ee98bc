import Glibc
import Testing
import VaultCrypto
import VaultFiles
import VaultFormat

@testable import VaultStore

@Suite("Packs as files")
struct PackFileTests {
    private let scratch: Scratch
    private let store: DirectoryPackStore

    init() throws {
        scratch = try Scratch()
        store = try DirectoryPackStore.create(in: scratch.open())
    }

    private func names(_ below: String) throws -> [FileName] {
        var entries = try scratch.open(below).entries()
        var names: [FileName] = []
        while let entry = try entries.next() { names.append(entry.name) }
        return names.sorted()
    }

    private func makePack(_ size: Int) throws -> PackName {
        let writer = try PackWriter(store: store)
        _ = try writer.append(picture(size))
        let pack = try writer.finish()
        try pack.makeDurable()
        return pack.name
    }

    @Test("ATTACKS 98: all folders are there from the start, for the owner only")
    func layout() throws {
        #expect(try names("packs").count == 257)
        for name in try names("packs") {
            let status = try scratch.open("packs").status(of: name)
            #expect(status.kind == .folder && status.mode == 0o700)
        }
        // Made again over what is there, as after an interrupted init.
        _ = try DirectoryPackStore.create(in: scratch.open())
        _ = try DirectoryPackStore.open(in: scratch.open())
        #expect(throws: StoreError.file(.notFound)) {
            try DirectoryPackStore.open(in: scratch.open("packs"))
        }
    }

    @Test("a pack's name is what sha256sum says of its file")
    func sha256sum() throws {
        let name = try makePack(3_000_000)
        let path = "\(scratch.text)/packs/\(name.hex.prefix(2))/\(name.hex)"
        let stream = try #require(popen("sha256sum '\(path)'", "r"))
        var line = [CChar](repeating: 0, count: 256)
        _ = fgets(&line, 256, stream)
        #expect(pclose(stream) == 0)
        let said = String(decoding: line.prefix(64).map(UInt8.init(bitPattern:)), as: UTF8.self)
        #expect(said == name.hex)
    }

    @Test("ATTACKS 101: packs have sizes of PADMÉ classes only")
    func padded() throws {
        for size in [0, 1, 1000, 43_211, 1_234_567, 3_333_333] {
            _ = try makePack(size)
        }
        var classes = 0
        try store.forEachPack { _, count in
            #expect(PackSize.isPadded(count))
            classes += 1
        }
        #expect(classes == 6)
        #expect(!PackSize.isPadded(33_600_000) && PackSize.isPadded(34_603_008))
        #expect(!PackSize.isPadded(0))
    }

    @Test("a pack keeps no more of the disk than its bytes need")
    func givesBack() throws {
        for size in [1000, 1_500_000, 9_000_000] {
            let name = try makePack(size)
            var status = stat()
            let path = "\(scratch.text)/packs/\(name.hex.prefix(2))/\(name.hex)"
            #expect(stat(path, &status) == 0)
            #expect(Int(status.st_blocks) * 512 < Int(status.st_size) + (64 << 10), "\(size)")
        }
    }

    @Test("padding is different each time, and neither zeros nor plaintext")
    func paddingIsRandom() throws {
        var tails: Set<[UInt8]> = []
        for _ in 0..<3 {
            let name = try makePack(1_050_000)
            let placed = PlacedStore(store: store, scratch: scratch)
            let bytes = try placed.bytes(of: name)
            let tail = Array(bytes[try ObjectSize.sealed(ofPlaintext: 1_050_000)...])
            #expect(tail.count > 5000)
            // A count of each byte's values: far from even would be no keystream.
            var counts = [Int](repeating: 0, count: 256)
            for byte in tail { counts[Int(byte)] += 1 }
            #expect(counts.max()! < tail.count / 256 * 3)
            tails.insert(tail)
        }
        #expect(tails.count == 3)
    }

    @Test("ATTACKS 102: a pack's time is midnight, and its names tell nothing of order")
    func times() throws {
        let before = Int64(time(nil))
        let name = try makePack(1000)
        let folder = try scratch.open("packs/\(name.hex.prefix(2))")
        let status = try folder.status(of: FileName(name.hex))
        #expect(status.modified.nanoseconds == 0)
        #expect(status.modified.seconds % 86400 == 0)
        #expect(before - status.modified.seconds < 2 * 86400)
        #expect(status.modified.seconds <= before)
        #expect(status.mode == 0o600)
        for (seconds, expected) in [(86399, 0), (86400, 86400), (0, 0), (-1, -86400)] {
            let time = FileTime(seconds: Int64(seconds), nanoseconds: 5)
            let midnight = FileTime(seconds: Int64(expected), nanoseconds: 0)
            #expect(time.startOfDay == midnight)
        }
    }

    @Test("a pack being written is private, named at random, and gone when abandoned")
    func abandoned() throws {
        let old = umask(0)
        defer { umask(old) }
        let writer = try PackWriter(store: store)
        #expect(try names("packs/incoming") == [], "no file before the first object")
        _ = try writer.append(picture(10))
        let incoming = try names("packs/incoming")
        #expect(incoming.count == 1 && incoming[0].bytes.count == 32)
        #expect(try scratch.open("packs/incoming").status(of: incoming[0]).mode == 0o600)
        #expect(try store.leftovers() == [], "it is held")
        #expect(try store.removeLeftovers().count == 0)
        #expect(try names("packs/incoming") == incoming)
        writer.abandon()
        #expect(try names("packs/incoming") == [])

        _ = try writer.append(picture(10))
        let pack = try writer.finish()
        #expect(try names("packs/incoming").count == 1)
        #expect(try names("packs/incoming") != incoming)
        pack.abandon()
        #expect(try names("packs/incoming") == [])
        #expect(try store.byteCount(of: pack.name) == nil)
    }

    @Test("a pack that goes out of use unfinished leaves no file")
    func dropped() throws {
        do {
            let writer = try PackWriter(store: store)
            _ = try writer.append(picture(10))
            _ = try writer.finish()
            _ = try writer.append(picture(10))
        }
        #expect(try names("packs/incoming") == [])
        #expect(try PlacedStore(store: store, scratch: scratch).packs() == [:])
    }

    @Test("what a killed process left is listed with its size and removed; ours is not")
    func leftovers() throws {
        let incoming = try scratch.open("packs/incoming")
        try incoming.createExclusive("0123").write([1, 2, 3])
        try incoming.createExclusive("4567").write([4])
        try incoming.makeFolder("folder")
        let writer = try PackWriter(store: store)
        _ = try writer.append(picture(10))
        let found = try store.leftovers().sorted { $0.name < $1.name }
        #expect(
            found == [Leftover(name: "0123", byteCount: 3), Leftover(name: "4567", byteCount: 1)])
        let removed = try store.removeLeftovers()
        #expect(removed.count == 2 && removed.bytes == 4)
        #expect(try store.leftovers() == [])
        try writer.finish().makeDurable()
        #expect(try names("packs/incoming") == ["folder"])
    }

    @Test("another process's live pack is no leftover, and a killed one's is")
    func otherProcess() async throws {
        let writer = try PackWriter(store: store)
        _ = try writer.append(picture(10))
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = scratch.text as String] in
            let store = try DirectoryPackStore.open(in: Directory.open(FilePath(path)))
            #expect(try store.leftovers() == [])
            #expect(try store.removeLeftovers().count == 0)
            let writer = try PackWriter(store: store)
            _ = try writer.append(picture(2_000_000))
            kill(getpid(), SIGKILL)
        }
        let found = try store.leftovers()
        #expect(found.count == 1 && found[0].byteCount > 900_000)
        #expect(try store.removeLeftovers().count == 1)
        #expect(try names("packs/incoming").count == 1)
        try writer.finish().makeDurable()
    }

    @Test("looking for leftovers never disturbs a writer, and leaves nothing behind")
    func leftoversWhileWriting() async throws {
        let store = self.store
        let written = try await withThrowingTaskGroup(of: Int.self) { group in
            for worker in 0..<2 {
                group.addTask {
                    try await onThread {
                        let writer = try PackWriter(store: store)
                        for turn in 0..<40 {
                            _ = try writer.append(picture(100))
                            // Most are abandoned: it is as good a race and needs no sync.
                            if turn % 4 == worker {
                                try writer.finish().makeDurable()
                            } else {
                                writer.abandon()
                            }
                        }
                        return 10
                    }
                }
            }
            group.addTask {
                try await onThread {
                    for _ in 0..<300 {
                        #expect(try store.removeLeftovers().bytes == 0)
                        let found = try store.leftovers()
                        #expect(found.allSatisfy { $0.byteCount == 0 })
                    }
                    return 0
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(written == 20)
        #expect(try PlacedStore(store: store, scratch: scratch).packs().count == 20)
        #expect(try names("packs/incoming") == [])
    }

    @Test("ATTACKS 24: only files with a pack's name in its right folder are packs")
    func strangers() throws {
        let name = try makePack(10)
        let folder = try scratch.open("packs/\(name.hex.prefix(2))")
        try folder.createExclusive("README").write([1])
        let other = String(repeating: "ef", count: 32)
        let elsewhere = name.hex.hasPrefix("ef") ? "00" : "ef"
        try folder.createExclusive(FileName(name.hex.uppercased() + "0")).write([1])
        if elsewhere == "ef" { try folder.createExclusive(FileName(other)).write([1]) }
        try #require(
            symlink("/dev/null", "\(scratch.text)/packs/ab/\(String(repeating: "ab", count: 32))")
                == 0)
        #expect(Set(try PlacedStore(store: store, scratch: scratch).packs().keys) == [name])
        let link = try PackName(hex: String(repeating: "ab", count: 32))
        #expect(throws: StoreError.file(.isSymbolicLink)) { try store.openPack(link) }
    }

    @Test("folders that a copying tool left out are made when needed")
    func missingFolders() throws {
        let packs = try scratch.open("packs")
        for number in 0...255 { try packs.removeFolder(FileName(Hex.encode([UInt8(number)]))) }
        try packs.removeFolder("incoming")
        #expect(try store.leftovers() == [])
        #expect(try store.removeLeftovers().count == 0)
        #expect(try PlacedStore(store: store, scratch: scratch).packs() == [:])
        let nowhere = try PackName(hex: String(repeating: "ab", count: 32))
        #expect(throws: StoreError.missing(nowhere)) { try store.openPack(nowhere) }
        try store.remove(nowhere)
        let name = try makePack(10)
        #expect(try store.byteCount(of: name) != nil)
    }

    @Test("a pack of the same name is replaced by sound bytes")
    func replaced() throws {
        let placed = PlacedStore(store: store, scratch: scratch)
        let name = try makePack(1000)
        let bytes = try placed.bytes(of: name)
        try placed.overwrite(name, with: [1, 2, 3])
        let incoming = try store.beginPack()
        try bytes.withUnsafeBytes { try incoming.append($0) }
        try incoming.makeDurable(as: name)
        #expect(try placed.bytes(of: name) == bytes)
        #expect(try names("packs/incoming") == [])
    }
}

@Suite("When a pack is full")
struct PackSizeTests {
    @Test("an object of 16 MiB or more is a pack of its own")
    func large() throws {
        #expect(try ObjectSize.sealed(ofPlaintext: 16_760_792) == 16 << 20)
        #expect(!PackSize.isLarge(0) && !PackSize.isLarge(16_760_791))
        #expect(PackSize.isLarge(16_760_792) && PackSize.isLarge(5_000_000_000))
        #expect(PackSize.isLarge(.max))
        let writer = try PackWriter(store: MemoryPackStore())
        _ = try writer.append(picture(100))
        #expect(!writer.isFull)
        writer.abandon()
        _ = try writer.append(picture(16_760_792))
        #expect(writer.isFull)
        _ = try writer.finish()
        #expect(!writer.isFull && writer.isEmpty)
    }

    @Test("a pack is full at 32 MiB of objects")
    func full() throws {
        let store = MemoryPackStore()
        let writer = try PackWriter(store: store)
        let plaintext = picture(4_000_000)
        var count = 0
        while !writer.isFull {
            _ = try writer.append(plaintext)
            count += 1
        }
        #expect(count == 9)
        let pack = try writer.finish()
        #expect(pack.byteCount == Padme.paddedSize(of: 9 * 4_003_976))
        try pack.makeDurable()
        try PackCheck.requireSound(store.openPack(pack.name))
    }

    @Test("ATTACKS 49: when the place is full the whole pack is given up, and says so until told")
    func fullStore() throws {
        let store = MemoryPackStore(capacity: 2_000_000)
        let writer = try PackWriter(store: store)
        _ = try writer.append(picture(500_000))
        #expect(throws: StoreError.full) { try writer.append(picture(3_000_000)) }
        #expect(throws: StoreError.full) { try writer.append(picture(1)) }
        #expect(throws: StoreError.full) { try writer.finish() }
        #expect(throws: StoreError.full) {
            try writer.begin(key: fileKey(1), context: context(1))
        }
        writer.abandon()
        // All room is there again.
        _ = try writer.append(picture(1_700_000))
        let pack = try writer.finish()
        try pack.makeDurable()
        try PackCheck.requireSound(store.openPack(pack.name))
        try store.remove(pack.name)
        _ = try writer.append(picture(1_700_000))
        try writer.finish().makeDurable()
    }
}

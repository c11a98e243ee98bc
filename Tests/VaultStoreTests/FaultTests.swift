#if DEBUG
    import Glibc
    import Testing
    import VaultCrypto
    import VaultFiles
    import VaultFormat

    @testable import VaultStore

    /// Writes a pack of three objects. Returns it and where they lie.
    private func writePack(_ store: any PackStore) throws -> (PackName, [UInt64]) {
        let writer = try PackWriter(store: store)
        var offsets: [UInt64] = []
        for size in faultSizes { offsets.append(try writer.append(picture(size))) }
        let pack = try writer.finish()
        try pack.makeDurable()
        return (pack.name, offsets)
    }

    private let faultSizes = [40_000, 1_200_000, 5]
    /// The points that writing it passes; "create" and two of "pwrite" among them.
    private let faultPoints = [
        "create", "pwrite", "reserve", "pwrite", "truncate", "fsync", "rename", "fsync",
    ]

    /// Whatever has a name is whole; nothing else is there but leftovers, which can be removed.
    private func requireWholeOrNothing(_ placed: PlacedStore) throws -> PackName? {
        let packs = try placed.packs()
        #expect(packs.count <= 1)
        for name in packs.keys {
            let pack = try placed.store.openPack(name)
            try PackCheck.requireSound(pack)
            var offset: UInt64 = 0
            let reader = try ObjectReader()
            for size in faultSizes {
                #expect(try reader.read(pack, at: offset, count: size) == picture(size))
                offset += UInt64(try ObjectSize.sealed(ofPlaintext: size))
            }
        }
        try placed.store.removeLeftovers()
        let incoming = try placed.scratch!.open("packs/incoming")
        var entries = try incoming.entries()
        #expect(try entries.next() == nil)
        return packs.keys.first
    }

    /// Fault plans belong to a whole process, so each test has one of its own.
    @Suite("Packs when the disk fails or the power goes")
    struct FaultTests {
        @Test("ATTACKS 53: bytes are synced, then named, then the name is synced")
        func order() async {
            await #expect(processExitsWith: .success) {
                let placed = try Place.folder.make()
                #expect(FaultPlan.install("count"))
                let (name, _) = try writePack(placed.store)
                #expect(FaultPlan.report.names == faultPoints)
                #expect(FaultPlan.install("count"))
                try placed.store.remove(name)
                #expect(FaultPlan.report.names == ["unlink", "fsync"])
            }
        }

        @Test("ATTACKS 48, 49, 50, 51: an error at any point leaves the whole pack or nothing")
        func errors() async {
            await #expect(processExitsWith: .success) {
                let placed = try Place.folder.make()
                for word in ["eio", "enospc", "short"] {
                    for persists in [false, true] {
                        for point in 1...faultPoints.count {
                            #expect(FaultPlan.install("\(word)@\(point)\(persists ? "+" : "")"))
                            let result = Result { try writePack(placed.store) }
                            FaultPlan.remove()
                            guard case .failure(let error as StoreError) = result else {
                                Issue.record("\(word) at \(point) went unnoticed")
                                continue
                            }
                            let full = word != "eio"
                            #expect((error == .full) == full, "\(word) \(point): \(error)")
                            let left = try requireWholeOrNothing(placed)
                            // Only the folder's own sync fails too late to take the name back.
                            let isLast = point == faultPoints.count
                            #expect((left != nil) == isLast, "\(word) \(point)")
                            // And the place is as good as before.
                            if let left { try placed.store.remove(left) }
                            let (again, _) = try writePack(placed.store)
                            #expect(try requireWholeOrNothing(placed) == again)
                            try placed.store.remove(again)
                        }
                    }
                }
            }
        }

        @Test("ATTACKS 51: after a sync that failed the file is given up, not synced again")
        func failedSync() async {
            await #expect(processExitsWith: .success) {
                let placed = try Place.folder.make()
                #expect(FaultPlan.install("eio@6"))
                #expect(throws: StoreError.self) { try writePack(placed.store) }
                #expect(FaultPlan.report.names == faultPoints[..<6] + ["unlink"])
            }
        }

        @Test("ATTACKS 47: a kill at any point leaves a whole pack or none", arguments: 1...8)
        func kills(point: Int) async throws {
            let placed = try Place.folder.make()
            for word in ["kill", "torn"] {
                await #expect(processExitsWith: .signal(SIGKILL)) {
                    [
                        path = placed.scratch!.text as String, word = word as String,
                        point = point as Int
                    ] in
                    let store = try DirectoryPackStore.open(in: Directory.open(FilePath(path)))
                    #expect(FaultPlan.install("\(word)@\(point)"))
                    _ = try writePack(store)
                }
                let left = try requireWholeOrNothing(placed)
                #expect((left != nil) == (point == 8))
                if let left { try placed.store.remove(left) }
            }
        }

        @Test("ATTACKS 48: an error while a pack is taken back or removed is told")
        func errorsElsewhere() async {
            await #expect(processExitsWith: .success) {
                let placed = try Place.folder.make()
                let writer = try PackWriter(store: placed.store)
                _ = try writer.begin(key: fileKey(1), context: context(1))
                try writer.feed(picture(2_000_000))
                #expect(FaultPlan.install("eio@1"))
                #expect(throws: StoreError.self) { try writer.drop() }
                #expect(throws: StoreError.self) { try writer.append(picture(1)) }
                FaultPlan.remove()
                writer.abandon()
                let (name, _) = try writePack(placed.store)
                for point in 1...2 {
                    #expect(FaultPlan.install("eio@\(point)"))
                    #expect(throws: StoreError.self) { try placed.store.remove(name) }
                    FaultPlan.remove()
                }
                try placed.store.remove(name)
                #expect(try requireWholeOrNothing(placed) == nil)
            }
        }

        @Test("a place that was made in part is made whole by the next try")
        func creation() async {
            await #expect(processExitsWith: .success) {
                for point in [1, 2, 130, 257, 258, 259, 260] {
                    let scratch = try Scratch()
                    #expect(FaultPlan.install("eio@\(point)"))
                    #expect(throws: StoreError.self, "\(point)") {
                        try DirectoryPackStore.create(in: scratch.open())
                    }
                    FaultPlan.remove()
                    let store = try DirectoryPackStore.create(in: scratch.open())
                    _ = try writePack(store)
                }
            }
        }
    }
#endif

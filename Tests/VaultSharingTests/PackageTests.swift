import Testing
import VaultCrypto
import VaultFiles
import VaultFormat
import VaultSharing

@Suite("Packages")
struct PackageTests {
    /// Makes and publishes a package of these pictures.
    static func make(
        _ pictures: [[UInt8]], in bench: Workbench, views: Int? = nil, publish: Bool = true
    ) throws -> PackageMaker {
        let maker = try PackageMaker(in: bench.shares(), password: nil)
        for picture in pictures {
            try maker.begin(Int64(picture.count))
            // In pieces that end anywhere.
            var rest = picture[...]
            var size = 1
            while !rest.isEmpty {
                let piece = Array(rest.prefix(size))
                try piece.withUnsafeBytes { try maker.write($0) }
                rest = rest.dropFirst(size)
                size = size * 3 + 1
            }
            try maker.end(
                LinkManifest.Item(type: "image/jpeg", size: Int64(picture.count)))
        }
        try maker.finish(note: "for you", isOriginal: false, expires: 2_000_000_000, views: views)
        if publish { try maker.publish() }
        return maker
    }

    static func opener(_ maker: PackageMaker, _ bench: Workbench) throws -> PackageOpener {
        let link = maker.link(base: "https://pictures.example")
        let half = try bench.read("shares/halves/\(maker.name.hex)")
        return try PackageOpener(
            link.id, LinkSecret(checking: secret(link.secret)), password: nil,
            half: ServerHalf(checking: secret(half)))
    }

    static func objects(_ maker: PackageMaker, _ bench: Workbench, _ count: Int) throws -> [[UInt8]]
    {
        try (0...count).map { try bench.read("shares/links/\(maker.name.hex)/\($0)") }
    }

    @Test("pictures of any size come back, in size classes, and the offer says what lies there")
    func roundTrip() throws {
        let bench = try Workbench()
        let sizes = [0, 1, 16_383, 16_384, 16_385, 100_000, 1 << 20, 1 << 20 + 70_000, 3_000_000]
        let pictures = sizes.enumerated().map { sample($1, UInt8($0)) }
        let maker = try Self.make(pictures, in: bench, views: 3)
        let objects = try Self.objects(maker, bench, sizes.count)
        let opened = try openAll(Self.opener(maker, bench), objects)
        #expect(opened.pictures == pictures)
        #expect(opened.manifest.note == "for you")
        for (size, object) in zip(sizes, objects.dropFirst()) {
            let padded = Int(Padme.paddedSize(of: UInt64(size)))
            #expect(try object.count == ObjectSize.sealed(ofPlaintext: padded))
        }
        let offer = try bench.shares().offer(maker.name)
        #expect(offer.objects == objects.map { Int64($0.count) })
        #expect(offer.views == 3)
        let text = maker.link(base: "https://pictures.example")
        let link = try LinkSecret(checking: secret(text.secret))
        let proof = bytes(try LinkKeys.proof(of: maker.id, link))
        #expect(offer.proof.bytes == Digest(hashing: proof).bytes)
        #expect(try bench.names("shares/links") == [maker.name.hex])
        #expect(try bench.shares().names() == [maker.name])
        #expect(try bench.shares().state(maker.name).taken == 0)
    }

    @Test("ATTACK 91: an object in another's place, cut or changed opens nothing of itself")
    func swapped() throws {
        let bench = try Workbench()
        let pictures = [sample(40_000, 1), sample(40_000, 2)]
        let maker = try Self.make(pictures, in: bench)
        let opener = try Self.opener(maker, bench)
        let whole = try Self.objects(maker, bench, 2)
        #expect(throws: SharingError.crypto(.wrongKey)) {
            _ = try openAll(opener, [whole[0], whole[2], whole[1]])
        }
        for index in stride(from: 0, to: whole[1].count, by: 1_999) {
            var bad = whole
            bad[1][index] ^= 1
            #expect(throws: SharingError.self) { _ = try openAll(opener, bad) }
        }
        #expect(throws: SharingError.self) {
            _ = try openAll(opener, [whole[0], whole[1].dropLast(), whole[2]])
        }
        #expect(throws: SharingError.self) { _ = try openAll(opener, [whole[0], whole[1]]) }
        // Another share's object of the same number and size.
        let other = try Self.make(pictures, in: bench)
        let foreign = try Self.objects(other, bench, 2)
        #expect(throws: SharingError.crypto(.wrongKey)) {
            _ = try openAll(opener, [whole[0], foreign[1], whole[2]])
        }
        #expect(try openAll(opener, whole).pictures == pictures)
    }

    @Test("ATTACK 79: destroyed, a share's half is overwritten and gone, then all else of it")
    func destroyed() throws {
        let bench = try Workbench()
        let maker = try Self.make([sample(100, 1)], in: bench)
        let half = "shares/halves/\(maker.name.hex)"
        let shares = try bench.shares()
        let before = try bench.folder.openFolder("shares").openFolder("halves")
            .openFile(FileName(maker.name.hex))
        #expect(try shares.hasHalf(maker.name))
        #expect(try shares.destroy(maker.name))
        #expect(try before.readAll(limit: 64) == [UInt8](repeating: 0, count: 32))
        #expect(!bench.exists(half))
        #expect(try bench.names("shares/links") == [])
        #expect(try bench.names("shares/halves") == ["CACHEDIR.TAG"])
        #expect(try !shares.hasHalf(maker.name))
        #expect(try !shares.destroy(maker.name))
    }

    @Test("a package that was not published is not served, and goes")
    func abandoned() throws {
        let bench = try Workbench()
        let maker = try Self.make([sample(100, 1)], in: bench, publish: false)
        #expect(try bench.shares().names() == [])
        #expect(try bench.names("shares/halves") == ["CACHEDIR.TAG"])
        maker.abandon()
        #expect(try bench.names("shares/links") == [])
        let half = try PackageMaker(in: bench.shares(), password: nil)
        try half.begin(100)
        half.abandon()
        #expect(try bench.names("shares/links") == [])
    }

    @Test(
        "what stopped commands left is swept: begun packages, halves alone, packages without half")
    func swept() throws {
        let bench = try Workbench()
        let shares = try bench.shares()
        let kept = try Self.make([sample(100, 1)], in: bench)
        let begun = try Self.make([sample(100, 2)], in: bench, publish: false)
        let ended = try Self.make([sample(100, 3)], in: bench)
        try bench.write([], "shares/halves/" + String(repeating: "ab", count: 16))
        try bench.folder.openFolder("shares").openFolder("halves")
            .unlink(FileName(ended.name.hex))
        let now = Int64(Wall.now)
        #expect(try shares.sweep(now: now) == 1)
        #expect(try bench.names("shares/links").count == 2)
        for name in try bench.names("shares/links") { try bench.age("shares/links/\(name)") }
        for name in try bench.names("shares/halves") { try bench.age("shares/halves/\(name)") }
        #expect(try shares.sweep(now: now) == 2)
        #expect(try bench.names("shares/links") == [kept.name.hex])
        #expect(try bench.names("shares/halves") == [kept.name.hex, "CACHEDIR.TAG"].sorted())
        _ = begun
    }

    @Test("what lies in shares/ is a stranger's: links are not followed, sizes are bounded")
    func hostile() throws {
        let bench = try Workbench()
        let shares = try bench.shares()
        let maker = try Self.make([sample(100, 1)], in: bench)
        let place = "shares/links/\(maker.name.hex)"
        try bench.write([UInt8](repeating: 0x20, count: 300_000), "\(place)/state.json")
        #expect(throws: SharingError.file(.tooLarge)) { _ = try shares.state(maker.name) }
        try bench.write(Array("{}".utf8), "\(place)/offer.json")
        #expect(throws: SharingError.self) { _ = try shares.offer(maker.name) }
        try bench.write(sample(32, 9), "secret")
        for name in ["\(place)/offer.json", "shares/halves/\(maker.name.hex)"] {
            try bench.replaceByLink(name, to: "\(bench.path)/secret")
        }
        #expect(throws: SharingError.file(.isSymbolicLink)) { _ = try shares.offer(maker.name) }
        try shares.destroy(maker.name)
        #expect(try bench.read("secret") == sample(32, 9))
        #expect(try bench.names("shares/links") == [])
    }
}

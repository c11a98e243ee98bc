import Testing
import VaultCrypto
import VaultFiles
import VaultFormat

@testable import VaultIndex

/// A vault's folder for one test, with a key that a child process can make again.
final class Fixture: Sendable {
    let folder: FilePath
    private let isOwner: Bool

    init() throws {
        let parent = try Self.parent()
        let name = try FileName("lighttight-index-" + Hex.encode(RandomBytes.make(12)))
        try Directory.open(parent, followingLast: true).makeFolder(name)
        folder = parent.appending(name)
        isOwner = true
    }

    /// In memory where that can be: hundreds of tests that sync to a disk take minutes.
    private static func parent() throws -> FilePath {
        let memory = try FilePath("/dev/shm")
        do {
            _ = try Directory.open(memory).createUnnamed()
            return memory
        } catch {
            return try FilePath("/tmp")
        }
    }

    init(existing folder: String) throws {
        self.folder = try FilePath(folder)
        isOwner = false
    }

    deinit {
        guard isOwner else { return }
        // A leftover in /tmp fails no test.
        try? remove()
    }

    private func remove() throws {
        let directory = try Directory.open(folder)
        for name in try names() { try directory.unlink(name) }
        try Directory.open(folder.parent, followingLast: true)
            .removeFolder(FileName(bytes: folder.lastComponent!))
    }

    var path: String { String(decoding: folder.bytes, as: UTF8.self) }

    static let vault = VaultID(words: SIMD16(repeating: 7))
    static func key(_ byte: UInt8 = 1) -> IndexKey {
        IndexKey(Secret(count: 32) { $0.initializeMemory(as: UInt8.self, repeating: byte) })
    }

    func names() throws -> [FileName] {
        var names: [FileName] = []
        var reader = try Directory.open(folder).entries()
        while let entry = try reader.next() { names.append(entry.name) }
        return names
    }

    func bytes(of name: FileName) throws -> [UInt8] {
        try Directory.open(folder).openFile(name).readAll(limit: 1 << 30)
    }

    func put(_ bytes: [UInt8], as name: FileName) throws {
        let directory = try Directory.open(folder)
        try directory.unlinkIfPresent(name)
        try directory.createExclusive(name).write(bytes)
    }

    /// Every byte of every file, one after the other.
    func everything() throws -> [UInt8] { try names().flatMap { try bytes(of: $0) } }

    func build(_ pictures: [IndexedPicture], revision: Int64 = 1) throws {
        let builder = try IndexBuilder(in: folder, key: Self.key(), vault: Self.vault)
        try builder.add(pictures)
        _ = try builder.finish(revision: revision)
    }

    func opening(_ byte: UInt8 = 1, vault: VaultID = Fixture.vault) throws -> PictureIndex.Opening {
        try PictureIndex.open(in: folder, key: Self.key(byte), vault: vault, wait: .seconds(2))
    }

    func open() throws -> PictureIndex {
        switch try opening() {
        case .ready(let index): return index
        case .rebuild(let reason): throw Unexpected(reason: reason)
        }
    }

    struct Unexpected: Error { let reason: PictureIndex.RebuildReason }
}

extension PictureIndex.Opening {
    var reason: PictureIndex.RebuildReason? {
        switch self {
        case .ready: nil
        case .rebuild(let reason): reason
        }
    }
}

extension PictureIndex {
    func rows(_ query: IndexQuery) throws -> [Int64] { try find(query).map(\.row) }

    func rows(_ text: String) throws -> [Int64] {
        var query = IndexQuery()
        query.text = try SearchText(parsing: text)
        query.order = .oldest
        return try rows(query)
    }
}

enum Sample {
    static func id(_ row: Int) -> RecordID {
        var words = SIMD16<UInt8>(repeating: 0x5A)
        for index in 0..<8 { words[index] = UInt8(truncatingIfNeeded: row &* 0x9E37_79B9 >> index) }
        words[8] = UInt8(row & 255)
        words[9] = UInt8(row >> 8 & 255)
        words[10] = UInt8(row >> 16 & 255)
        return RecordID(words: words)
    }

    /// Pictures that differ in all that can be asked for.
    static func picture(_ row: Int, revision: Int64 = 1) -> IndexedPicture {
        var picture = IndexedPicture(
            row: Int64(row), id: id(row), revision: revision,
            digest: ContentDigest(words: SIMD32(repeating: UInt8(row & 255))),
            byteCount: UInt64(1000 + row * 7919 % 5000),
            type: MediaType(
                name: row % 5 == 0 ? "video/mp4" : row % 7 == 0 ? "image/x-canon-cr2" : "image/jpeg"
            ),
            imported: 1_700_000_000 + Int64(row),
            paths: [Array("2024/Urlaub/IMG_\(10_000 + row).jpg".utf8)])
        if row % 3 != 0 {
            picture.taken = CaptureTime(
                local: 1_500_000_000 + Int64(row * 7_919 % 1000) * 86_400,
                minutesEast: row % 2 == 0 ? 120 : nil, source: .exif)
        }
        picture.size = PixelSize(width: 4000, height: 3000)
        picture.maker = row % 2 == 0 ? "Canon" : "NIKON CORPORATION"
        picture.model = row % 2 == 0 ? "EOS R5" : "D750"
        picture.tags = row % 4 == 0 ? ["sea", "Sonne"] : row % 4 == 1 ? ["sea"] : []
        picture.albums = row % 10 == 0 ? ["Italia"] : []
        picture.subjects = [String(format(row))]
        picture.caption = row % 6 == 0 ? "Ein Café am Meer" : nil
        picture.isInBin = row % 11 == 0
        picture.hash = PictureHash(
            bytes: (0..<32).map { UInt8(truncatingIfNeeded: row &* ($0 + 3)) },
            quality: UInt8(row % 101))
        picture.stack = row % 8 < 2 ? Array("stack \(row / 8)".utf8) : nil
        if row % 9 == 0 {
            picture.place = Place(latitude: 435_000_000 + Int32(row) * 1000, longitude: 112_000_000)
        }
        return picture
    }

    /// A member number of six digits.
    static func format(_ row: Int) -> String {
        String(repeating: "0", count: 6 - String(row).count) + String(row)
    }

    static func pictures(_ count: Int) -> [IndexedPicture] { (1...count).map { picture($0) } }
}

/// The file as Spec 09 §2 tells it, opened without the VFS.
enum SealedLayout {
    struct Opened {
        var id: [UInt8]
        var state: [UInt8]
        var blocks: [[UInt8]]
        var plaintext: [UInt8] { blocks.flatMap { $0 } }
    }

    static let head = 112
    static let block = 4136

    static func open(
        _ file: [UInt8], kind: UInt8, key: UInt8 = 1, vault: VaultID = Fixture.vault
    ) throws -> Opened {
        let key = Fixture.key(key).blockKey()
        #expect(Array(file[..<8]) == Array("LTGINDX".utf8) + [1])
        let id = Array(file[8..<24])
        func associated(_ part: UInt8, _ number: Int) -> [UInt8] {
            Array("lighttight/1 index".utf8) + [0] + vault.bytes + [part, kind] + id
                + withUnsafeBytes(of: UInt64(number).bigEndian) { Array($0) }
        }
        let state = try Box.open(
            Array(file[24..<head]), under: key, associated: associated(0, 0))
        var blocks: [[UInt8]] = []
        var offset = head
        while offset < file.count {
            let end = min(offset + block, file.count)
            blocks.append(
                try Box.open(
                    Array(file[offset..<end]), under: key, associated: associated(1, blocks.count)))
            offset = end
        }
        return Opened(id: id, state: state, blocks: blocks)
    }
}

extension [UInt8] {
    func holds(_ part: String) -> Bool {
        let part = Array(part.utf8)
        guard part.count <= count else { return false }
        return withUnsafeBytes { all in
            for start in 0...(count - part.count) where all[start] == part[0] {
                if all[start..<(start + part.count)].elementsEqual(part) { return true }
            }
            return false
        }
    }
}

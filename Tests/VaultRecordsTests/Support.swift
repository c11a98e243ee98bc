import Testing
import VaultCrypto
import VaultFiles
import VaultFormat

@testable import VaultRecords

/// A vault's folder for one test, with keys and what is needed to make records in it.
final class Fixture: Sendable {
    let folder: FilePath
    let vault: VaultID
    let wrapKey = WrapKey.random()
    let tagKey = TagKey.random()
    let deskKey = DeskKey.random()
    private let isOwner: Bool

    init() throws {
        vault = try VaultID(bytes: RandomBytes.make(16))
        let name = try FileName("lighttight-records-" + vault.hex)
        let parent = try Self.parent()
        let directory = try Directory.open(parent, followingLast: true)
        try directory.makeFolder(name)
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

    /// Keys for a vault that another process made and will remove.
    init(existing folder: FilePath) throws {
        vault = try VaultID(bytes: RandomBytes.make(16))
        self.folder = folder
        isOwner = false
    }

    deinit {
        guard isOwner else { return }
        // A leftover in /tmp fails no test.
        try? remove()
    }

    private func remove() throws {
        do {
            let directory = try Directory.open(folder)
            for name in try names(of: directory) { try directory.unlink(name) }
            if try directory.contains("locks") {
                let locks = try directory.openFolder("locks")
                for name in try names(of: locks) { try locks.unlink(name) }
                try directory.removeFolder("locks")
            }
        }
        let parent = try Directory.open(folder.parent, followingLast: true)
        try parent.removeFolder(FileName(bytes: folder.lastComponent!))
    }

    func names(of directory: borrowing Directory) throws -> [FileName] {
        var names: [FileName] = []
        var reader = try directory.entries()
        while let entry = try reader.next() {
            if entry.kind != .folder { names.append(entry.name) }
        }
        return names
    }

    var header: [UInt8] { Array("{\"header\":1}".utf8) }

    func create() throws {
        try RecordsDatabase.create(
            in: folder, header: header,
            keyring: [KeyringRow(purpose: .signing, epoch: 1, wrapped: [1, 2, 3])],
            entry: { (place) throws(RecordsError) in Sample.entry(place) })
    }

    func open(_ mode: RecordsDatabase.Mode = .writing) throws -> RecordsDatabase {
        try RecordsDatabase.open(in: folder, mode: mode, wait: .seconds(2))
    }

    var opener: RecordOpener { RecordOpener(vault: vault, epoch: 1, wrapKey: wrapKey) }
    var sealer: RecordSealer {
        RecordSealer(vault: vault, wrapKey: wrapKey, tagKey: tagKey, deskKey: deskKey)
    }

    func bytes(of name: FileName) throws -> [UInt8] {
        try Directory.open(folder).openFile(name).readAll(limit: 1 << 30)
    }
}

/// Values that differ from each other.
enum Sample {
    static func id() throws -> RecordID { try RecordID(bytes: RandomBytes.make(16)) }

    static func value(_ number: Int = 0, tags: [String] = []) throws -> RecordValue {
        RecordValue(
            digest: try ContentDigest(bytes: RandomBytes.make(32)), byteCount: UInt64(number),
            type: MediaType(name: "image/jpeg"),
            location: ObjectLocation(
                pack: try PackName(bytes: RandomBytes.make(32)), offset: UInt64(number) * 43_000),
            imported: 1_700_000_000, tags: tags)
    }

    static func occurrence(_ number: Int) -> OccurrenceValue {
        OccurrenceValue(
            root: Array("/home/somebody/Pictures".utf8),
            path: Array("2024/IMG_\(number).JPG".utf8), modified: 1_600_000_000_000_000_000,
            subject: number.isMultiple(of: 2) ? "member \(number)" : nil,
            memory: FileMemory(device: 1, inode: UInt64(number), byteCount: 43_000, changed: 5))
    }

    /// An entry that names nobody: this room stores entries and does not read them.
    static func entry(_ place: LogPosition) -> LoggedEntry {
        LoggedEntry(
            actor: nil, leaf: Array("leaf \(place.sequence)".utf8), rows: place.rows.encoded,
            edge: Array("edge \(place.sequence + 1)".utf8))
    }
}

extension RecordsDatabase {
    /// A transaction with such an entry.
    @discardableResult
    func transaction<R>(
        destroying: Bool = false, wait: Duration = patience, _ body: (RecordsWriter) throws -> R
    ) throws -> R {
        try transaction(
            destroying: destroying, wait: wait, entry: { place, _ in Sample.entry(place) }, body)
    }
}

extension Fixture {
    /// A batch of new records with one or two occurrences each.
    func batch(_ count: Int, from first: Int = 0) throws -> RecordBatch {
        var sealer = sealer
        var batch = RecordBatch()
        for number in first..<(first + count) {
            var places = [Sample.occurrence(number)]
            if number % 5 == 4 { places.append(Sample.occurrence(number + 1_000_000)) }
            sealer.seal(
                try Sample.value(number), places, id: try Sample.id(), key: FileKey.random(),
                detail: Array("detail \(number)".utf8), into: &batch)
        }
        return batch
    }

    @discardableResult
    func insert(_ count: Int, from first: Int = 0, into database: RecordsDatabase) throws
        -> RecordBatch
    {
        var batch = try batch(count, from: first)
        try database.transaction { writer in try writer.insert(&batch) }
        return batch
    }
}

import CSealedFiles
import Testing
import VaultCrypto
import VaultFiles
import VaultFormat

@testable import VaultIndex

/// A cipher of a test's own, which sees each block before it is written.
// Sendable: used by one connection, on one thread.
final class WriteWatcher: @unchecked Sendable {
    private let fixture: Fixture
    private let key = Fixture.key().blockKey()
    private(set) var writes = 0
    /// The writes of heads, the one after each, and those of the first page.
    private(set) var delicate: Set<Int> = []
    /// The write whose block is to be torn, with all after it undone by a kill; none when 0.
    var torn = 0
    /// Both files as they were in the middle of writing the database.
    private(set) var database: [UInt8] = []
    private(set) var journal: [UInt8] = []
    /// Whether that is after the last page, else after the second.
    var isLate = false
    private var pages = 0
    private var heads = 0

    /// Does not hold the fixture, whose folder is to go when its test is done.
    init(_ fixture: Fixture) throws { self.fixture = try Fixture(existing: fixture.path) }

    func connection() throws -> Connection {
        #expect(lt_sealed_register() == 0)
        var cipher = lt_sealed_cipher()
        // It stays, since a connection may outlive all who know it.
        cipher.context = Unmanaged.passRetained(self).toOpaque()
        cipher.seal = { context, associated, associatedCount, plain, count, sealed in
            Unmanaged<WriteWatcher>.fromOpaque(context!).takeUnretainedValue().seal(
                UnsafeRawBufferPointer(start: associated, count: associatedCount),
                UnsafeRawBufferPointer(start: plain, count: count), sealed!)
            return 1
        }
        cipher.open = { context, associated, associatedCount, sealed, count, plain in
            let watcher = Unmanaged<WriteWatcher>.fromOpaque(context!).takeUnretainedValue()
            do {
                _ = try Box.open(
                    UnsafeRawBufferPointer(start: sealed, count: count), under: watcher.key,
                    associated: UnsafeRawBufferPointer(start: associated, count: associatedCount),
                    into: UnsafeMutableRawBufferPointer(start: plain, count: count - 40))
                return 1
            } catch {
                return 0
            }
        }
        cipher.random = { _, bytes, count in
            RandomBytes.fill(UnsafeMutableRawBufferPointer(start: bytes, count: count))
        }
        let associated = Array("lighttight/1 index".utf8) + [0] + Fixture.vault.bytes
        withUnsafeMutableBytes(of: &cipher.associated) { $0.copyBytes(from: associated) }
        cipher.associated_count = associated.count
        let number = lt_sealed_lend(&cipher)
        let path = String(decoding: fixture.folder.appending("index.db").bytes, as: UTF8.self)
        return try Connection(
            "file:\(path)?vfs=lighttight&cipher=\(number)", nil, .using, wait: .seconds(2))
    }

    private func seal(
        _ associated: UnsafeRawBufferPointer, _ plain: UnsafeRawBufferPointer,
        _ sealed: UnsafeMutablePointer<UInt8>
    ) {
        writes += 1
        if torn > 0, writes > torn { killSelf() }
        Box.seal(
            plain, under: key, associated: associated,
            into: UnsafeMutableRawBufferPointer(start: sealed, count: plain.count + 40))
        let prefix = 19 + 16
        if associated[prefix] == 0 { delicate.formUnion([writes, writes + 1]) }
        if associated[prefix] == 1, associated[prefix + 1] == 1, plain.starts(with: "SQLite".utf8) {
            delicate.insert(writes)
        }
        if torn > 0, writes == torn, associated[prefix] == 1 {
            // Its first page came to the file, the rest did not.
            for index in (plain.count / 2)..<(plain.count + 40) { sealed[index] = 0x5A }
        }
        guard associated[prefix + 1] == 1 else { return }
        // The second head is the one that says that all is written.
        if associated[prefix] == 1 { pages += 1 } else { heads += 1 }
        if isLate ? heads == 2 : pages == 3 && database.isEmpty {
            do {
                database = try fixture.bytes(of: "index.db")
                journal = try fixture.bytes(of: "index.db-journal")
            } catch {
                Issue.record(error)
            }
        }
    }
}

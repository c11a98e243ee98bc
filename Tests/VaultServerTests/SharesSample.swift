import Glibc
import Synchronization
import VaultCrypto
import VaultFiles
import VaultFormat
import VaultSharing

@testable import VaultServer

/// A folder `shares/` of a test's own, as a vault would have left it.
final class SharesSample: Sendable {
    let path: FilePath
    let vault = try! VaultID(bytes: RandomBytes.make(16))
    let auditKey = ReceivingKey.random()

    init() throws {
        let base = try FilePath(getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp")
        let name = try FileName("lighttight-server-\(getpid())-\(UInt64.random(in: 0 ... .max))")
        try Directory.open(base, followingLast: true).makeFolder(name)
        path = base.appending(name)
        let notice = ServerNotice(vault: vault, epoch: 1, audit: auditKey.publicKey)
        try AtomicFile.replace("vault.json", in: open(), with: notice.encoded)
        for name: FileName in ["links", "halves"] { try open().makeFolder(name) }
    }

    func open() throws -> Directory { try Directory.open(path) }

    func folder() throws -> ServedFolder { try ServedFolder(at: path) }

    /// What a recipient knows, and what lies in the package.
    struct Share: Sendable {
        let id: ShareID
        let proof = RandomBytes.make(32)
        let view = RandomBytes.make(32)
        let half = RandomBytes.make(32)
        let objects: [[UInt8]]

        var name: ShareName { ServedFolder.name(of: id) }
        var idText: String { Base64URL.encode(id.bytes) }
    }

    /// Makes a package in the order of Spec 11 §4.
    func share(
        views: Int? = 1, lasts: Int64 = 3_600, objects: [Int] = [500, 100_000],
        password: Bool = false
    ) throws -> Share {
        let share = Share(
            id: try ShareID(bytes: RandomBytes.make(16)),
            objects: objects.map { RandomBytes.make($0) }
        )
        let links = try open().openFolder("links")
        let halves = try open().openFolder("halves")
        let incoming: FileName = "incoming-1"
        try links.makeFolder(incoming)
        let package = try links.openFolder(incoming)
        for (number, bytes) in share.objects.enumerated() {
            try package.createExclusive(FileName(String(number))).write(bytes)
        }
        try put(offer(share, views: views, lasts: lasts, password: password), in: package)
        try halves.createExclusive(share.name.fileName).write(share.half)
        try links.rename(incoming, as: share.name.fileName)
        return share
    }

    func offer(
        _ share: Share, views: Int?, lasts: Int64, password: Bool = false
    ) -> ShareOffer {
        ShareOffer(
            expires: Int64(time(nil)) + lasts, objects: share.objects.map { Int64($0.count) },
            password: password
                ? ShareOffer.Password(rounds: 600_000, salt: RandomBytes.make(16)) : nil,
            proof: Digest(hashing: share.proof).bytes, view: Digest(hashing: share.view).bytes,
            views: views)
    }

    func put(_ offer: ShareOffer, in package: borrowing Directory) throws {
        try AtomicFile.replace("offer.json", in: package, with: offer.encoded)
    }

    func package(_ share: Share) throws -> Directory {
        try open().openFolder("links").openFolder(share.name.fileName)
    }

    func hasHalf(_ share: Share) throws -> Bool {
        try open().openFolder("halves").contains(share.name.fileName)
    }

    func hasPackage(_ share: Share) throws -> Bool {
        try open().openFolder("links").contains(share.name.fileName)
    }

    func state(_ share: Share) throws -> ShareState {
        try ShareState(
            parsing: AtomicFile.read("state.json", in: package(share), limit: 1 << 20))
    }

    /// What the server said, opened with the vault's audit key; chain and signatures checked.
    func events() throws -> [ServerEventContent] {
        let folder = try open().openFolder("server").openFolder("events")
        var found: [ServerEventContent] = []
        var before = ServerEvent.beginning
        var names: [FileName] = []
        var entries = try folder.entries()
        while let entry = try entries.next() {
            // A kill may leave a file that never got its name.
            if !entry.name.isTemporary { names.append(entry.name) }
        }
        for name in names.sorted() {
            let bytes = try AtomicFile.read(name, in: folder, limit: 2 << 20)
            let (pieces, end) = ServerEventFile.pieces(bytes)
            precondition(end == bytes.count, "the file ends with a whole event")
            let head = try bytes[pieces[0]].withUnsafeBytes {
                try ServerEventFile.Head(parsing: $0)
            }
            let key = try VerifyingKey(head.key)
            for piece in pieces.dropFirst() {
                let event = try bytes[piece].withUnsafeBytes { try ServerEvent(parsing: $0) }
                precondition(event.before == before && event.sequence == found.count)
                precondition(
                    key.verify(signature: event.signature, of: event.signedBytes(vault: vault)))
                before = try LogHash(bytes: Digest(hashing: Array(bytes[piece])).bytes)
                let plain = try Envelope.open(
                    event.sealed, with: auditKey,
                    info: Associated.serverEvent(
                        vault: vault, epoch: event.epoch, sequence: event.sequence),
                    associated: [])
                found.append(
                    try plain.withUnsafeBytes { try ServerEventContent(parsing: $0) })
            }
        }
        return found
    }

    deinit {
        // What is left of a scratch folder harms nobody.
        try? Self.empty(open())
        _ = rmdir(String(decoding: path.bytes, as: UTF8.self))
    }

    private static func empty(_ folder: borrowing Directory) throws {
        var entries = try folder.entries()
        while let entry = try entries.next() {
            if try folder.status(of: entry.name).kind == .folder {
                try empty(folder.openFolder(entry.name))
                try folder.removeFolder(entry.name)
            } else {
                try folder.unlink(entry.name)
            }
        }
    }
}

/// Clocks that a test sets.
final class TestClock: Sendable {
    private let walls: Mutex<Int64>
    private let steadies: Mutex<Int64>

    init() {
        walls = Mutex(Int64(time(nil)))
        steadies = Mutex(1_000)
    }

    /// Both go on.
    func pass(_ seconds: Int64) {
        set(by: seconds)
        steadies.withLock { $0 += seconds }
    }

    /// The system's alone is set.
    func set(by seconds: Int64) { walls.withLock { $0 += seconds } }

    var clock: ServerClock {
        ServerClock(
            wall: { self.walls.withLock { $0 } }, steady: { self.steadies.withLock { $0 } })
    }
}

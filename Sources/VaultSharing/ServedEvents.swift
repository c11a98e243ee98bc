import VaultCrypto
package import VaultFiles
package import VaultFormat

/// The server's events: appended, chained by their hashes and signed. Spec 11 §9.
///
/// One thread at a time: its holder sees to that.
package struct ServedEvents: ~Copyable {
    private static let keyName: FileName = "key"

    private let folder: Directory
    private let key: SigningKey
    private let vault: VaultID
    /// First sequences of the files, ascending; the last is written to.
    private var files: [UInt64]
    private var size: Int64
    private var next: UInt64
    private var before: LogHash

    /// Whether nothing was ever told here.
    package var isNew: Bool { next == 0 }

    /// Opens the events of a server, or begins them, with a new key where there is none. An event that was
    /// not written to its end is cut off.
    ///
    /// - Parameter own: the server's folder, `shares/server`, locked.
    /// - Throws: `.format` for a key or a file that is not one; they are left as they are.
    package init(in own: borrowing Directory, vault: VaultID) throws(ServedError) {
        let key = try Self.key(in: own)
        let folder = try Self.open(in: own)
        let end = try Self.findEnd(in: folder)
        self.vault = vault
        self.key = key
        self.folder = folder
        (files, size, next, before) = (end.files, end.size, end.next, end.before)
    }

    private static func open(in own: borrowing Directory) throws(ServedError) -> Directory {
        do throws(FileError) {
            return try own.openOrMakeFolder("events", mode: .likeFolder)
        } catch {
            throw .file(error)
        }
    }

    private static func files(in folder: borrowing Directory) throws(ServedError) -> [UInt64] {
        do throws(FileError) {
            var files: [UInt64] = []
            var entries = try folder.entries()
            while let entry = try entries.next() {
                if let first = ServerEventFile.first(ofName: entry.name.bytes) {
                    files.append(first)
                }
            }
            return files.sorted()
        } catch {
            throw .file(error)
        }
    }

    private static func key(in own: borrowing Directory) throws(ServedError) -> SigningKey {
        do throws(ServedError) {
            let bytes = try ServedError.wrapping { () throws(FileError) in
                try AtomicFile.read(keyName, in: own, limit: 32)
            } parsing: { bytes throws(FormatError) in
                bytes
            }
            let seed = bytes.withUnsafeBytes { HeldSeed(Secret(copying: $0)) }
            do throws(CryptoError) {
                return try SigningKey(seed: seed.secret)
            } catch {
                throw .format(.unexpected("key of a server"))
            }
        } catch .file(.notFound) {
            let key = SigningKey.random()
            let seed = key.seed().withUnsafeBytes { Array($0) }
            do throws(FileError) {
                try AtomicFile.replace(keyName, in: own, with: seed)
            } catch {
                throw .file(error)
            }
            return key
        }
    }

    private struct End {
        var files: [UInt64]
        var size: Int64 = 0
        var next: UInt64 = 0
        var before = ServerEvent.beginning
    }

    /// Where the newest file ends. One that was begun and holds no event goes.
    private static func findEnd(in folder: borrowing Directory) throws(ServedError) -> End {
        var found = End(files: try files(in: folder))
        do throws(FileError) {
            while let first = found.files.last {
                let name = fileName(first)
                let file = try folder.openForUpdate(name)
                let bytes = try file.readAll(limit: ServerEventFile.maximumByteCount)
                let (pieces, end) = ServerEventFile.pieces(bytes)
                guard let last = pieces.dropFirst().last else {
                    try folder.unlink(name)
                    found.files.removeLast()
                    continue
                }
                let event = try event(bytes[last])
                if end < bytes.count {
                    try file.truncate(to: Int64(end))
                    try file.sync()
                }
                (found.size, found.next) = (Int64(end), event.sequence + 1)
                found.before = hash(Array(bytes[last]))
                break
            }
        } catch {
            throw .file(error)
        }
        return found
    }

    private static func event(_ bytes: ArraySlice<UInt8>) throws(FileError) -> ServerEvent {
        do {
            return try bytes.withUnsafeBytes { try ServerEvent(parsing: $0) }
        } catch {
            throw .changedWhileRead
        }
    }

    /// Tells one event; it is durable when this returns. After a failure the next one is told in its place.
    package mutating func append(
        _ content: ServerEventContent, at time: Int64, to notice: ServerNotice
    ) throws(ServedError) {
        guard notice.vault == vault else { throw .format(.unexpected("another vault's folder")) }
        let sealed: [UInt8]
        do {
            sealed = try content.encoded.withUnsafeBytes {
                try Envelope.seal(
                    $0, to: notice.audit.bytes,
                    info: Associated.serverEvent(
                        vault: vault, epoch: notice.epoch, sequence: next),
                    associated: [])
            }
        } catch {
            throw .format(.unexpected("audit key that is none"))
        }
        var event = ServerEvent(
            sequence: next, time: time, before: before, epoch: notice.epoch, sealed: sealed)
        event.signature = key.sign(event.signedBytes(vault: vault))
        let bytes = event.encoded
        do throws(FileError) {
            try write(ServerEventFile.framed(bytes))
        } catch {
            throw .file(error)
        }
        next += 1
        before = Self.hash(bytes)
    }

    private mutating func write(_ bytes: [UInt8]) throws(FileError) {
        let isFull = size + Int64(bytes.count) > Int64(ServerEventFile.maximumByteCount)
        if files.isEmpty || isFull { try beginFile() }
        guard let first = files.last else { preconditionFailure("a file was begun") }
        let file = try folder.openForUpdate(Self.fileName(first))
        // Over whatever a failed write left behind the last event.
        try file.truncate(to: size)
        try file.write(bytes, at: size)
        try file.sync()
        size += Int64(bytes.count)
    }

    private mutating func beginFile() throws(FileError) {
        let head = ServerEventFile.Head(vault: vault, key: key.publicKey, first: next)
        let bytes = ServerEventFile.framed(head.encoded)
        try AtomicFile.replace(Self.fileName(next), in: folder, with: bytes, mode: .likeFolder)
        if files.last != next { files.append(next) }
        size = Int64(bytes.count)
        while files.count > ServerEventFile.maximumFileCount {
            try folder.unlinkIfPresent(Self.fileName(files[0]))
            files.removeFirst()
        }
    }

    private static func fileName(_ first: UInt64) -> FileName {
        do {
            return try FileName(ServerEventFile.name(first: first))
        } catch {
            preconditionFailure("hexadecimal digits are a file name")
        }
    }

    private static func hash(_ bytes: [UInt8]) -> LogHash {
        Digest(hashing: bytes).bytes.withUnsafeBytes { LogHash(at: 0, in: $0) }
    }
}

// The standard library's closures return nothing that cannot be copied.
private final class HeldSeed: Sendable {
    let secret: Secret

    init(_ secret: consuming Secret) { self.secret = secret }
}

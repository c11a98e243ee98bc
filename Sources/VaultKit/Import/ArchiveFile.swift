import Synchronization
import VaultArchives
import VaultFiles
import VaultFormat
import VaultStore

/// A ZIP file that is taken in by its entries, so that several threads can read it at once. Nothing of it is ever
/// unpacked to a disk.
final class ArchiveFile: Sendable {
    /// Absolute.
    let path: [UInt8]
    let folder: SharedFolder
    let name: FileName
    let status: FileStatus
    let entries: [ZipEntry]

    private let file: SharedDescriptor
    /// Opened, and not in use: each is for one thread at a time.
    private let idle: Mutex<[ZipArchive]>

    /// Threads read from one descriptor, each at the places it says.
    private final class SharedDescriptor: Sendable {
        let descriptor: Descriptor
        init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }
    }

    private init(
        _ path: [UInt8], _ folder: SharedFolder, _ name: FileName, _ status: FileStatus,
        _ file: SharedDescriptor
    ) throws(ArchiveError) {
        self.path = path
        self.folder = folder
        self.name = name
        self.status = status
        self.file = file
        let archive = try Self.open(file, status)
        entries = try archive.entries()
        idle = Mutex([archive])
    }

    /// `nil` when it is no archive of files: nothing there, no ZIP file, or a document that is one inside.
    ///
    /// - Throws: when it begins as a ZIP file and is not a whole one.
    static func ifOne(_ path: [UInt8]) throws(ArchiveError) -> ArchiveFile? {
        let folder: SharedFolder
        let name: FileName
        let status: FileStatus
        let file: SharedDescriptor
        do throws(FileError) {
            guard let split = SourcePath.split(path) else { return nil }
            folder = SharedFolder(
                try Directory.open(FilePath(bytes: split.folder), followingLast: true))
            name = try FileName(bytes: split.name)
            status = try folder.directory.status(of: name)
            guard status.kind == .regular else { return nil }
            file = SharedDescriptor(try folder.directory.openFile(name, seenAs: status))
            guard try isZip(file) else { return nil }
        } catch {
            return nil  // Who takes it in as a file says why that cannot be.
        }
        let archive = try ArchiveFile(path, folder, name, status, file)
        return archive.isDocument ? nil : archive
    }

    private static func isZip(_ file: SharedDescriptor) throws(FileError) -> Bool {
        let start = PageBuffer(byteCount: 4)
        guard try file.descriptor.read(into: start.bytes, at: 0) == 4 else { return false }
        // The first entry, or the end of an empty one.
        return [[0x50, 0x4B, 3, 4], [0x50, 0x4B, 5, 6]].contains(Array(start.bytes))
    }

    /// Word, OpenDocument, Java, EPUB: a ZIP file by form only.
    private var isDocument: Bool {
        guard let first = entries.first?.name else { return false }
        return first.elementsEqual("[Content_Types].xml".utf8)
            || first.elementsEqual("mimetype".utf8) || first.starts(with: "META-INF/".utf8)
    }

    private static func open(
        _ file: SharedDescriptor, _ status: FileStatus
    ) throws(ArchiveError) -> ZipArchive {
        try ZipArchive(byteCount: UInt64(max(status.size, 0))) { offset, buffer in
            // What went wrong is of no use in there; the entry counts as unreadable.
            try? file.descriptor.read(into: buffer, at: Int64(clamping: offset))
        }
    }

    /// Lends an archive that is this thread's own for so long.
    func take() throws(ArchiveError) -> ZipArchive {
        if let archive = idle.withLock({ $0.popLast() }) { return archive }
        return try Self.open(file, status)
    }

    func giveBack(_ archive: ZipArchive) { idle.withLock { $0.append(archive) } }

    func requireUnchanged() throws(FileError) {
        try file.descriptor.requireUnchanged(since: status)
    }

    /// The bytes of a small entry, such as a sidecar; `nil` when it is longer than `limit`, or not whole.
    func bytes(of entry: ZipEntry, limit: Int) -> [UInt8]? {
        guard entry.trouble == nil, entry.byteCount <= UInt64(limit) else { return nil }
        do throws(ArchiveError) {
            let archive = try take()
            defer { giveBack(archive) }
            let reader = try ZipEntryReader(archive, entry.index)
            // One more than there may be, so that the end and the checksum are seen.
            let bytes = PageBuffer(byteCount: Int(entry.byteCount) + 1)
            var done = 0
            while done < bytes.count {
                let count = try reader.read(into: bytes[done..<bytes.count])
                if count == 0 { break }
                done += count
            }
            return done == Int(entry.byteCount) ? Array(bytes[0..<done]) : nil
        } catch {
            return nil
        }
    }
}

/// One entry of an archive on its way into the vault.
struct ArchivedFile: Sendable {
    let archive: ArchiveFile
    let entry: ZipEntry
    /// What describes it, of any archive of this import, by name.
    var describing: [(name: [UInt8], place: ArchivedPlace)] = []
    var albumFile: ArchivedPlace?
    /// Our own sidecar.
    var sidecar: ArchivedPlace?
}

struct ArchivedPlace: Sendable {
    let archive: ArchiveFile
    let entry: ZipEntry

    func bytes(limit: Int) -> [UInt8]? { archive.bytes(of: entry, limit: limit) }
}

/// Gives an import the bytes of one entry.
final class ArchiveReader: SourceReader {
    private let archive: ArchiveFile
    private var opened: ZipArchive?
    private var reader: ZipEntryReader?

    init(_ file: ArchivedFile) throws(SourceError) {
        archive = file.archive
        do throws(ArchiveError) {
            let opened = try file.archive.take()
            self.opened = opened
            reader = try ZipEntryReader(opened, file.entry.index)
        } catch {
            throw .damaged(error.describe)
        }
    }

    deinit {
        reader = nil
        if let opened { archive.giveBack(opened) }
    }

    func read(_ count: Int, at offset: Int64, into buffer: PageBuffer) throws(SourceError) {
        var done = 0
        while done < count {
            let got = try piece(into: buffer[done..<count])
            guard got > 0 else { throw .damaged("ends too early in its archive") }
            done += got
        }
    }

    func finish(_ digest: ContentDigest) throws(SourceError) {
        // Only who reads to the end learns whether the checksum was right.
        let rest = PageBuffer(byteCount: 1)
        guard try piece(into: rest[0..<1]) == 0 else {
            throw .damaged("is longer than its archive says")
        }
        do throws(FileError) { try archive.requireUnchanged() } catch { throw .file(error) }
    }

    private func piece(into buffer: UnsafeMutableRawBufferPointer) throws(SourceError) -> Int {
        do throws(ArchiveError) {
            return try reader?.read(into: buffer) ?? 0
        } catch {
            throw .damaged(error.describe)
        }
    }
}

extension ArchiveError {
    /// In plain words, after a name.
    var describe: String {
        switch self {
        case .damaged: "is damaged"
        case .overlapping: "holds more than it can: its entries lie over each other"
        case .noMemory: "needs more memory than there is"
        case .unreadable: "cannot be read"
        }
    }
}

extension ZipEntry.Trouble {
    /// In plain words, after a name.
    var describe: String {
        switch self {
        case .encrypted: "is encrypted; unpack the archive first"
        case .method: "is packed in a way that is not read here; unpack the archive first"
        case .special: "is a link or a device"
        case .name: "has a name that leads out of the archive, or is none"
        case .bursting: "would unpack to more than \(ZipEntry.mostRatio) times its size"
        }
    }
}

import VaultArchives
import VaultFiles
import VaultFormat

/// Where a file lies and what the kernel said of it when it was found.
struct SourcePlace: Sendable {
    /// Spec 04 §4.
    let root: [UInt8]
    let path: [UInt8]
    let status: FileStatus
    /// The deposit that it is; `nil` for a file that lies there in the clear.
    var deposit: WaitingDeposit?
    /// The entry of the archive `root` that it is; then `status` is the archive's.
    var entry: ZipEntry?

    /// Of the picture.
    var byteCount: Int64 {
        if let entry { return Int64(clamping: entry.byteCount) }
        return deposit.map { Int64($0.head.byteCount) } ?? status.size
    }

    /// Nanoseconds since 1970.
    var modified: Int64 {
        if let entry { return entry.modified.multipliedReportingOverflow(by: 1_000_000_000).0 }
        return deposit?.head.modified ?? status.modified.nanosecondsSince1970
    }

    /// The absolute path, for a person and for the manifest.
    var whole: [UInt8] { (root == [UInt8(ascii: "/")] ? [] : root) + [UInt8(ascii: "/")] + path }

    /// `nil` for a deposit, which nobody meets unchanged; of an entry, its archive's.
    var memory: FileMemory? {
        guard deposit == nil else { return nil }
        return FileMemory(
            device: status.identity.device, inode: status.identity.inode,
            byteCount: UInt64(max(status.size, 0)), changed: status.changed.nanosecondsSince1970)
    }
}

/// One regular file that an import found, with its folder held open, so that another thread can open
/// it whatever is renamed meanwhile.
struct SourceFile: Sendable {
    let place: SourcePlace
    let folder: SharedFolder
    let name: FileName
    /// Present when a sidecar lies beside the file.
    let sidecar: FileName?
    /// Sidecars of other programs that describe it.
    var foreign: [FileName] = []
    /// What may name its folder as an album.
    var albumFile: FileName?
    /// The entry of an archive that it is; then folder and name are the archive's.
    var archived: ArchivedFile?
}

/// Finds the files to take in, one after another.
final class ImportSources {
    enum Found {
        case file(SourceFile)
        case passedOver(ImportOutcome)
    }

    private var waiting: ArraySlice<[UInt8]>
    private var deposits: ArraySlice<SourceFile>
    private var walk: (walk: TreeWalk, root: [UInt8], prefix: [UInt8])?
    private var archive: ArchiveWalk?
    private let archives: ArchiveSet
    private let vault: FileIdentity?
    /// Of the folder that was met last.
    private var foreign: (folder: SharedFolder, sidecars: ForeignSidecars)?
    /// What lies in the folder of the file that was named last.
    private var named: Neighbours?

    private struct Neighbours {
        let folder: [UInt8]
        let names: Set<[UInt8]>
        let sidecars: ForeignSidecars
    }

    /// - Parameters:
    ///   - paths: absolute and normalised.
    ///   - vault: the vault's own folder, never taken in.
    ///   - deposits: that come first.
    ///   - archives: those of the paths that are taken in by their entries.
    init(
        _ paths: [[UInt8]], leavingOut vault: FileIdentity?, deposits: [SourceFile] = [],
        archives: ArchiveSet = .none
    ) {
        waiting = paths[...]
        self.archives = archives
        self.vault = vault
        self.deposits = deposits[...]
    }

    func next() -> Found? {
        while true {
            if let deposit = deposits.popFirst() { return .file(deposit) }
            if let (walk, root, prefix) = self.walk {
                guard let entry = walk.next() else {
                    self.walk = nil
                    continue
                }
                if let found = judge(entry, walk, root: root, prefix: prefix) { return found }
            } else if let archive {
                if let found = archive.found() { return found }
                self.archive = nil
            } else if let path = waiting.popFirst() {
                if let reason = archives.troubles[path] {
                    return .passedOver(.init(path: path, kind: .failed, reason: reason))
                }
                if let file = archives.files[path] {
                    archive = ArchiveWalk(file, archives)
                } else if let found = begin(path) {
                    return found
                }
            } else {
                return nil
            }
        }
    }

    /// Starts walking a folder, or gives the file that was named itself.
    private func begin(_ path: [UInt8]) -> Found? {
        do {
            let split = SourcePath.split(path)
            let root = split?.folder ?? [UInt8(ascii: "/")]
            let folder = try Directory.open(FilePath(bytes: root), followingLast: true)
            guard let split else {
                walk = (try TreeWalk(folder, leavingOut: vault), root, [])
                return nil
            }
            let name = try FileName(bytes: split.name)
            let status = try folder.status(of: name)
            switch status.kind {
            case .folder:
                let inside = try folder.openFolder(name)
                guard status.identity != vault else {
                    return .passedOver(.init(path, skipped: "is the vault itself"))
                }
                walk = (
                    try TreeWalk(inside, leavingOut: vault), root,
                    split.name + [UInt8(ascii: "/")]
                )
                return nil
            case .regular:
                var sidecar = Self.sidecarName(split.name)
                if let name = sidecar, try !folder.contains(name) { sidecar = nil }
                let foreign = beside(folder, root)
                let isOwn =
                    split.name.ends(with: Sidecar.suffix)
                    && foreign.names.contains(Array(split.name.dropLast(Sidecar.suffix.count)))
                if isOwn || foreign.sidecars.describing.contains(split.name) {
                    return .passedOver(.init(path, skipped: "describes the picture beside it"))
                }
                return .file(
                    SourceFile(
                        place: SourcePlace(root: root, path: split.name, status: status),
                        folder: SharedFolder(folder), name: name, sidecar: sidecar,
                        foreign: try Self.names(foreign.sidecars.ofFile[split.name] ?? []),
                        albumFile: try Self.names(
                            foreign.sidecars.album.map { [$0] } ?? []
                        ).first))
            default:
                return .passedOver(.init(path, skipped: "is \(status.kind.describe)"))
            }
        } catch {
            return .passedOver(
                .init(path: path, kind: .failed, reason: error.describe))
        }
    }

    private func judge(
        _ entry: TreeEntry, _ walk: TreeWalk, root: [UInt8], prefix: [UInt8]
    ) -> Found? {
        let path = prefix + entry.path.bytes
        let whole = (root == [UInt8(ascii: "/")] ? [] : root) + [UInt8(ascii: "/")] + path
        switch entry.finding {
        case .folder: return nil
        case .leftOut: return .passedOver(.init(whole, skipped: "is the vault itself"))
        case .other(let status):
            return .passedOver(.init(whole, skipped: "is \(status.kind.describe)"))
        case .failed(let error):
            return .passedOver(.init(path: whole, kind: .failed, reason: error.describe))
        case .file(let status):
            guard let folder = walk.folder, let last = entry.path.lastComponent else { return nil }
            if Self.isOfTheSystem(last) {
                return .passedOver(.init(whole, skipped: "belongs to the operating system"))
            }
            if last.ends(with: Sidecar.suffix),
                walk.hasSibling(Array(last.dropLast(Sidecar.suffix.count)))
            {
                return .passedOver(.init(whole, skipped: "describes the picture beside it"))
            }
            let foreign = foreign(walk, folder)
            if foreign.describing.contains(last) {
                return .passedOver(.init(whole, skipped: "describes the picture beside it"))
            }
            do {
                let hasSidecar = walk.hasSibling(last + Sidecar.suffix)
                return .file(
                    SourceFile(
                        place: SourcePlace(root: root, path: path, status: status),
                        folder: folder, name: try FileName(bytes: last),
                        sidecar: hasSidecar ? Self.sidecarName(last) : nil,
                        foreign: try Self.names(foreign.ofFile[last] ?? []),
                        albumFile: try Self.names(foreign.album.map { [$0] } ?? []).first))
            } catch {
                return .passedOver(.init(path: whole, kind: .failed, reason: error.describe))
            }
        }
    }

    /// The same beside a file that was named; the folder is listed once for all of it that are named together.
    private func beside(_ folder: borrowing Directory, _ path: [UInt8]) -> Neighbours {
        if let named, named.folder == path { return named }
        var names: [[UInt8]] = []
        do throws(FileError) {
            var entries = try folder.entries()
            while let entry = try entries.next() { names.append(entry.name.bytes) }
        } catch {
            // A folder that may be passed through and not listed: nothing is known to lie beside the file.
        }
        let found = Neighbours(
            folder: path, names: Set(names), sidecars: ForeignSidecars(names))
        named = found
        return found
    }

    private static func names(_ all: [[UInt8]]) throws(FileError) -> [FileName] {
        var names: [FileName] = []
        for bytes in all { names.append(try FileName(bytes: bytes)) }
        return names
    }

    /// Which files of the folder describe which.
    private func foreign(_ walk: TreeWalk, _ folder: SharedFolder) -> ForeignSidecars {
        if let foreign, foreign.folder === folder { return foreign.sidecars }
        let ends = [".json", ".xmp"].map { Array($0.utf8) }
        let found =
            walk.hasSibling(endingInAnyOf: ends) ? ForeignSidecars(walk.siblings) : .none
        foreign = (folder, found)
        return found
    }

    /// A name so long that nothing can be added to it has no sidecar.
    private static func sidecarName(_ name: [UInt8]) -> FileName? {
        guard name.count + Sidecar.suffix.count <= 255 else { return nil }
        return try? FileName(bytes: name + Sidecar.suffix)  // `nil` is the answer, not a failure.
    }

    /// What file managers leave behind.
    static func isOfTheSystem(_ name: [UInt8]) -> Bool {
        [".DS_Store", "Thumbs.db", "desktop.ini", ".directory"].contains {
            name.elementsEqual($0.utf8)
        } || name.starts(with: "._".utf8)
    }
}

extension [UInt8] {
    func ends(with suffix: [UInt8]) -> Bool { self.suffix(suffix.count).elementsEqual(suffix) }
}

extension ImportOutcome {
    fileprivate init(_ path: [UInt8], skipped reason: String) {
        self.init(path: path, kind: .skipped, reason: reason)
    }
}

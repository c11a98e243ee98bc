import VaultFiles
import VaultFormat

/// One regular file that an import found, with its folder held open, so that it can be opened by
/// another thread whatever is renamed meanwhile.
struct SourceFile: Sendable {
    let folder: SharedFolder
    let name: FileName
    /// Spec 04 §4.
    let root: [UInt8]
    let path: [UInt8]
    let status: FileStatus
    let hasSidecar: Bool

    /// The absolute path, for a person and for the manifest.
    var whole: [UInt8] { (root == [UInt8(ascii: "/")] ? [] : root) + [UInt8(ascii: "/")] + path }

    var sidecarName: FileName? {
        // A name so long that nothing can be added to it has no sidecar.
        hasSidecar ? try? FileName(bytes: name.bytes + Sidecar.suffix) : nil
    }

    var memory: FileMemory {
        FileMemory(
            device: status.identity.device, inode: status.identity.inode,
            byteCount: UInt64(max(status.size, 0)), changed: status.changed.nanosecondsSince1970)
    }

    var modified: Int64 { status.modified.nanosecondsSince1970 }
}

/// Finds the files to take in, one after another.
final class ImportSources {
    enum Found {
        case file(SourceFile)
        case passedOver(ImportOutcome)
    }

    private var waiting: ArraySlice<[UInt8]>
    private var walk: (walk: TreeWalk, root: [UInt8], prefix: [UInt8])?
    private let vault: FileIdentity

    /// - Parameters:
    ///   - paths: absolute and normalised.
    ///   - vault: the vault's own folder, never taken in.
    init(_ paths: [[UInt8]], leavingOut vault: FileIdentity) {
        waiting = paths[...]
        self.vault = vault
    }

    func next() -> Found? {
        while true {
            if let (walk, root, prefix) = self.walk {
                guard let entry = walk.next() else {
                    self.walk = nil
                    continue
                }
                if let found = judge(entry, walk, root: root, prefix: prefix) { return found }
            } else if let path = waiting.popFirst() {
                if let found = begin(path) { return found }
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
                let sidecar = try FileName(bytes: split.name + Sidecar.suffix)
                let hasSidecar = try folder.contains(sidecar)
                return .file(
                    SourceFile(
                        folder: SharedFolder(folder), name: name, root: root, path: split.name,
                        status: status, hasSidecar: hasSidecar))
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
            do {
                return .file(
                    SourceFile(
                        folder: folder, name: try FileName(bytes: last), root: root, path: path,
                        status: status, hasSidecar: walk.hasSibling(last + Sidecar.suffix)))
            } catch {
                return .passedOver(.init(path: whole, kind: .failed, reason: error.describe))
            }
        }
    }

    /// What file managers leave behind.
    private static func isOfTheSystem(_ name: [UInt8]) -> Bool {
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

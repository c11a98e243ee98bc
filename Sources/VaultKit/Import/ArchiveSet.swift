import VaultArchives
import VaultFiles
import VaultFormat

/// The archives that one import names, taken for one tree: Takeout puts a picture into one ZIP file and its sidecar into
/// another. Spec 06 §4.
struct ArchiveSet: Sendable {
    private(set) var files: [[UInt8]: ArchiveFile] = [:]
    /// Of archives that cannot be read, why.
    private(set) var troubles: [[UInt8]: String] = [:]
    /// By folder, then by name.
    private var places: [[UInt8]: [[UInt8]: ArchivedPlace]] = [:]

    static let none = ArchiveSet()

    private init() {}

    /// - Parameter paths: absolute, of files and folders; a folder is not searched for archives.
    init(_ paths: [[UInt8]]) {
        for path in paths where files[path] == nil {
            do throws(ArchiveError) {
                guard let archive = try ArchiveFile.ifOne(path) else { continue }
                files[path] = archive
                for entry in archive.entries where entry.trouble == nil {
                    let (folder, name) = Self.split(entry.name)
                    places[folder, default: [:]][name] = ArchivedPlace(
                        archive: archive, entry: entry)
                }
            } catch {
                troubles[path] = "is a ZIP file that \(error.describe)"
            }
        }
    }

    static func split(_ path: [UInt8]) -> (folder: [UInt8], name: [UInt8]) {
        guard let slash = path.lastIndex(of: UInt8(ascii: "/")) else { return ([], path) }
        return (Array(path[..<slash]), Array(path[(slash + 1)...]))
    }

    func sidecars(in folder: [UInt8]) -> ForeignSidecars {
        ForeignSidecars((places[folder] ?? [:]).keys.sorted { $0.lexicographicallyPrecedes($1) })
    }

    func place(_ folder: [UInt8], _ name: [UInt8]) -> ArchivedPlace? { places[folder]?[name] }
}

/// Goes through the entries of one archive.
final class ArchiveWalk {
    private let archive: ArchiveFile
    private let set: ArchiveSet
    private var next = 0
    private var met: (folder: [UInt8], sidecars: ForeignSidecars)?

    init(_ archive: ArchiveFile, _ set: ArchiveSet) {
        self.archive = archive
        self.set = set
    }

    func found() -> ImportSources.Found? {
        guard next < archive.entries.count else { return nil }
        defer { next += 1 }
        return judge(archive.entries[next])
    }

    private func judge(_ entry: ZipEntry) -> ImportSources.Found {
        let whole = archive.path + [UInt8(ascii: "/")] + entry.name
        func skipped(_ reason: String) -> ImportSources.Found {
            .passedOver(ImportOutcome(path: whole, kind: .skipped, reason: reason))
        }
        if let trouble = entry.trouble {
            return .passedOver(
                ImportOutcome(
                    path: whole, kind: trouble == .special ? .skipped : .failed,
                    reason: trouble.describe))
        }
        let (folder, name) = ArchiveSet.split(entry.name)
        if ImportSources.isOfTheSystem(name) { return skipped("belongs to the operating system") }
        if name.ends(with: Sidecar.suffix),
            set.place(folder, Array(name.dropLast(Sidecar.suffix.count))) != nil
        {
            return skipped("describes the picture beside it")
        }
        if met?.folder != folder { met = (folder, set.sidecars(in: folder)) }
        let sidecars = met?.sidecars ?? .none
        if sidecars.describing.contains(name) { return skipped("describes the picture beside it") }
        var file = ArchivedFile(archive: archive, entry: entry)
        file.describing = (sidecars.ofFile[name] ?? []).compactMap { name in
            set.place(folder, name).map { (name, $0) }
        }
        file.albumFile = sidecars.album.flatMap { set.place(folder, $0) }
        file.sidecar = set.place(folder, name + Sidecar.suffix)
        return .file(
            SourceFile(
                place: SourcePlace(
                    root: archive.path, path: entry.name, status: archive.status, entry: entry),
                folder: archive.folder, name: archive.name, sidecar: nil, archived: file))
    }
}

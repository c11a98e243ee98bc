import VaultFiles
import VaultFormat

/// The folder of an export of the log. Its files get their names when all are written, `header.json`
/// last: a folder without it is no export. Spec 07 §9.
final class LogExportFolder {
    private static let header: FileName = "header.json"

    private let folder: Directory
    private let words: String
    /// Complete and durable, not yet named.
    private var files: [(FileName, LogExportFile)] = []

    /// - Throws: `usage` when something is in the folder.
    init(_ path: [UInt8]) throws(VaultError) {
        let target = try ExportTarget(path)
        words = "the target \"\(Printable.text(path))\""
        folder = try VaultKit.files(words) { () throws(FileError) in try target.folder.reopened() }
        try target.requireEmpty(path)
    }

    /// Begins a file.
    func file(_ name: FileName) throws(VaultError) -> LogExportFile {
        let file = try VaultKit.files(words) { () throws(FileError) in
            LogExportFile(try folder.createUnnamed())
        }
        files.append((name, file))
        return file
    }

    /// Writes a small file.
    func put(_ name: FileName, _ bytes: [UInt8]) throws(VaultError) {
        try file(name).write(bytes)
    }

    /// Writes the last file, and gives all of them their names.
    func finish(header bytes: [UInt8]) throws(VaultError) {
        let last = LogExportFile(
            try VaultKit.files(words) { () throws(FileError) in try folder.createUnnamed() })
        try last.write(bytes)
        try last.sync()
        for (_, file) in files { try file.sync() }
        try VaultKit.files(words) { () throws(FileError) in
            for (name, file) in files { try file.link(into: folder, as: name) }
            try folder.sync()
            try last.link(into: folder, as: Self.header)
            try folder.sync()
        }
    }
}

/// A file of an export while it is written.
final class LogExportFile {
    private static let portion = 1 << 16

    private var file: UnnamedFile
    private var pending: [UInt8] = []

    init(_ file: consuming UnnamedFile) { self.file = file }

    func write(_ bytes: [UInt8]) throws(VaultError) {
        pending += bytes
        if pending.count >= Self.portion { try flush() }
    }

    func sync() throws(VaultError) {
        try flush()
        try files("the export") { () throws(FileError) in try file.file.sync() }
    }

    func link(into folder: borrowing Directory, as name: FileName) throws(FileError) {
        try file.link(into: folder, as: name)
    }

    private func flush() throws(VaultError) {
        try files("the export") { () throws(FileError) in try file.file.write(pending) }
        pending.removeAll(keepingCapacity: true)
    }
}

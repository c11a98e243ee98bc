import VaultFiles
import VaultFormat

/// Says of some files whose they are and where they belong: CSV with a header line, the column
/// `path` and any of `subject`, `album` and `tags` (divided by `;`).
///
/// A path counts from the manifest's folder, or is absolute. Paths are bytes, not text.
struct Manifest: Sendable {
    struct Entry: Sendable {
        var subject: String?
        var album: String?
        var tags: [String] = []
    }

    private var entries: [[UInt8]: Entry] = [:]

    subscript(path: [UInt8]) -> Entry? { entries[path] }

    var isEmpty: Bool { entries.isEmpty }

    /// - Parameter path: absolute.
    init(reading path: [UInt8]) throws(VaultError) {
        let file: Descriptor
        do {
            file = try Descriptor.openSource(FilePath(bytes: path))
        } catch {
            throw VaultError(
                .usage, "the manifest \"\(Printable.text(path))\" cannot be read: \(error.describe)"
            )
        }
        var bytes: [UInt8]
        do {
            bytes = try file.readAll(limit: 1 << 30)
        } catch {
            throw VaultError(
                .usage, "the manifest \"\(Printable.text(path))\" cannot be read: \(error.describe)"
            )
        }
        var reader = CSVReader { () throws(VaultError) in
            defer { bytes = [] }
            return bytes
        }
        let folder = path.lastIndex(of: UInt8(ascii: "/")).map { Array(path[..<$0]) } ?? []
        guard let header = try reader.row() else {
            throw VaultError(.usage, "the manifest is empty")
        }
        let columns = header.map { String(decoding: $0, as: UTF8.self).lowercased() }
        guard let pathColumn = columns.firstIndex(of: "path") else {
            throw VaultError(
                .usage, "the manifest has no column \"path\"",
                hint: "its first line names the columns: path,subject,album,tags")
        }
        if let unknown = columns.first(where: {
            !["path", "subject", "album", "tags"].contains($0)
        }) {
            throw VaultError(
                .usage, "the manifest has a column that is not known: \"\(unknown)\"",
                hint: "known are path, subject, album and tags")
        }
        while let row = try reader.row() {
            guard row.count == columns.count else {
                throw VaultError(
                    .usage,
                    "line \(reader.line) of the manifest has \(row.count) fields, not \(columns.count)"
                )
            }
            var entry = Entry()
            for (column, field) in zip(columns, row) where !field.isEmpty && column != "path" {
                guard let text = String(validating: field, as: UTF8.self) else {
                    throw VaultError(.usage, "line \(reader.line) of the manifest is not UTF-8")
                }
                switch column {
                case "subject": entry.subject = text
                case "album": entry.album = text
                default:
                    entry.tags = text.split(separator: ";").map {
                        String($0.drop { $0 == " " })
                    }
                }
            }
            let name = row[pathColumn]
            guard !name.isEmpty else {
                throw VaultError(.usage, "line \(reader.line) of the manifest has no path")
            }
            let whole = name.first == UInt8(ascii: "/") ? name : folder + [UInt8(ascii: "/")] + name
            entries[SourcePath.normalised(whole)] = entry
        }
    }
}

import Synchronization
import VaultFiles
import VaultFormat

/// Says of some files whose they are and where they belong: CSV with a header line, the column
/// `path` and any of `subject`, `album`, `tags` (divided by `;`) and `retain-until` (a
/// day, `2030-12-31`, which is the last one in UTC).
///
/// A path counts from the manifest's folder, or is absolute. Paths are bytes, not text.
final class Manifest: Sendable {
    struct Entry: Sendable, Equatable {
        var subject: String?
        var album: String?
        var tags: [String] = []
        /// Seconds since 1970.
        var retainUntil: Int64?
    }

    private struct Row: Sendable {
        var entry: Entry
        let number: Int
    }

    private let rows: [[UInt8]: Row]
    /// Of each row, whether its file was met.
    private let met: Mutex<[Bool]>

    /// What is said of the file of this path, which counts as met.
    func entry(for path: [UInt8]) -> Entry? {
        guard let row = rows[path] else { return nil }
        met.withLock { $0[row.number] = true }
        return row.entry
    }

    /// Paths below one of `folders` that were not met, in order: perhaps misspelt.
    func strays(below folders: [[UInt8]]) -> [[UInt8]] {
        let met = met.withLock { $0 }
        return rows.filter { path, row in
            !met[row.number]
                && folders.contains {
                    path.starts(with: $0)
                        && ($0.count == 1 || path.count == $0.count
                            || path[$0.count] == UInt8(ascii: "/"))
                }
        }.map(\.key).sorted { $0.lexicographicallyPrecedes($1) }
    }

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
                hint: "its first line names the columns: path,subject,album,tags,retain-until")
        }
        if let unknown = columns.first(where: {
            !["path", "subject", "album", "tags", "retain-until"].contains($0)
        }) {
            throw VaultError(
                .usage, "the manifest has a column that is not known: \"\(unknown)\"",
                hint: "known are path, subject, album, tags and retain-until")
        }
        guard Set(columns).count == columns.count else {
            throw VaultError(.usage, "the manifest has two columns of the same name")
        }
        var rows: [[UInt8]: Row] = [:]
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
                case "retain-until":
                    guard let day = ClockText.day(text) else {
                        throw VaultError(
                            .usage,
                            "line \(reader.line) of the manifest has no day in retain-until",
                            hint: "a day is written as in 2030-12-31")
                    }
                    entry.retainUntil = day + 86_400
                default:
                    entry.tags = text.split(separator: ";").map {
                        String($0.drop { $0 == " " })
                    }.filter { !$0.isEmpty }
                }
            }
            let name = row[pathColumn]
            guard !name.isEmpty else {
                throw VaultError(.usage, "line \(reader.line) of the manifest has no path")
            }
            let whole = name.first == UInt8(ascii: "/") ? name : folder + [UInt8(ascii: "/")] + name
            let path = SourcePath.normalised(whole)
            if let other = rows[path], other.entry != entry {
                throw VaultError(
                    .usage,
                    "line \(reader.line) of the manifest says something else of \"\(Printable.text(name))\" than an earlier one"
                )
            }
            rows[path] = rows[path] ?? Row(entry: entry, number: rows.count)
        }
        met = Mutex([Bool](repeating: false, count: rows.count))
        self.rows = rows
    }
}

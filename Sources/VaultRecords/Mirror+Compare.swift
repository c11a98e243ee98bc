import VaultFiles

/// How the two copies differ, row for row.
package struct MirrorComparison: Sendable, Equatable {
    /// Rows, over all tables, that stand in one of them only or differ.
    package internal(set) var differences = 0
    /// The tables in which they do.
    package internal(set) var tables: [String] = []
    /// The mirror's revision less that of the records: negative when it is behind.
    package internal(set) var revisions: Int64 = 0
    /// The mirror's number of entries less that of the records: negative when it is behind.
    package internal(set) var entries: Int64 = 0

    package var isEqual: Bool { differences == 0 }
    /// An interrupted command left the mirror behind; the next one brings it up.
    package var isBehind: Bool { revisions <= 0 && entries < 0 }
    /// An older `records.db` was put back.
    package var isAhead: Bool { revisions > 0 || entries > 0 }
}

extension RecordsDatabase {
    /// Compares `records.bak` with `records.db`, row for row, as `verify` does. Needs no key. Nobody
    /// writes meanwhile. Throws `.notFound` or `.damaged` when there is nothing to compare with.
    package func compareWithMirror(
        wait: Duration = patience
    ) throws(RecordsError) -> MirrorComparison {
        guard report.source == .records else { throw report.reason ?? .damaged(.records) }
        let directory = try Self.openFolder(folder)
        let lock = try lockIfWritable(directory, wait: wait)
        let mirror = try Connection(
            folder.appending(FileName(RecordsFile.mirror)), as: .mirror, .reading, wait: wait)
        let result = try reading { (records) throws(RecordsError) in
            try mirror.run { (mirror) throws(RecordsError) in
                var result = MirrorComparison()
                result.revisions =
                    try mirror.number("SELECT revision FROM vault")
                    &- records.number("SELECT revision FROM vault")
                result.entries =
                    try mirror.number("SELECT size FROM log")
                    &- records.number("SELECT size FROM log")
                for table in Schema.tables {
                    let query =
                        "SELECT \(table.key), \(table.columns) FROM \(table.name) "
                        + "ORDER BY \(table.key)"
                    let keys = table.key.split(separator: ",").count
                    let count = try Self.differences(
                        Statement(records.pointer, query, .records),
                        Statement(mirror.pointer, query, .mirror), keys: keys)
                    if count > 0 { result.tables.append(table.name) }
                    result.differences += count
                }
                return result
            }
        }
        _ = consume lock
        return result
    }

    /// Where nothing can be written, nobody writes.
    private func lockIfWritable(
        _ directory: borrowing Directory, wait: Duration
    ) throws(RecordsError) -> FileLock? {
        do throws(RecordsError) {
            return try Self.lock(directory, wait: wait)
        } catch .readOnly {
            return nil
        } catch .file(.notPermitted) {
            return nil
        }
    }

    /// Merges two queries in the order of their first `keys` columns.
    private static func differences(
        _ left: Statement, _ right: Statement, keys: Int
    ) throws(RecordsError) -> Int {
        var count = 0
        var hasLeft = try left.step()
        var hasRight = try right.step()
        while hasLeft || hasRight {
            let order: Int
            if !hasRight {
                order = -1
            } else if !hasLeft {
                order = 1
            } else {
                order = left.order(right, columns: 0..<Int32(keys))
            }
            if order != 0 || left.order(right, columns: Int32(keys)..<left.columnCount) != 0 {
                count += 1
            }
            if order <= 0 { hasLeft = try left.step() }
            if order >= 0 { hasRight = try right.step() }
        }
        return count
    }
}

import Dispatch
import VaultFiles

/// What a rotation did with the records.
package struct RotationCount: Sendable, Equatable {
    package internal(set) var records = 0
    /// Records whose file key does not open: they stay as they are, and will never open.
    package internal(set) var damaged = 0
}

extension RecordsWriter {
    private static let recordsAtOnce = 8_192

    /// Wraps every file key anew and makes everything anew that finds: what is derived from the root key.
    /// Spec 04 §9. Holds the transaction meanwhile; the work with keys is done on every core.
    ///
    /// - Parameters:
    ///   - opener: opens with the old keys; called once a thread and group.
    ///   - sealer: seals with the new ones; likewise.
    ///   - progress: called with the number of records done.
    package func rewrapAll(
        opener: @escaping @Sendable () -> RecordOpener,
        sealer: @escaping @Sendable () -> RecordSealer, progress: (Int) -> Void
    ) throws(RecordsError) -> RotationCount {
        requireDestroying()
        noteChange()
        // The indexes are in the order of new tags, which is none: pages that left memory would be read and
        // written again and again. These tables take some 350 bytes a record.
        let kibibytes = try max(24_576, session.number("SELECT max(row) FROM record") * 350 / 1_024)
        try session.execute("PRAGMA main.cache_size = -\(min(kibibytes, 1 << 20))")
        defer { forgetCache() }
        var count = RotationCount()
        var batch = RecordBatch()
        var row: Int64 = 0
        while true {
            try session.fill(&batch, after: row, limit: Self.recordsAtOnce)
            if batch.isEmpty { return count }
            row = batch.lastRow
            try session.addFinders(to: &batch)
            for part in Self.rewrap(batch, opener, sealer) {
                try write(part)
                changes.setAll(part.map { ($0.row, $0.state) })
                count.records += part.count
                count.damaged += part.count { $0.key == nil }
            }
            progress(count.records)
        }
    }

    /// Back to what this connection was opened with.
    private func forgetCache() {
        // It cannot fail; and would only cost memory until the command ends.
        try? session.execute("PRAGMA main.cache_size = \(Connection.cacheSize(.writing))")
    }

    private static func rewrap(
        _ batch: RecordBatch, _ opener: @escaping @Sendable () -> RecordOpener,
        _ sealer: @escaping @Sendable () -> RecordSealer
    ) -> [[Rewrapper.Rows]] {
        let cores = Machine.onlineCores
        let size = (batch.count + cores - 1) / cores
        var parts = [[Rewrapper.Rows]](repeating: [], count: cores)
        parts.withUnsafeMutableBufferPointer { parts in
            // Each thread writes to a place of its own, and all have ended when this returns.
            nonisolated(unsafe) let parts = parts
            DispatchQueue.concurrentPerform(iterations: cores) { core in
                var rewrapper = Rewrapper(opener: opener(), sealer: sealer())
                let from = min(core * size, batch.count)
                for index in from..<min(from + size, batch.count) {
                    parts[core].append(rewrapper.rewrap(batch, at: index))
                }
            }
        }
        return parts
    }

    private func write(_ rows: [Rewrapper.Rows]) throws(RecordsError) {
        let key = try session.statement("UPDATE filekey SET tag = ?2, wrapped = ?3 WHERE row = ?1")
        for row in rows {
            guard let new = row.key else { continue }
            key.bind(1, row.row)
            key.bind(2, new.tag)
            key.bind(3, new.wrapped)
            try key.run()
            for (number, finder) in row.finders { try putFinder(finder, row.row, number) }
        }
    }
}

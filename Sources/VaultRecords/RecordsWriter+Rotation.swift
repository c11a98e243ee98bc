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
    /// Spec 04 §9. Holds the transaction meanwhile.
    ///
    /// The two narrow tables are emptied at once and filled again in the order of their rows: moving each
    /// entry of an index by itself costs three times as much. The rows are made meanwhile on
    /// the other cores, from what `database`, the one that this transaction changes, says still.
    ///
    /// - Parameters:
    ///   - rewrapper: with the old keys and the new ones; called once a thread and group.
    ///   - progress: called with the number of records done.
    package func rewrapAll(
        of database: RecordsDatabase, with rewrapper: @escaping @Sendable () -> Rewrapper,
        progress: (Int) -> Void
    ) throws(RecordsError) -> RotationCount {
        requireDestroying()
        noteChange()
        // The indexes are in the order of new tags, which is none: pages that left memory would be read and
        // written again and again. Nor may they leave it while the database is being read. These tables
        // take some 350 bytes a record. A forged row may be any number.
        let lastRow = try min(session.number("SELECT max(row) FROM record"), 1 << 32)
        let kibibytes = max(24_576, lastRow * 350 / 1_024)
        try session.execute("PRAGMA main.cache_size = -\(min(kibibytes, 1 << 20))")
        try session.execute("PRAGMA cache_spill = OFF")
        defer { forgetCache() }
        return try database.reading { (source) throws(RecordsError) in
            try source.consistently { () throws(RecordsError) in
                try session.execute("DELETE FROM filekey")
                try session.execute("DELETE FROM finder")
                return try refill(from: source, rewrapper, progress)
            }
        }
    }

    /// Back to what this connection was opened with.
    private func forgetCache() {
        // It cannot fail; and would only cost memory until the command ends.
        try? session.execute("PRAGMA cache_spill = ON")
        // Likewise.
        try? session.execute("PRAGMA main.cache_size = \(Connection.cacheSize(.writing))")
    }

    /// Writes one group while the next is being made.
    private func refill(
        from source: Session, _ rewrapper: @escaping @Sendable () -> Rewrapper,
        _ progress: (Int) -> Void
    ) throws(RecordsError) -> RotationCount {
        var count = RotationCount()
        var next = Ahead { Self.group(from: source, after: 0, rewrapper) }
        while true {
            let group = try next.wait().get()
            guard let last = group.last?.states.last?.row else { return count }
            next = Ahead { Self.group(from: source, after: last, rewrapper) }
            do throws(RecordsError) {
                for part in group {
                    try write(part)
                    changes.setAll(part.states)
                    count.records += part.states.count
                    count.damaged += part.damaged
                }
            } catch {
                // It uses the source, which must not be given back before.
                _ = next.wait()
                throw error
            }
            progress(count.records)
        }
    }

    /// Reads the next records after a row and makes their narrow rows on every core.
    private static func group(
        from source: Session, after row: Int64, _ rewrapper: @escaping @Sendable () -> Rewrapper
    ) -> Result<[RewrappedRows], RecordsError> {
        Result { () throws(RecordsError) in
            var batch = RecordBatch()
            try source.fill(&batch, after: row, limit: recordsAtOnce)
            if batch.isEmpty { return [] }
            try source.addFinders(to: &batch)
            return rewrap(batch, rewrapper)
        }
    }

    private static func rewrap(
        _ batch: RecordBatch, _ rewrapper: @escaping @Sendable () -> Rewrapper
    ) -> [RewrappedRows] {
        let cores = Machine.onlineCores
        let size = (batch.count + cores - 1) / cores
        var parts = [RewrappedRows](repeating: RewrappedRows(), count: cores)
        parts.withUnsafeMutableBufferPointer { parts in
            // Each thread writes to a place of its own, and all have ended when this returns.
            nonisolated(unsafe) let parts = parts
            DispatchQueue.concurrentPerform(iterations: cores) { core in
                var rewrapper = rewrapper()
                var rows = RewrappedRows()
                let from = min(core * size, batch.count)
                for index in from..<min(from + size, batch.count) {
                    rewrapper.rewrap(batch, at: index, into: &rows)
                }
                parts[core] = rows
            }
        }
        return parts.filter { !$0.states.isEmpty }
    }

    private func write(_ rows: RewrappedRows) throws(RecordsError) {
        let key = try session.statement("INSERT INTO filekey VALUES(?1, ?2, ?3)")
        let finder = try session.statement("INSERT INTO finder VALUES(?1, ?2, ?3, ?4, ?5)")
        try rows.bytes.borrowed { (all) throws(RecordsError) in
            for row in rows.keys {
                key.bind(1, row.row)
                key.bind(2, row.tag)
                key.bind(3, staying: UnsafeRawBufferPointer(rebasing: all[row.wrapped]))
                try key.run()
            }
            for row in rows.finders {
                finder.bind(1, row.row)
                finder.bind(2, Int64(row.number))
                finder.bind(3, row.place)
                if let subject = row.subject {
                    finder.bind(4, subject.tag)
                    finder.bind(5, staying: UnsafeRawBufferPointer(rebasing: all[subject.wrapped]))
                } else {
                    finder.bindNull(4)
                    finder.bindNull(5)
                }
                try finder.run()
            }
        }
    }
}

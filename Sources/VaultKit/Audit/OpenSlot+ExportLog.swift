import VaultAudit
import VaultCrypto
import VaultFiles
package import VaultFormat
import VaultRecords

/// What is to be exported of the log.
package struct LogExportRequest: Sendable {
    package var filter = AuditFilter()
    /// The folder to write: new, or empty.
    package var target: [UInt8] = []
    /// A checkpoint that was kept elsewhere; the export proves that the log goes on from there.
    package var against: [UInt8]?

    package init() {}
}

/// What was exported of the log.
package struct LogExportReport: Sendable {
    /// The number of entries that the checkpoint is of.
    package var size: UInt64
    /// The root over them.
    package var root: LogHash
    /// How many of them were exported.
    package var exported = 0
    /// Whether they were also written as text.
    package var isOpened: Bool
    /// The number of entries of the older checkpoint.
    package var from: UInt64?
}

extension OpenSlot {
    /// Writes the log, or a part of it, to a folder that proves itself to whoever has no key: Spec 07 §9.
    /// The log is verified before, and the export is in it.
    ///
    /// - Parameter opened: the line that tells of an entry, without its end; asked for owners and auditors only.
    /// - Throws: `notPermitted` for a choice by what is sealed, when the role holds no key to it; `damaged`,
    ///   with nothing exported, when the log does not hold together or does not go on from the older
    ///   checkpoint.
    package func exportLog(
        _ request: LogExportRequest, stop: StopSign, progress: (Progress) -> Void,
        opened line: (ToldEntry) -> String
    ) throws(VaultError) -> LogExportReport {
        let reader = try reader(for: request.filter)
        let older = try request.against.map { (bytes) throws(VaultError) in
            let checkpoint = try locked.judge([bytes], LogAuthority(locked.currentHeader()))[0].checkpoint
            // RFC 6962 has no proof for that, and it would say nothing.
            guard checkpoint.size > 0 else {
                throw VaultError(.usage, "the checkpoint is of no entries, so it proves nothing")
            }
            return checkpoint
        }
        let folder = try LogExportFolder(request.target)
        if reader != nil { try tell(Telling(.logRead, remark: "exported")) }
        let (checkpoint, note, header) = try newCheckpoint(remark: "exported")
        var report = LogExportReport(
            size: checkpoint.size, root: checkpoint.root, isOpened: reader != nil, from: older?.size)

        var done = Progress(totalFiles: 2 * Int(checkpoint.size))
        _ = try locked.soundLog(against: [note] + (request.against.map { [$0] } ?? []), stop: stop) {
            done.files = $0.files
            progress(done)
        }
        var tree = try tree(of: checkpoint, stop)
        if let older {
            let proof = tree.consistencyProof(from: Int(older.size), size: tree.size)
            try folder.put(
                "consistency.json",
                ExportedConsistency(
                    from: older.size, to: checkpoint.size, proof: proof.map { LogHash($0) }
                ).encoded)
        }
        let pictures = try request.filter.subject.map { (subject) throws(VaultError) in
            try reader?.pictures(of: subject) ?? []
        }
        let entries = try folder.file("entries.jsonl")
        let texts = try reader.map { (_) throws(VaultError) in try folder.file("opened.jsonl") }
        try walk(checkpoint, stop) { (row) throws(VaultError) in
            done.files += 1
            progress(done)
            if let reader, let texts {
                guard let entry = try entry(row, request.filter, pictures, reader) else { return }
                try texts.write(Array((line(told(entry, reader)) + "\n").utf8))
            } else {
                guard let leaf = EntryLeaf.ifOne(row.leaf),
                    request.filter.means(time: leaf.time, actor: leaf.actor)
                else { return }
            }
            try entries.write(Self.exported(row, &tree, checkpoint).line)
            report.exported += 1
        }
        try folder.put("checkpoint.txt", note)
        try folder.finish(header: header.encoded)
        return report
    }

    /// `nil` for a role without the audit key, which exports entries as they are, sealed.
    private func reader(for filter: AuditFilter) throws(VaultError) -> LogReader? {
        if role == .owner || role == .auditor { return try LogReader(self) }
        guard filter.actions.isEmpty, filter.subject == nil else {
            throw VaultError(
                .notPermitted, "what was done is sealed, and this slot cannot open it",
                hint: "choose by time or slot, or ask an owner or auditor")
        }
        return nil
    }

    private func tree(
        of checkpoint: Checkpoint, _ stop: StopSign
    ) throws(VaultError) -> MerkleTree {
        var tree = MerkleTree()
        try walk(checkpoint, stop) { (row) throws(VaultError) in
            row.leaf.withUnsafeBytes { tree.append(leaf: $0) }
        }
        guard LogHash(tree.root(size: tree.size)) == checkpoint.root else { throw Self.changed }
        return tree
    }

    /// A line that proves itself: what was changed since the tree was made is noticed here.
    private static func exported(
        _ row: EntryRow, _ tree: inout MerkleTree, _ checkpoint: Checkpoint
    ) throws(VaultError) -> ExportedEntry {
        let proof = tree.inclusionProof(of: Int(row.sequence), size: tree.size)
        var hasher = MerkleHasher()
        let leafHash = row.leaf.withUnsafeBytes { hasher.leaf($0) }
        guard
            MerkleProof.verifyInclusion(
                leafHash: leafHash, index: UInt64(row.sequence), size: checkpoint.size,
                root: Digest(checkpoint.root), proof: proof)
        else { throw changed }
        return ExportedEntry(
            sequence: UInt64(row.sequence), leaf: row.leaf, rows: row.rows,
            proof: proof.map { LogHash($0) })
    }

    /// Lends the entries of a checkpoint in order.
    private func walk(
        _ checkpoint: Checkpoint, _ stop: StopSign, _ body: (EntryRow) throws(VaultError) -> Void
    ) throws(VaultError) {
        let size = Int64(checkpoint.size)
        var next: Int64 = 0
        while next < size {
            if stop() {
                throw VaultError(.interrupted, "interrupted", hint: "run the same command again")
            }
            let rows = try reading { () throws(RecordsError) in
                try locked.records.entries(from: next)
            }
            for row in rows where row.sequence < size {
                guard row.sequence == next else { throw Self.changed }
                try body(row)
                next += 1
            }
            if rows.isEmpty { throw Self.changed }
        }
    }

    private static var changed: VaultError {
        VaultError(.damaged, "the log was changed while it was read")
    }
}

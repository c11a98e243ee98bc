import VaultCrypto
import VaultFiles
package import VaultFormat
import VaultRecords

extension UnlockedVault {
    /// Moves pictures to the bin; nothing is destroyed. Those in the bin already are passed over.
    package func remove(_ filter: PictureFilter) throws(VaultError) -> [RecordID] {
        var filter = filter
        filter.bin = .without
        return try mark(filter, removed: Wall.seconds)
    }

    /// Takes pictures out of the bin.
    package func restore(_ filter: PictureFilter) throws(VaultError) -> [RecordID] {
        var filter = filter
        filter.bin = .only
        return try mark(filter, removed: nil)
    }

    private func mark(
        _ filter: PictureFilter, removed: Int64?
    ) throws(VaultError) -> [RecordID] {
        var ids: [RecordID] = []
        try pictures(filter) { (picture) throws(VaultError) in ids.append(picture.id) }
        guard !ids.isEmpty else { return [] }
        let vault = self
        try writing {
            try records.transaction { writer in
                var opener = vault.opener()
                var sealer = vault.sealer()
                var batch = RecordBatch()
                for start in stride(from: 0, to: ids.count, by: 1_000) {
                    try writer.fill(&batch, ids: Array(ids[start...].prefix(1_000)))
                    for index in 0..<batch.count {
                        try batch.withRecord(at: index) { (stored) throws(RecordsError) in
                            let record = try opener.open(stored)
                            guard (record.value.removed == nil) != (removed == nil) else { return }
                            var value = record.value
                            value.removed = removed
                            try writer.replaceValue(sealer.reseal(value, of: record))
                        }
                    }
                }
            }
        }
        try mirror()
        return ids
    }

    /// Destroys what the filter means of the pictures in the bin: their keys first, in both copies of
    /// the records; then packs in which nothing lives any more. Spec 04 §8, 05 §3.
    ///
    /// - Parameter forget: keeps no trace of the contents; otherwise a keyed tag of each is kept, and
    ///   `import` passes them over.
    package func purge(_ filter: PictureFilter, forget: Bool) throws(VaultError) -> [RecordID] {
        let lock = try maintenance()
        var filter = filter
        filter.bin = .only
        var doomed: [(id: RecordID, digest: ContentDigest)] = []
        try pictures(filter) { (picture) throws(VaultError) in
            doomed.append((picture.id, picture.value.digest))
        }
        guard !doomed.isEmpty else { return [] }
        let erasure = try erasureKey()
        let tags = forget ? [] : doomed.map { erasure.erasureTag(of: $0.digest) }
        try writing {
            try records.transaction(destroying: true) { writer in
                try writer.destroy(doomed.map(\.id))
                for tag in tags { try writer.addErasedTag(tag) }
            }
        }
        // The second copy still held the keys until now: nothing is reported as destroyed before.
        try mirror()
        try dropDeadPacks()
        _ = consume lock
        return doomed.map(\.id)
    }

    /// The lock that keeps compaction, purging and (later) rotation apart.
    func maintenance() throws(VaultError) -> FileLock {
        try files("the vault") { () throws(FileError) in
            try place.lock("maintenance", .exclusive, wait: .seconds(10))
        }
    }
}

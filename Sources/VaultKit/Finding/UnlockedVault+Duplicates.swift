import VaultFormat
import VaultIndex
import VaultRecords

/// Pictures that show the same, the best one first.
package struct DuplicateGroup: Sendable {
    package let pictures: [Picture]
}

extension UnlockedVault {
    /// Groups of pictures outside of the bin that look alike, told by their PDQ hashes; poor hashes tell
    /// nothing and are left out. The first of each group is the one to keep: most pixels, then most bytes, then
    /// the one that came in first.
    ///
    /// - Parameter distance: in how many of 256 bits two may differ, 0 to 31.
    package func duplicates(
        within distance: Int, progress: (Progress) -> Void
    ) throws(VaultError) -> [DuplicateGroup] {
        var byHash: [[UInt8]: [RecordID]] = [:]
        try withIndex(progress) { (index) throws(IndexError) in
            byHash = [:]
            try index.hashes { _, id, hash in
                if hash.quality > PictureHash.poorQuality {
                    byHash[hash.bytes, default: []].append(id)
                }
            }
        }
        let hashes = byHash.keys.sorted { $0.lexicographicallyPrecedes($1) }
        var pairs = NearPairs(hashes)
        var groups = pairs.groups(within: distance).map { group in
            group.flatMap { byHash[hashes[$0]] ?? [] }
        }
        let joined = Set(groups.joined())
        for ids in byHash.values where ids.count > 1 && !joined.contains(ids[0]) {
            groups.append(ids)
        }
        try slot.tell(Telling(.listed, count: groups.reduce(0) { $0 + $1.count }))
        var found: [DuplicateGroup] = []
        for ids in groups { if let group = try group(ids) { found.append(group) } }
        return found.sorted {
            $0.pictures[0].id.bytes.lexicographicallyPrecedes($1.pictures[0].id.bytes)
        }
    }

    private func group(_ ids: [RecordID]) throws(VaultError) -> DuplicateGroup? {
        var opener = opener()
        var batch = RecordBatch()
        try reading { () throws(RecordsError) in try records.fill(&batch, ids: ids) }
        var pictures: [Picture] = []
        for index in 0..<batch.count {
            let picture = try reading { () throws(RecordsError) in
                try opener.open(batch, at: index)
            }.picture
            if !picture.isInBin { pictures.append(picture) }
        }
        guard pictures.count > 1 else { return nil }
        func worth(_ picture: Picture) -> (UInt64, UInt64, Int64) {
            (
                picture.facts.own?.size?.pixelCount ?? 0, picture.value.byteCount,
                -picture.value.imported
            )
        }
        return DuplicateGroup(pictures: pictures.sorted { worth($0) > worth($1) })
    }
}

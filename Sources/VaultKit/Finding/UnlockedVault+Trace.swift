package import VaultFormat
import VaultIndex
import VaultRecords

extension UnlockedVault {
    /// Which pictures of the vault, those in the bin included, each of some found files may come from, the best match
    /// first: the same bytes, else a PDQ hash that is near to one of the eight turns of the found one. What is told is in the
    /// log before.
    ///
    /// - Parameters:
    ///   - found: as `Fingerprinter` told them, with turns.
    ///   - distance: in how many of 256 bits two hashes may differ, 0 to `TraceConfidence.largestDistance`.
    ///   - limit: how many matches of one file.
    ///   - progress: of making the index, when it has to be.
    /// - Returns: an array for each file.
    package func trace(
        _ found: [Fingerprint], within distance: Int, limit: Int, progress: (Progress) -> Void
    ) throws(VaultError) -> [[TraceMatch]] {
        let near = try candidates(found, distance, limit, progress)
        var matches: [[TraceMatch]] = []
        for (file, ids) in zip(found, near) {
            let all = try self.matches(of: file, ids, distance)
            matches.append(Array(all.prefix(limit)))
        }
        var named: [RecordID] = []
        var seen: Set<RecordID> = []
        for match in matches.joined() where seen.insert(match.picture.id).inserted {
            named.append(match.picture.id)
        }
        try slot.tell(
            Telling(.listed, pictures: named, count: named.isEmpty ? 0 : nil, remark: "trace"))
        return matches
    }

    /// By the index; the records have the last word.
    private func candidates(
        _ found: [Fingerprint], _ distance: Int, _ limit: Int, _ progress: (Progress) -> Void
    ) throws(VaultError) -> [[RecordID]] {
        let turned = found.map { file in
            file.hash.map { TurnedHash(turns: file.turns, quality: $0.quality) }
        }
        var near: [[(rank: Int, row: Int64, id: RecordID)]] = []
        guard turned.contains(where: { $0 != nil }) else { return found.map { _ in [] } }
        try withIndex(progress) { (index) throws(IndexError) in
            near = found.map { _ in [] }
            try index.hashes { row, id, hash in
                for (file, turned) in turned.enumerated() {
                    if let likeness = turned?.likeness(to: hash, within: distance) {
                        near[file].append((likeness.rank, row, id))
                    }
                }
            }
        }
        return near.map { near in
            near.sorted { ($0.rank, $0.row) < ($1.rank, $1.row) }.prefix(limit).map(\.id)
        }
    }

    private func matches(
        of file: Fingerprint, _ ids: [RecordID], _ distance: Int
    ) throws(VaultError) -> [TraceMatch] {
        var matches: [TraceMatch] = []
        var batch = RecordBatch()
        var opener = opener()
        func open(
            _ likeness: (Picture) -> TraceMatch.Likeness?
        ) throws(VaultError) {
            for index in 0..<batch.count {
                let picture = try reading { () throws(RecordsError) in
                    try opener.open(batch, at: index)
                }.picture
                guard !matches.contains(where: { $0.picture.id == picture.id }),
                    let likeness = likeness(picture)
                else { continue }
                matches.append(TraceMatch(picture: picture, likeness: likeness))
            }
        }
        let tag = sealer().contentTag(file.digest)
        try reading { () throws(RecordsError) in try records.fill(&batch, .content, [tag]) }
        try open { $0.value.digest == file.digest ? .sameBytes : nil }
        guard let hash = file.hash, !ids.isEmpty else { return matches }
        let turned = TurnedHash(turns: file.turns, quality: hash.quality)
        try reading { () throws(RecordsError) in try records.fill(&batch, ids: ids) }
        try open { picture in
            picture.value.look?.hash.flatMap { turned.likeness(to: $0, within: distance) }
        }
        return matches
    }
}

extension OpenSlot {
    /// What the log knows of who saw pictures or was given them, oldest first; `nil` when this role may not read it.
    ///
    /// - Throws: as `readLog`.
    package func readings(
        of pictures: Set<RecordID>, stop: StopSign
    ) throws(VaultError) -> [ToldEntry]? {
        guard role == .owner || role == .auditor else { return nil }
        var filter = AuditFilter()
        filter.pictures = pictures
        filter.actions = [.viewed, .lookedUp, .exported, .shared, .bundled]
        var entries: [ToldEntry] = []
        try readLog(filter, stop: stop) { entries.append($0) }
        return entries
    }
}

import VaultFiles
import VaultFormat
import VaultRecords
import VaultStore

extension UnlockedVault {
    /// Gives back the space of destroyed pictures and of interrupted imports, and joins small packs.
    /// Spec 05 §3. A stop at any point leaves every picture where a record finds it.
    ///
    /// Packs with a damaged picture stay as they are, so that they can still be put back from a copy;
    /// `damaged` is thrown when the others are done. A record that does not open stops everything
    /// before anything is removed, for its picture may lie anywhere.
    ///
    /// - Parameter all: rewrites every pack that holds anything dead; otherwise those that are at
    ///   least half dead, and small ones when there are several.
    package func compact(
        all: Bool, stop: @escaping StopSign, progress: @escaping @Sendable (Progress) -> Void
    ) throws(VaultError) -> CompactReport {
        let lock = try maintenance()
        var report = CompactReport()
        var unreadable = 0
        let census = try PackCensus(self) { _ in unreadable += 1 }
        guard unreadable == 0 else {
            throw VaultError(
                .damaged, "\(unreadable) records do not open, so nothing is compacted",
                hint: "run lighttight verify to see which")
        }
        try removeOrphans(besides: census, &report)
        let compaction = Compaction(self, census, all: all)
        let result = try compaction.run(stop: stop, progress: progress)
        report.rewrittenPacks = result.rewrittenPacks
        try dropDeadPacks(&report)
        // What was written anew is no gain; what somebody else brought in meanwhile does not count.
        report.reclaimedBytes -= min(report.reclaimedBytes, result.writtenBytes)
        _ = consume lock
        guard result.damaged == 0 else {
            throw VaultError(
                .damaged,
                result.damaged == 1
                    ? "one picture is damaged, so its pack was left as it is"
                    : "\(result.damaged) pictures are damaged, so their packs were left as they are",
                hint: "the others are compacted; lighttight verify tells which these are")
        }
        return report
    }

    /// Removes packs in which nothing lives: first their rows, then the files.
    func dropDeadPacks() throws(VaultError) {
        var report = CompactReport()
        try dropDeadPacks(&report)
    }

    private func dropDeadPacks(_ report: inout CompactReport) throws(VaultError) {
        var unreadable = false
        let census = try PackCensus(self) { _ in unreadable = true }
        let dead = census.dead
        // A record that does not open may live anywhere.
        guard !unreadable, !dead.isEmpty else { return }
        try drop(dead)
        for name in dead {
            report.removedPacks += 1
            report.reclaimedBytes += census.fileSizes[name] ?? 0
        }
    }

    /// Rows first, both copies, then files.
    func drop(_ packs: [PackName]) throws(VaultError) {
        try change(
            locked.draft(), telling: { _ in Telling(.compacted, count: packs.count) }
        ) { writer in for pack in packs { try writer.dropPack(pack) } }
        try settle()
        try storing { () throws(StoreError) in for pack in packs { try store.remove(pack) } }
    }

    /// Removes packs that no record names, as `compact` does. `begin` is called before the first is removed.
    func removeOrphans(begin: () throws(VaultError) -> Void) throws(VaultError) {
        let lock = try maintenance()
        var unreadable = 0
        let census = try PackCensus(self) { _ in unreadable += 1 }
        guard unreadable == 0 else {
            throw VaultError(
                .damaged, "\(unreadable) records do not open, so no pack is removed",
                hint: "run lighttight verify to see which")
        }
        try begin()
        var report = CompactReport()
        try removeOrphans(besides: census, &report)
        _ = consume lock
        guard report.importRunning else { return }
        throw VaultError(
            .vaultInUse, "an import is running, so what may be its own was left",
            hint: "run this again when it is done")
    }

    /// Removes what interrupted imports left, unless one is running.
    private func removeOrphans(
        besides census: PackCensus, _ report: inout CompactReport
    ) throws(VaultError) {
        let lock: FileLock
        do throws(FileError) {
            lock = try place.lock("import", .exclusive)
        } catch .wouldBlock {
            report.importRunning = true
            return
        } catch {
            throw VaultError(error, "the vault")
        }
        // What came in since the census, and what a record names although its row is lost.
        let known = Set(try reading { () throws(RecordsError) in try records.packs() }.map(\.name))
            .union(census.packs.keys)
        var orphans: [(PackName, UInt64)] = []
        let left = try storing { () throws(StoreError) in
            try store.forEachPack { name, size in
                if !known.contains(name) { orphans.append((name, size)) }
            }
            for (name, _) in orphans { try store.remove(name) }
            return try store.removeLeftovers()
        }
        report.removedOrphans = orphans.count
        report.removedLeftovers = left.count
        report.reclaimedBytes += left.bytes + orphans.reduce(0) { $0 + $1.1 }
        _ = consume lock
    }
}

/// One run of rewriting packs.
struct Compaction {
    struct Result {
        /// Packs from which everything that lives was moved.
        var rewrittenPacks = 0
        var writtenBytes: UInt64 = 0
        var damaged = 0
    }

    private let vault: UnlockedVault
    private let chosen: Set<PackName>
    private let census: PackCensus

    /// Packs below this are joined when there are at least two of them.
    private static let small: UInt64 = 8 << 20

    init(_ vault: UnlockedVault, _ census: PackCensus, all: Bool) {
        self.vault = vault
        self.census = census
        var chosen: Set<PackName> = []
        var small: [PackName] = []
        for (name, inhabitants) in census.packs where inhabitants.pictures > 0 {
            let padded = Padme.paddedSize(of: inhabitants.bytes)
            let size = census.fileSizes[name] ?? padded
            if all && padded < size || inhabitants.bytes * 2 < size {
                chosen.insert(name)
            } else if size < Self.small {
                small.append(name)
            }
        }
        if small.count + chosen.count > 1 { chosen.formUnion(small) }
        self.chosen = chosen
    }

    /// Copies the living objects of the chosen packs, verbatim, into new ones; each new pack is durable
    /// before one transaction points its records at it. What lies in a pack with a damaged picture and
    /// was not moved before that was found stays there.
    func run(stop: StopSign, progress: (Progress) -> Void) throws(VaultError) -> Result {
        var result = Result()
        var chosen = chosen
        guard !chosen.isEmpty else { return result }
        result.rewrittenPacks = chosen.count
        var done = Progress(
            totalFiles: chosen.reduce(0) { $0 + (census.packs[$1]?.pictures ?? 0) },
            totalBytes: chosen.reduce(0) { $0 + (census.packs[$1]?.bytes ?? 0) })
        let reader = try PictureReader(vault)
        let writer = try storing { () throws(StoreError) in try PackWriter(store: vault.store) }
        var moved: [(picture: SealedPicture, offset: UInt64)] = []
        var opener = vault.opener()
        try vault.batches { (batch) throws(VaultError) in
            for index in 0..<batch.count {
                if stop() {
                    throw VaultError(
                        .interrupted, "interrupted; what was compacted is done",
                        hint: "run the same command again to go on")
                }
                let sealed = try reading { () throws(RecordsError) in
                    try opener.open(batch, at: index)
                }
                let value = sealed.picture.value
                guard chosen.contains(value.location.pack) else { continue }
                // A damaged object is not carried on as if it were whole.
                do throws(VaultError) {
                    try reader.authenticate(sealed)
                } catch {
                    guard error.code == .damaged else { throw error }
                    result.damaged += 1
                    result.rewrittenPacks -= 1
                    chosen.remove(value.location.pack)
                    continue
                }
                let count = try reading { () throws(RecordsError) in try value.objectByteCount() }
                if PackSize.isLarge(value.byteCount), !writer.isEmpty {
                    try finish(writer, &moved, &result)
                }
                let offset = try storing { () throws(StoreError) in
                    try writer.appendSealed(
                        from: vault.store.openPack(value.location.pack),
                        offset: value.location.offset, byteCount: count)
                }
                moved.append((sealed, offset))
                done.files += 1
                done.bytes += count
                progress(done)
                if writer.isFull { try finish(writer, &moved, &result) }
            }
        }
        if !writer.isEmpty { try finish(writer, &moved, &result) }
        return result
    }

    private func finish(
        _ writer: PackWriter, _ moved: inout [(picture: SealedPicture, offset: UInt64)],
        _ result: inout Result
    ) throws(VaultError) {
        let pack = try storing { () throws(StoreError) in
            let pack = try writer.finish()
            try pack.makeDurable()
            return pack
        }
        result.writtenBytes += pack.byteCount
        let all = moved
        moved = []
        try vault.change(
            vault.locked.draft(), telling: { _ in Telling(.compacted, count: all.count) }
        ) { writer in
            try writer.addPack(pack.name, byteCount: Int64(pack.byteCount))
            var opener = vault.opener()
            var sealer = vault.sealer()
            var batch = RecordBatch()
            for (old, offset) in all {
                // As it is now: tags may have changed, and it may have been destroyed.
                try writer.fill(&batch, ids: [old.picture.id])
                guard !batch.isEmpty else { continue }
                try batch.withRecord(at: 0) { (stored) throws(RecordsError) in
                    let record = try opener.open(stored)
                    var value = record.value
                    guard value.location == old.picture.value.location else { return }
                    value.location = ObjectLocation(pack: pack.name, offset: offset)
                    try writer.replaceValue(sealer.reseal(value, of: record))
                }
            }
        }
        try vault.settle()
    }
}

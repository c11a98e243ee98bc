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
        guard result.damagedThumbnails == 0 else {
            throw VaultError(
                .damaged, "there are damaged thumbnails, so their packs were left as they are",
                hint: "the others are compacted; lighttight index --again makes them anew")
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

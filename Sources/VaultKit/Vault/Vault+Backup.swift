import VaultFiles
import VaultFormat
import VaultKeys
import VaultRecords
import VaultStore

extension Vault {
    /// Makes or updates a copy of the vault in another folder, which opening then is the restore. Needs
    /// no passphrase. Spec 05 §5.
    ///
    /// A stop leaves the copy as it was, with some packs more; the same command goes on. What the copy's
    /// new records do not name is removed last. Packs that are damaged or missing here are left out, or
    /// stay there as they are, and `damaged` is thrown when all else is done.
    package func backup(
        to path: [UInt8], stop: @escaping StopSign,
        progress: @escaping @Sendable (Progress) -> Void
    ) throws(VaultError) -> BackupReport {
        let target = try VaultPlace.make(path)
        guard target.identity != place.identity else {
            throw VaultError(
                .usage, "a vault cannot be its own copy", hint: "name a folder on another disk")
        }
        _ = try claim(target)
        let lock = try files("the copy") { () throws(FileError) in
            try target.lock("maintenance", .exclusive, wait: .seconds(10))
        }
        // Once more: somebody else may have made the copy until now.
        var report = BackupReport(copy: try claim(target))
        let ownEntries = try ownEntries(of: target)
        let copies = try storing { () throws(StoreError) in
            try DirectoryPackStore.create(in: target.folder)
        }
        var unsound: [PackName] = []
        let prepared = try copyPacks(to: copies, in: target, stop, progress, &report, &unsound)
        try reading { () throws(RecordsError) in try prepared.install() }
        let header = header.encoded
        try files("the copy") { () throws(FileError) in
            try AtomicFile.replace(
                VaultPlace.headerCopy, in: target.folder, with: header, mode: .likeFolder)
        }
        try removeStrangers(copies, keeping: Set(prepared.packs.map(\.name)), &report)
        report.revision = UInt64(max(prepared.revision, 0))
        _ = consume prepared
        try register(report, at: target, ownEntries: ownEntries)
        _ = consume lock
        guard let first = unsound.first else { return report }
        throw VaultError(
            .damaged,
            unsound.count == 1
                ? "pack \(first.hex.prefix(12)) of this vault is damaged or missing and was not copied"
                : "\(unsound.count) packs of this vault are damaged or missing and were not copied",
            hint: "all else is in the copy; lighttight verify tells which pictures are affected")
    }

    /// A copy that was opened and changed is a vault by now, and not overwritten. One that was only looked at
    /// has entries of its own, which say so: they are counted, and the count goes into our log. What cannot be
    /// read holds nothing to lose.
    private func ownEntries(of target: VaultPlace) throws(VaultError) -> Int {
        do throws(RecordsError) {
            let copy = try RecordsDatabase.open(in: target.path, mode: .reading)
            let common = try commonSize(with: copy)
            var next = common
            while true {
                let entries = try copy.entries(from: next)
                guard let last = entries.last else { return Int(next - common) }
                guard entries.allSatisfy(\.rows.isEmpty) else { break }
                guard last.sequence < .max else { break }
                next = last.sequence + 1
            }
        } catch {
            switch error {
            case .notFound, .damaged, .unfinishedTransaction: return 0
            default: throw VaultError(error)
            }
        }
        throw VaultError(
            .vaultInUse,
            "the copy at \"\(target.path.printable)\" was changed as a vault of its own",
            hint: "choose another folder for the copy, or look at what is in it first")
    }

    /// How many entries the copy's log and ours have in common, from the first on.
    private func commonSize(with copy: RecordsDatabase) throws(RecordsError) -> Int64 {
        // Each entry holds the root over all before it, so the first that differs is found by halving.
        var (same, other) = (Int64(0), try min(copy.logHead().size, records.logHead().size) + 1)
        while other - same > 1 {
            let middle = (same + other) / 2
            let (theirs, ours) = (try copy.entry(middle - 1), try records.entry(middle - 1))
            if let theirs, theirs.leaf == ours?.leaf { same = middle } else { other = middle }
        }
        return same
    }

    /// `copy.json`. Spec 05 §1.
    private struct CopyMark: Codable {
        var copy: CopyID
        var vault: VaultID
    }

    /// Makes sure that the folder is this vault's copy, or takes an empty one for it.
    private func claim(_ target: VaultPlace) throws(VaultError) -> CopyID {
        if let mark = try mark(of: target) {
            guard mark.vault == header.vault else {
                throw VaultError(
                    .vaultInUse, "\"\(target.path.printable)\" is a copy of another vault",
                    hint: "choose another folder; a copy is never overwritten by another vault's")
            }
            return mark.copy
        }
        guard try target.isEmpty() else {
            throw VaultError(
                .vaultInUse, "the folder \"\(target.path.printable)\" is not empty",
                hint: "a copy wants a folder of its own")
        }
        if try target.isShared, try !place.isShared {
            throw VaultError(
                .usage, "a group works in the folder \"\(target.path.printable)\"",
                hint: "the vault is not the group's: name a new folder for its copy")
        }
        let mark = CopyMark(copy: .random(), vault: header.vault)
        try files("the copy") { () throws(FileError) in
            try AtomicFile.replace(
                VaultPlace.copyMark, in: target.folder, with: CanonicalJSON.encode(mark),
                mode: .likeFolder)
        }
        return mark.copy
    }

    private func mark(of target: VaultPlace) throws(VaultError) -> CopyMark? {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try AtomicFile.read(VaultPlace.copyMark, in: target.folder, limit: 4096)
        } catch .notFound {
            return nil
        } catch {
            throw VaultError(error, "copy.json")
        }
        do throws(FormatError) {
            return try CanonicalJSON.decode(CopyMark.self, from: bytes)
        } catch {
            throw VaultError(error, "copy.json")
        }
    }

    /// Copies the packs that a snapshot of the records names. When one was compacted away meanwhile, a
    /// newer snapshot is taken.
    private func copyPacks(
        to copies: DirectoryPackStore, in target: VaultPlace, _ stop: StopSign,
        _ progress: @escaping @Sendable (Progress) -> Void, _ report: inout BackupReport,
        _ unsound: inout [PackName]
    ) throws(VaultError) -> PreparedCopy {
        for attempt in 1... {
            unsound = []
            let prepared = try reading { () throws(RecordsError) in
                try records.prepareCopy(in: target.path)
            }
            let tally = VerifyTally(
                progress, total: prepared.packs.count,
                bytes: prepared.packs.reduce(0) { $0 + UInt64(max($1.byteCount, 0)) })
            do throws(StoreError) {
                report.presentPacks = 0
                for pack in prepared.packs {
                    if stop() { break }
                    let size = UInt64(max(pack.byteCount, 0))
                    if try copies.byteCount(of: pack.name) == size {
                        report.presentPacks += 1
                    } else {
                        do throws(StoreError) {
                            try Self.copyPack(pack.name, from: store, to: copies)
                            report.copiedPacks += 1
                            report.bytes += size
                        } catch .damaged {
                            unsound.append(pack.name)
                        } catch .missing where attempt == 3 {
                            unsound.append(pack.name)
                        }
                    }
                    tally.add(size)
                }
            } catch {
                guard case .missing = error else { throw VaultError(error) }
                continue
            }
            if stop() {
                throw VaultError(
                    .interrupted, "interrupted; the packs that are copied are kept",
                    hint: "run the same command again to go on")
            }
            return prepared
        }
        preconditionFailure("the third attempt returns or throws")
    }

    /// Copies one pack and reads the copy again.
    static func copyPack(
        _ name: PackName, from store: DirectoryPackStore, to copies: DirectoryPackStore
    ) throws(StoreError) {
        let source = try store.openPack(name)
        source.expectSequentialReading()
        let incoming = try copies.beginPack()
        let buffer = PageBuffer(byteCount: 1 << 20)
        var offset: UInt64 = 0
        while true {
            let count = try source.read(at: offset, into: buffer.bytes)
            if count > 0 { try incoming.append(UnsafeRawBufferPointer(buffer[0..<count])) }
            offset += UInt64(count)
            if count < buffer.count { break }
        }
        try incoming.makeDurable(as: name)
        do throws(StoreError) {
            try PackCheck.requireSound(copies.openPack(name))
        } catch {
            // Wrong bytes must not stay under a name that vouches for them.
            try copies.remove(name)
            throw error
        }
    }

    private func removeStrangers(
        _ copies: DirectoryPackStore, keeping: Set<PackName>, _ report: inout BackupReport
    ) throws(VaultError) {
        var strangers: [PackName] = []
        try storing { () throws(StoreError) in
            try copies.forEachPack { name, _ in
                if !keeping.contains(name) { strangers.append(name) }
            }
            for name in strangers { try copies.remove(name) }
            try copies.removeLeftovers()
        }
        report.removedPacks = strangers.count
    }

    /// Notes the copy in the vault, so that `status` can tell how old it is. A vault that cannot be
    /// written is copied all the same.
    private func register(
        _ report: BackupReport, at target: VaultPlace, ownEntries: Int
    ) throws(VaultError) {
        guard records.mode == .writing, standing == .newest else { return }
        let row = CopyRow(
            id: report.copy, place: target.path.bytes, revision: Int64(report.revision),
            time: Wall.seconds)
        let remark =
            ownEntries == 0
            ? nil : "the copy had been looked at: \(ownEntries) entries of its own were replaced"
        try transact(
            by: nil, draft(), telling: { _ in Telling(.backedUp, remark: remark) }
        ) { writer in
            try writer.setCopy(row)
        }
        try settle()
    }
}

import VaultFormat
import VaultRecords
import VaultStore

/// One run of rewriting packs: originals into packs of originals, thumbnails into packs of thumbnails.
final class Compaction {
    struct Result {
        /// Packs from which everything that lives was moved.
        var rewrittenPacks = 0
        var writtenBytes: UInt64 = 0
        var damaged = 0
        var damagedThumbnails = 0
    }

    private typealias Moved = (id: RecordID, from: NamedObject, offset: UInt64)

    private let vault: UnlockedVault
    private let census: PackCensus
    private var chosen: Set<PackName>
    private var result = Result()
    /// What was copied into the open pack of each kind.
    private var moved: [Associated.ObjectKind: [Moved]] = [:]
    private var writers: [Associated.ObjectKind: PackWriter] = [:]

    /// Packs below this are joined when there are at least two of them.
    private static let small: UInt64 = 8 << 20

    init(_ vault: UnlockedVault, _ census: PackCensus, all: Bool) {
        self.vault = vault
        self.census = census
        chosen = Self.choose(census, all: all, thumbnails: false)
            .union(Self.choose(census, all: all, thumbnails: true))
    }

    private static func choose(
        _ census: PackCensus, all: Bool, thumbnails: Bool
    ) -> Set<PackName> {
        var chosen: Set<PackName> = []
        var small: [PackName] = []
        for (name, inhabitants) in census.packs
        where inhabitants.objects > 0 && inhabitants.areThumbnails == thumbnails {
            let padded = Padme.paddedSize(of: inhabitants.bytes)
            let size = census.fileSizes[name] ?? padded
            if all && padded < size || inhabitants.bytes * 2 < size {
                chosen.insert(name)
            } else if size < Self.small {
                small.append(name)
            }
        }
        if small.count + chosen.count > 1 { chosen.formUnion(small) }
        return chosen
    }

    /// Copies the living objects of the chosen packs, verbatim, into new ones; each new pack is durable
    /// before one transaction points its records at it. What lies in a pack with a damaged object and
    /// was not moved before that was found stays there.
    func run(stop: StopSign, progress: (Progress) -> Void) throws(VaultError) -> Result {
        guard !chosen.isEmpty else { return result }
        result.rewrittenPacks = chosen.count
        var done = Progress(
            totalFiles: chosen.reduce(0) { $0 + (census.packs[$1]?.objects ?? 0) },
            totalBytes: chosen.reduce(0) { $0 + (census.packs[$1]?.bytes ?? 0) })
        let reader = try PictureReader(vault)
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
                for object in sealed.picture.value.objects
                where chosen.contains(object.location.pack) {
                    guard let count = try copy(object, of: sealed, reader) else { continue }
                    done.files += 1
                    done.bytes += count
                    progress(done)
                }
            }
        }
        for kind in writers.keys { try finish(kind) }
        return result
    }

    /// Copies one object; returns its size, or `nil` when it is damaged, and so not carried on as if it were
    /// whole.
    private func copy(
        _ object: NamedObject, of sealed: SealedPicture, _ reader: PictureReader
    ) throws(VaultError) -> UInt64? {
        do throws(VaultError) {
            try reader.authenticate(sealed, object)
        } catch {
            guard error.code == .damaged else { throw error }
            if object.kind == .original {
                result.damaged += 1
            } else {
                result.damagedThumbnails += 1
            }
            result.rewrittenPacks -= 1
            chosen.remove(object.location.pack)
            return nil
        }
        let count = try reading { () throws(RecordsError) in try object.sealedByteCount() }
        let writer = try writer(of: object.kind)
        if PackSize.isLarge(object.byteCount) { try finish(object.kind) }
        let offset = try storing { () throws(StoreError) in
            try writer.appendSealed(
                from: vault.store.openPack(object.location.pack),
                offset: object.location.offset, byteCount: count)
        }
        moved[object.kind, default: []].append((sealed.picture.id, object, offset))
        if writer.isFull { try finish(object.kind) }
        return count
    }

    private func writer(of kind: Associated.ObjectKind) throws(VaultError) -> PackWriter {
        if let writer = writers[kind] { return writer }
        let made = try storing { () throws(StoreError) in try PackWriter(store: vault.store) }
        writers[kind] = made
        return made
    }

    /// Makes the open pack of a kind durable and points its records at it; nothing when it is empty.
    private func finish(_ kind: Associated.ObjectKind) throws(VaultError) {
        guard let writer = writers[kind], !writer.isEmpty else { return }
        let pack = try storing { () throws(StoreError) in
            let pack = try writer.finish()
            try pack.makeDurable()
            return pack
        }
        result.writtenBytes += pack.byteCount
        let all = moved[kind] ?? []
        moved[kind] = []
        try vault.change(
            vault.locked.draft(), telling: { _ in Telling(.compacted, count: all.count) }
        ) { writer in
            try writer.addPack(pack.name, byteCount: Int64(pack.byteCount))
            var opener = vault.opener()
            var sealer = vault.sealer()
            var batch = RecordBatch()
            for (id, from, offset) in all {
                // As it is now: tags may have changed, and it may have been destroyed.
                try writer.fill(&batch, ids: [id])
                guard !batch.isEmpty else { continue }
                try batch.withRecord(at: 0) { (stored) throws(RecordsError) in
                    let record = try opener.open(stored)
                    var value = record.value
                    guard value.objects.contains(from) else { return }
                    value.move(from.kind, to: ObjectLocation(pack: pack.name, offset: offset))
                    try writer.replaceValue(sealer.reseal(value, of: record))
                }
            }
        }
        try vault.settle()
    }
}

import VaultFormat
import VaultRecords
import VaultStore

/// What lives in each pack.
struct PackCensus {
    struct Inhabitants: Sendable {
        /// Objects that a record names.
        var objects = 0
        /// Whether they are thumbnails: a pack holds originals or thumbnails. Spec 03 §4.
        var areThumbnails = false
        /// Bytes of these objects, without padding.
        var bytes: UInt64 = 0
    }

    /// By name; every pack that the records know is in it.
    private(set) var packs: [PackName: Inhabitants] = [:]
    private(set) var fileSizes: [PackName: UInt64] = [:]

    /// Opens every record. Damaged ones are told to `damaged` and count nowhere: a pack with such a
    /// picture must not be thought dead.
    init(
        _ vault: UnlockedVault, damaged: (RecordID) -> Void = { _ in }
    ) throws(VaultError) {
        for pack in try reading({ () throws(RecordsError) in try vault.records.packs() }) {
            packs[pack.name] = Inhabitants()
            fileSizes[pack.name] = UInt64(max(pack.byteCount, 0))
        }
        var opener = vault.opener()
        try vault.batches { (batch) throws(VaultError) in
            for index in 0..<batch.count {
                do throws(RecordsError) {
                    for object in try opener.open(batch, at: index).picture.value.objects {
                        let count = try object.sealedByteCount()
                        packs[object.location.pack, default: Inhabitants()].add(object, count)
                    }
                } catch .rotated {
                    throw VaultError(RecordsError.rotated)
                } catch {
                    damaged(batch.id(at: index))
                }
            }
        }
    }

    var dead: [PackName] { packs.filter { $0.value.objects == 0 }.map(\.key).sorted() }
}

extension PackCensus.Inhabitants {
    fileprivate mutating func add(_ object: NamedObject, _ sealedByteCount: UInt64) {
        objects += 1
        bytes += sealedByteCount
        if object.kind == .thumbnail { areThumbnails = true }
    }
}

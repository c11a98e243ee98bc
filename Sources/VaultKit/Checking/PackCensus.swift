import VaultCrypto
import VaultFormat
import VaultRecords
import VaultStore

/// What lives in each pack.
struct PackCensus {
    struct Inhabitants: Sendable {
        var pictures = 0
        /// Bytes of objects, without padding.
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
                    let value = try opener.open(batch, at: index).picture.value
                    packs[value.location.pack, default: Inhabitants()].pictures += 1
                    packs[value.location.pack]?.bytes += try value.objectByteCount()
                } catch .rotated {
                    throw VaultError(RecordsError.rotated)
                } catch {
                    damaged(batch.id(at: index))
                }
            }
        }
    }

    var dead: [PackName] { packs.filter { $0.value.pictures == 0 }.map(\.key).sorted() }
}

extension RecordValue {
    /// The size of the original's object. Spec 03 §1.
    func objectByteCount() throws(RecordsError) -> UInt64 {
        do throws(CryptoError) {
            guard let count = Int(exactly: byteCount) else { throw .malformed }
            return UInt64(try ObjectSize.sealed(ofPlaintext: count))
        } catch {
            throw .malformedValue(.outOfRange("picture size"))
        }
    }
}

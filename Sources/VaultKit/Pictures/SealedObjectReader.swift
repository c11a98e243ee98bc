import VaultCrypto
import VaultFormat
import VaultRecords
import VaultStore

/// One of a picture's objects, as its record names it. Spec 04 §3, §10.
struct NamedObject: Hashable, Sendable {
    let kind: Associated.ObjectKind
    let location: ObjectLocation
    /// Of the plaintext.
    let byteCount: UInt64

    /// The object's own size. Spec 03 §1.
    func sealedByteCount() throws(RecordsError) -> UInt64 {
        do throws(CryptoError) {
            guard let count = Int(exactly: byteCount) else { throw .malformed }
            return UInt64(try ObjectSize.sealed(ofPlaintext: count))
        } catch {
            throw .malformedValue(.outOfRange("picture size"))
        }
    }
}

extension RecordValue {
    var original: NamedObject {
        NamedObject(kind: .original, location: location, byteCount: byteCount)
    }

    var thumbnail: NamedObject? {
        look?.thumbnail.map {
            NamedObject(
                kind: .thumbnail, location: $0.location, byteCount: UInt64($0.byteCount))
        }
    }

    /// The original, and what else lies in packs for this picture.
    var objects: [NamedObject] { thumbnail.map { [original, $0] } ?? [original] }

    /// Points to another place for one of the objects.
    mutating func move(_ kind: Associated.ObjectKind, to place: ObjectLocation) {
        switch kind {
        case .original: location = place
        case .thumbnail:
            guard var look, case .seen(var seen) = look.result else { return }
            seen.thumbnail.location = place
            look.result = .seen(seen)
            self.look = look
        case .rendition: preconditionFailure("a rendition is never stored")
        }
    }
}

/// Opens pictures' objects out of their packs with keys that are known; one for each thread.
final class SealedObjectReader {
    private let vault: Vault
    private let objects: ObjectReader
    /// The packs that were read last: neighbours lie in the same ones.
    private var packs: [Associated.ObjectKind: any PackReader] = [:]

    init(_ vault: Vault) throws(VaultError) {
        self.vault = vault
        objects = try storing { () throws(StoreError) in try ObjectReader() }
    }

    /// Lends an object's plaintext piece by piece. Only the return says that nothing is missing.
    ///
    /// - Throws: what `body` throws; `damaged` with a sentence that names the picture.
    func read(
        _ sealed: SealedPicture, _ object: NamedObject,
        _ body: (UnsafeRawBufferPointer) throws(VaultError) -> Void
    ) throws(VaultError) {
        let pack = try open(object)
        do throws(ReadError<VaultError>) {
            try objects.read(
                pack, at: object.location.offset, byteCount: object.byteCount, key: sealed.key,
                context: context(sealed.picture.id, object.kind), body)
        } catch {
            throw VaultError(error, sealed.picture.id)
        }
    }

    /// Fills a buffer with what begins at an offset of the original.
    ///
    /// - Precondition: the original has so many bytes.
    func fill(
        _ buffer: UnsafeMutableRawBufferPointer, from offset: UInt64, of sealed: SealedPicture
    ) throws(VaultError) {
        let object = sealed.picture.value.original
        let pack = try open(object)
        var filled = 0
        do throws(ReadError<VaultError>) {
            try objects.readRange(
                offset..<offset + UInt64(buffer.count), of: pack, at: object.location.offset,
                byteCount: object.byteCount, key: sealed.key,
                context: context(sealed.picture.id, .original)
            ) { (piece) throws(VaultError) in
                UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]).copyMemory(from: piece)
                filled += piece.count
            }
        } catch {
            throw VaultError(error, sealed.picture.id)
        }
        precondition(filled == buffer.count, "a range is lent whole")
    }

    /// Checks every byte of an object.
    func authenticate(
        _ sealed: SealedPicture, _ object: NamedObject
    ) throws(VaultError) {
        let pack = try open(object)
        do throws(ReadError<Never>) {
            try objects.authenticate(
                pack, at: object.location.offset, byteCount: object.byteCount, key: sealed.key,
                context: context(sealed.picture.id, object.kind))
        } catch {
            switch error {
            case .store(let error): throw VaultError(error)
            case .object(_, let defect): throw VaultError(defect, sealed.picture.id)
            }
        }
    }

    private func open(_ object: NamedObject) throws(VaultError) -> any PackReader {
        let name = object.location.pack
        if let pack = packs[object.kind], pack.name == name { return pack }
        let store = vault.store
        let opened = try storing { () throws(StoreError) in try store.openPack(name) }
        opened.expectSequentialReading()
        packs[object.kind] = opened
        return opened
    }

    private func context(_ id: RecordID, _ kind: Associated.ObjectKind) -> [UInt8] {
        Associated.object(vault: vault.header.vault, record: id, kind: kind)
    }
}

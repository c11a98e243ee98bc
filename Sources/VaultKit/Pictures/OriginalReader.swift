import VaultFormat
import VaultStore

/// Opens originals out of their packs with keys that are known; one for each thread.
final class OriginalReader {
    private let vault: Vault
    private let objects: ObjectReader
    /// The pack that was read last: neighbours lie in the same one.
    private var pack: (any PackReader)?

    init(_ vault: Vault) throws(VaultError) {
        self.vault = vault
        objects = try storing { () throws(StoreError) in try ObjectReader() }
    }

    /// Lends the original's plaintext piece by piece. Only the return says that nothing is missing.
    ///
    /// - Throws: what `body` throws; `damaged` with a sentence that names the picture.
    func read(
        _ sealed: SealedPicture, _ body: (UnsafeRawBufferPointer) throws(VaultError) -> Void
    ) throws(VaultError) {
        let value = sealed.picture.value
        let pack = try open(value.location.pack)
        do throws(ReadError<VaultError>) {
            try objects.read(
                pack, at: value.location.offset, byteCount: value.byteCount, key: sealed.key,
                context: context(sealed.picture.id), body)
        } catch {
            throw VaultError(error, sealed.picture.id)
        }
    }

    /// Checks every byte of the original.
    func authenticate(_ sealed: SealedPicture) throws(VaultError) {
        let value = sealed.picture.value
        let pack = try open(value.location.pack)
        do throws(ReadError<Never>) {
            try objects.authenticate(
                pack, at: value.location.offset, byteCount: value.byteCount, key: sealed.key,
                context: context(sealed.picture.id))
        } catch {
            switch error {
            case .store(let error): throw VaultError(error)
            case .object(_, let defect): throw VaultError(defect, sealed.picture.id)
            }
        }
    }

    private func open(_ name: PackName) throws(VaultError) -> any PackReader {
        if let pack, pack.name == name { return pack }
        let store = vault.store
        let opened = try storing { () throws(StoreError) in try store.openPack(name) }
        opened.expectSequentialReading()
        pack = opened
        return opened
    }

    private func context(_ id: RecordID) -> [UInt8] {
        Associated.object(vault: vault.header.vault, record: id, kind: .original)
    }
}

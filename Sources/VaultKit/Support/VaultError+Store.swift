import VaultFiles
import VaultFormat
import VaultStore

extension VaultError {
    init(_ error: StoreError) {
        switch error {
        case .missing(let pack):
            self.init(
                .damaged, "pack \(pack.hex.prefix(12)) is missing",
                hint: "copy it back from a backup: any file of that name and hash will do")
        case .damaged(let pack):
            self.init(
                .damaged, "pack \(pack.hex.prefix(12)) is damaged",
                hint: "copy it back from a backup: any file of that name and hash will do")
        case .full: self.init(FileError.noSpace, "the vault")
        case .file(let error): self.init(error, "the vault's packs")
        case .tooLarge: self.init(.failed, "a picture of 4 PiB or more cannot be sealed")
        case .outOfMemory: self.init(.failed, "out of memory")
        }
    }
}

/// Runs operations of the store and turns their errors into the façade's.
func storing<R: ~Copyable>(
    _ body: () throws(StoreError) -> R
) throws(VaultError) -> R {
    do throws(StoreError) { return try body() } catch { throw VaultError(error) }
}

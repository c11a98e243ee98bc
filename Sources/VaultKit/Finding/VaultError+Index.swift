import VaultFiles
import VaultIndex

extension VaultError {
    /// What is wrong with the file itself is mended by making it anew, and does not come here.
    init(_ error: IndexError) {
        switch error {
        case .damaged: self.init(.failed, "the index is damaged again as soon as it is made")
        case .busy: self.init(FileError.wouldBlock, "the index")
        case .full: self.init(FileError.noSpace, "the index")
        case .readOnly: self.init(Code.readOnly, "the index cannot be written: it is read-only")
        case .settingRefused(let name):
            self.init(.failed, "SQLite does not take the setting \(name) that the index needs")
        case .file(let error): self.init(error, "the index")
        case .sqlite(let code):
            self.init(.failed, "the index cannot be read or written (SQLite error \(code))")
        }
    }
}

func indexing<R: ~Copyable>(_ body: () throws(IndexError) -> R) throws(VaultError) -> R {
    do throws(IndexError) { return try body() } catch { throw VaultError(error) }
}

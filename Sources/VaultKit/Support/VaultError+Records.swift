import VaultFiles
import VaultRecords

extension VaultError {
    init(_ error: RecordsError) {
        switch error {
        case .notFound(let file):
            self.init(
                .damaged, "\(file.rawValue) is missing",
                hint: "without the records the packs cannot be opened; take them from a backup copy"
            )
        case .damaged(let file):
            self.init(
                .damaged, "\(file.rawValue) is damaged, and so is its second copy or it is missing",
                hint: "take records.db from a backup copy of this vault")
        case .newerVersion(let version):
            self.init(
                .unsupported,
                "the vault's records are of version \(version), newer than this program",
                hint: "use a newer lighttight")
        case .foreignSchema(let file):
            self.init(
                .damaged, "\(file.rawValue) holds something that lighttight did not put there",
                hint: "nothing in it was run; take the records from a backup copy")
        case .busy: self.init(FileError.wouldBlock, "the vault")
        case .conflict, .noSuchRecord:
            self.init(
                .vaultInUse, "another command changed the same pictures meanwhile",
                hint: "run this again")
        case .readOnly:
            self.init(Code.readOnly, "the vault cannot be written: it is read-only")
        case .full: self.init(FileError.noSpace, "the vault's records")
        case .mirrorAhead:
            self.init(
                .damaged, "records.bak is newer than records.db: an old records.db was put back",
                hint:
                    "to go on with the newer state, move records.db away and run the command again")
        case .unfinishedTransaction:
            self.init(
                Code.readOnly,
                "an interrupted change must be undone first, and the vault cannot be written")
        case .rotated:
            self.init(
                .vaultInUse, "the vault's keys were rotated meanwhile", hint: "run this again")
        case .forked: self.init(.failed, "the vault was opened by another process")
        case .tampered:
            self.init(
                .damaged, "a record is not the one that belongs there",
                hint: "run lighttight verify to see what is affected")
        case .malformedValue(let error): self.init(error, "a record's value")
        case .unusablePath:
            self.init(
                .unsupported, "the vault's path is not valid UTF-8",
                hint: "move it to a folder with a plain name")
        case .settingRefused(let name):
            self.init(.unsupported, "SQLite refuses the setting \"\(name)\" that the vault needs")
        case .file(let error): self.init(error, "the vault's records")
        case .sqlite(let code): self.init(.failed, "SQLite reports error \(code)")
        }
    }
}

/// Runs operations on the records and turns their errors into the façade's.
func reading<R: ~Copyable>(
    _ body: () throws(RecordsError) -> R
) throws(VaultError) -> R {
    do throws(RecordsError) { return try body() } catch { throw VaultError(error) }
}

/// The same for a transaction, whose body throws either.
func writing<R>(_ body: () throws -> R) throws(VaultError) -> R {
    do {
        return try body()
    } catch let error as RecordsError {
        throw VaultError(error)
    } catch let error as VaultError {
        throw error
    } catch let error as FileError {
        throw VaultError(error, "the vault's records")
    } catch {
        throw VaultError(.failed, "\(error)")
    }
}

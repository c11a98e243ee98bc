import VaultCrypto
import VaultFiles
import VaultFormat
import VaultKeys
import VaultRecords
import VaultStore

/// A vault that was just made, with the recovery code that is shown once.
package struct NewVault: ~Copyable {
    package let vault: Vault
    package let recovery: ShownCode

    init(_ vault: Vault, _ recovery: consuming ShownCode) {
        self.vault = vault
        self.recovery = recovery
    }
}

extension Vault {
    /// Makes a vault in a folder that does not exist or is empty.
    ///
    /// The records come last: a stop leaves a folder that is no vault yet, and that the same command
    /// takes again.
    package static func create(
        at path: [UInt8], passphrase: borrowing Passphrase, request: InitRequest,
        context: VaultContext = VaultContext()
    ) throws(VaultError) -> NewVault {
        if !request.acceptWeak, let reason = passphrase.judge().reason {
            throw VaultError(
                .usage, "this passphrase is weak: \(reason)",
                hint: "four or more words picked by chance are strong and can be remembered")
        }
        let place = try makePlace(path, request)
        try requireRoom(place)
        let new: NewVaultKeys
        do throws(KeysError) {
            new = try NewVaultKeys(
                passphrase: passphrase.secret, memory: request.cost.memory,
                passes: request.cost.passes, label: request.label)
        } catch {
            throw VaultError(error)
        }
        let header = new.header.encoded
        try files("the vault") { () throws(FileError) in
            // A file system without locks is noticed before anything is kept on it.
            _ = try place.lock("write", .exclusive)
        }
        let store = try storing { () throws(StoreError) in
            try DirectoryPackStore.create(in: place.folder)
        }
        try files("the vault") { () throws(FileError) in
            try AtomicFile.replace(
                VaultPlace.headerCopy, in: place.folder, with: header, mode: .likeFolder)
        }
        let keyring = new.keyring
        let keys = new.keys
        let draft = try BegunEntry(vault: keys.vault, new.header.keys.audit[0])
        let maker = EntryMaker(vault: keys.vault, context: context)
        let records = try reading { () throws(RecordsError) in
            try RecordsDatabase.create(
                in: place.path, header: header, keyring: keyring,
                entry: { (position) throws(RecordsError) in
                    do throws(VaultError) {
                        return try maker.entry(Telling(.created), at: position, by: keys, draft)
                    } catch {
                        // Nothing stands in the log that could be wrong.
                        preconditionFailure("a log's first entry: \(error.message)")
                    }
                })
            return try RecordsDatabase.open(in: place.path, mode: .writing)
        }
        let vault = Vault(
            place: place, records: records, store: store, header: new.header, context: context,
            memory: VaultMemory(context.memoryFolder, keys.vault), standing: .newest,
            notes: request.group == nil
                ? [] : [try place.warningAboutFoldersAbove()].compactMap(\.self))
        try vault.remember()
        return NewVault(vault, ShownCode(.recovery, new.takeRecoverySecret()))
    }

    private static func makePlace(
        _ path: [UInt8], _ request: InitRequest
    ) throws(VaultError) -> VaultPlace {
        if let group = request.group { return try VaultPlace.make(path, for: group) }
        let place = try VaultPlace.make(path)
        guard try !place.isShared else {
            throw VaultError(
                .usage, "a group works in the folder \"\(place.path.printable)\"",
                hint: "--group NAME makes a vault for the group; for your own, name another folder")
        }
        return place
    }

    /// A folder may hold only what an interrupted `create` leaves.
    private static func requireRoom(_ place: VaultPlace) throws(VaultError) {
        let taken = try files("the vault's folder") { () throws(FileError) -> FileName? in
            var entries = try place.folder.entries()
            while let entry = try entries.next() {
                let name = entry.name
                if name != "packs" && name != "locks" && name != VaultPlace.headerCopy
                    && !name.isTemporary && !name.bytes.ends(with: Array(".new".utf8))
                {
                    return name
                }
            }
            return nil
        }
        guard let taken else { return }
        if taken == "records.db" || taken == "records.bak" {
            throw VaultError(
                .vaultInUse, "there is a vault at \"\(place.path.printable)\" already",
                hint: "choose another folder; a vault is never overwritten")
        }
        throw VaultError(
            .vaultInUse, "the folder \"\(place.path.printable)\" is not empty",
            hint: "a new vault wants a folder of its own")
    }
}

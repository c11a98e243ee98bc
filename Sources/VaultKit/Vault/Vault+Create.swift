import VaultCrypto
import VaultFiles
import VaultFormat
import VaultKeys
import VaultRecords
import VaultStore

/// A vault that was just made, with the recovery code that is shown once.
package struct NewVault: ~Copyable {
    package let vault: Vault
    private let recoverySecret: Secret

    init(_ vault: Vault, _ recoverySecret: consuming Secret) {
        self.vault = vault
        self.recoverySecret = recoverySecret
    }

    /// Writes the code in groups of six, without a line end.
    package borrowing func writeRecoveryCode(descriptor: Int32) throws(VaultError) {
        try withRecoveryCode { (code) throws(VaultError) in
            try files("the recovery code") { () throws(FileError) in
                try Descriptor(duplicating: descriptor).write(code)
            }
        }
    }

    /// Lends the code in groups of six for the time of the call; it is wiped afterwards.
    package borrowing func withRecoveryCode(
        _ body: (RawSpan) throws(VaultError) -> Void
    ) throws(VaultError) {
        let code = recoverySecret.withUnsafeBytes { RecoveryCode.encode($0) }
        var text: [UInt8] = []
        for (index, character) in code.enumerated() {
            if index > 0, index.isMultiple(of: 6) { text.append(UInt8(ascii: "-")) }
            text.append(character)
        }
        defer { for index in text.indices { text[index] = 0 } }
        try body(text.span.bytes)
    }

    /// Whether somebody copied it right.
    package borrowing func recoveryCodeMatches(_ typed: borrowing Passphrase) -> Bool {
        do throws(FormatError) {
            let decoded = try Secret(count: RecoveryCode.secretByteCount) {
                (secret) throws(FormatError) in
                try typed.secret.withUnsafeBytes { (typed) throws(FormatError) in
                    try RecoveryCode.decode(typed, into: secret)
                }
            }
            return Secret.equal(decoded, recoverySecret)
        } catch {
            return false
        }
    }
}

extension Vault {
    /// Makes a vault in a folder that does not exist or is empty.
    ///
    /// The records come last: a stop leaves a folder that is no vault yet, and that the same command
    /// takes again.
    package static func create(
        at path: [UInt8], passphrase: borrowing Passphrase, request: InitRequest
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
        let records = try reading { () throws(RecordsError) in
            try RecordsDatabase.create(in: place.path, header: header, keyring: keyring)
            return try RecordsDatabase.open(in: place.path, mode: .writing)
        }
        let vault = Vault(
            place: place, records: records, store: store, header: new.header,
            notes: request.group == nil
                ? [] : [try place.warningAboutFoldersAbove()].compactMap(\.self))
        return NewVault(vault, new.takeRecoverySecret())
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

import Synchronization
import VaultCrypto
import VaultFiles
import VaultFormat
import VaultKeys
import VaultRecords
import VaultStore

/// A vault that is found and checked as far as that goes without a key: it can be counted, copied
/// and its packs verified.
package final class Vault: Sendable {
    let place: VaultPlace
    let records: RecordsDatabase
    let store: DirectoryPackStore
    /// Parsed and bounded, its signature not yet checked.
    let header: Header
    let context: VaultContext
    /// `nil` where nothing can be remembered.
    let memory: VaultMemory?
    /// Whether `backup` made it.
    package let isCopy: Bool
    private let standingNow: Mutex<Standing>
    /// Whether it was the newest state when it was opened.
    let wasNewest: Bool
    /// What opening had to mend or could not, a sentence each.
    package let notes: [String]
    /// The header as a transaction last saw it.
    let knownHeader: Mutex<[UInt8]>
    /// Whether the newest state could not be remembered.
    let memoryFailed = Atomic(false)

    init(
        place: VaultPlace, records: RecordsDatabase, store: DirectoryPackStore, header: Header,
        context: VaultContext, memory: VaultMemory?, isCopy: Bool = false, standing: Standing,
        notes: [String]
    ) {
        self.place = place
        self.records = records
        self.store = store
        self.header = header
        self.context = context
        self.memory = memory
        self.isCopy = isCopy
        standingNow = Mutex(standing)
        wasNewest = standing == .newest
        self.notes = notes
        knownHeader = Mutex(header.encoded)
    }

    /// How it stands against what this machine has seen of it.
    package var standing: Standing { standingNow.withLock { $0 } }

    /// The state that was older, or another, is the newest from now on. Spec 07 §8.
    func becomeNewest() { standingNow.withLock { $0 = .newest } }

    /// Opens what is at `path` (bytes; relative to the working folder unless absolute).
    ///
    /// What an interrupted command left of its transaction is rolled back first. When `records.db` is
    /// missing or damaged it is made again from `records.bak`, and `notes` says so.
    ///
    /// - Parameter mending: otherwise `records.bak` is only read in its place, and `vault.json` stays as it
    ///   is: for whoever wants to see what is wrong.
    package static func open(
        at path: [UInt8], context: VaultContext = VaultContext(), mending: Bool = true
    ) throws(VaultError) -> Vault {
        let place = try VaultPlace.open(path)
        let store = try storing { () throws(StoreError) in
            try DirectoryPackStore.open(in: place.folder)
        }
        var notes: [String] = []
        try requireFinished(place, store)
        let records = try openRecords(place, mending, &notes)
        let bytes = try reading { () throws(RecordsError) in try records.header() }
        let header: Header
        do throws(FormatError) {
            header = try Header(parsing: bytes)
        } catch {
            throw VaultError(error, "the vault's header")
        }
        if mending { mendHeaderCopy(place, bytes, &notes) }
        let memory = VaultMemory(context.memoryFolder, header.vault)
        let standing = try standing(of: records, memory)
        let isCopy = try files("the vault") { () throws(FileError) in
            try place.folder.contains(VaultPlace.copyMark)
        }
        if mending, let warning = standing.warning {
            notes.append(
                isCopy ? "this copy is older than what this machine has seen of the vault" : warning
            )
        }
        return Vault(
            place: place, records: records, store: store, header: header, context: context,
            memory: memory, isCopy: isCopy, standing: standing, notes: notes)
    }

    /// An `init`, or a first `backup`, that was stopped leaves folders without records and without packs:
    /// nothing is lost, for nothing was ever in them.
    private static func requireFinished(
        _ place: VaultPlace, _ store: DirectoryPackStore
    ) throws(VaultError) {
        let hasRecords = try files("the vault") { () throws(FileError) in
            let hasFirst = try place.folder.contains("records.db")
            return try hasFirst ? true : place.folder.contains("records.bak")
        }
        if hasRecords { return }
        var isEmpty = true
        try storing { () throws(StoreError) in
            try store.forEachPack { _, _ in isEmpty = false }
        }
        if isEmpty {
            throw VaultError(
                .vaultNotFound, "the vault at \"\(place.path.printable)\" was never finished",
                hint: "run the lighttight init or backup that was interrupted again")
        }
    }

    private static func openRecords(
        _ place: VaultPlace, _ mending: Bool, _ notes: inout [String]
    ) throws(VaultError) -> RecordsDatabase {
        let isWritable = try isWritable(place)
        let mode: RecordsDatabase.Mode = isWritable ? .writing : .reading
        let records = try reading { () throws(RecordsError) in
            try RecordsDatabase.open(in: place.path, mode: mode)
        }
        if records.report.recovery.rolledBack {
            notes.append("an interrupted command was rolled back")
        }
        if mending, records.report.recovery.setAside {
            notes.append("a journal that is not this vault's was set aside and not played")
        }
        guard mending, records.report.source == .mirror else { return records }
        guard isWritable else {
            notes.append("records.db is missing or damaged; reading its second copy, records.bak")
            return records
        }
        notes.append(
            "records.db was missing or damaged and was made again from its second copy, records.bak"
        )
        return try reading { () throws(RecordsError) in
            try RecordsDatabase.restore(in: place.path)
            return try RecordsDatabase.open(in: place.path, mode: .writing)
        }
    }

    /// Whether the vault's folder takes writes; a read-only one can still be read.
    private static func isWritable(_ place: VaultPlace) throws(VaultError) -> Bool {
        do throws(FileError) {
            _ = try place.folder.openFolder("locks").openForUpdate("write")
            return true
        } catch .readOnly {
            return false
        } catch .notPermitted {
            return false
        } catch .notFound {
            return true  // A copy that was just made has no locks yet.
        } catch {
            throw VaultError(error, "the vault")
        }
    }

    /// `vault.json` is for tools and people: what it says is never believed.
    private static func mendHeaderCopy(
        _ place: VaultPlace, _ bytes: [UInt8], _ notes: inout [String]
    ) {
        do throws(FileError) {
            if place.readHeaderCopy() != bytes {
                try AtomicFile.replace(
                    VaultPlace.headerCopy, in: place.folder, with: bytes, mode: .likeFolder)
                notes.append("vault.json did not match the records and was written again")
            }
        } catch {
            notes.append("vault.json does not match the records: \(error.describe)")
        }
    }
}

import Synchronization
import VaultAudit
import VaultCrypto
import VaultFiles
import VaultFormat
import VaultRecords

/// What this machine remembers of a vault, outside of it, so that an older or another state of it is
/// noticed. Spec 07 §8.
final class VaultMemory: Sendable {
    private let folder: FilePath
    private let vault: VaultID

    /// A longer list of destroyed records is refused: 64 MiB are four million of them.
    private static let maximumByteCount = 64 << 20

    init?(_ folder: [UInt8]?, _ vault: VaultID) {
        // A name that cannot be one is as good as none.
        guard let folder, let path = try? FilePath(bytes: folder), path.isAbsolute else {
            return nil  // Nowhere to remember: `doctor` says so.
        }
        self.folder = path
        self.vault = vault
    }

    private var file: FileName { name(".json") }
    private var destroyedFile: FileName { name(".destroyed") }

    private func name(_ suffix: String) -> FileName {
        do {
            return try FileName(vault.hex + suffix)
        } catch {
            preconditionFailure("hexadecimal digits are a name")
        }
    }

    /// The newest state that was seen; `nil` when there is none.
    ///
    /// - Throws: `damaged` when what is there cannot be read: it must not count for nothing seen.
    func seen() throws(VaultError) -> MachineMemory? {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try AtomicFile.read(file, in: Directory.open(folder), limit: 4096)
        } catch .notFound {
            return nil
        } catch {
            throw VaultError(error, "what this machine remembers of the vault")
        }
        do throws(FormatError) {
            let memory = try MachineMemory(parsing: bytes)
            guard memory.vault == vault else { throw .unexpected("another vault's memory") }
            return memory
        } catch {
            throw VaultError(error, "what this machine remembers of the vault")
        }
    }

    /// When this machine last made a checkpoint, in seconds since 1970; `nil` when it is not known.
    var checkpoint: Int64? {
        do throws(VaultError) { return try seen()?.checkpoint } catch { return nil }
    }

    func remember(_ state: MachineMemory) throws(VaultError) {
        try files("what this machine remembers of the vault") { () throws(FileError) in
            try AtomicFile.replace(
                file, in: Directory.openOrMakeFollowing(folder), with: state.encoded)
        }
    }

    /// IDs that this machine saw destroyed.
    func destroyed() throws(VaultError) -> Set<RecordID> {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try AtomicFile.read(
                destroyedFile, in: Directory.open(folder), limit: Self.maximumByteCount)
        } catch .notFound {
            return []
        } catch {
            throw VaultError(error, "what this machine saw destroyed")
        }
        // A stop in the middle of appending leaves a piece of an ID at the end, which counts for nothing:
        // the record was destroyed here before.
        return bytes.withUnsafeBytes { bytes in
            Set(
                (0..<bytes.count / RecordID.byteCount).map {
                    RecordID(at: $0 * RecordID.byteCount, in: bytes)
                })
        }
    }

    /// Adds what the records say was destroyed. Asked after each command, so that a stop between a purge and
    /// this loses nothing.
    ///
    /// - Parameter trustingLast: when what was destroyed last is known, so is all of it, unless the records
    ///   are of another history than those that were asked before.
    func addDestroyed(
        of records: RecordsDatabase, trustingLast: Bool = true
    ) throws(VaultError) {
        let last = try reading { () throws(RecordsError) in try records.lastDestroyed() }
        guard let last else { return }
        let known = try destroyed()
        if trustingLast, known.contains(last) { return }
        let ids = try reading { () throws(RecordsError) in
            try records.destroyed(since: 0).map(\.id)
        }
        let all = known.union(ids).sorted()
        try files("what this machine saw destroyed") { () throws(FileError) in
            try AtomicFile.replace(
                destroyedFile, in: Directory.openOrMakeFollowing(folder), with: all.flatMap(\.bytes)
            )
        }
    }
}

/// How a vault stands against what this machine has seen of it.
package enum Standing: Sendable, Equatable {
    /// It is what was seen, or newer.
    case newest
    /// It lacks entries, or has an older header.
    case older(entries: Int64, seen: Int64)
    /// It has another history than the one that was seen.
    case forked
    /// What was seen cannot be read, and must not count for nothing.
    case unknown(String)

    /// A sentence for a person; `nil` when all is well.
    package var warning: String? {
        switch self {
        case .newest: nil
        case .older(let entries, let seen) where entries < seen:
            "this is an older state of the vault: its log has \(entries) entries, and this machine has seen \(seen)"
        case .older: "this is an older state of the vault: its list of slots was changed since"
        case .forked:
            "the vault's log is not the one that this machine has seen: its history was changed"
        case .unknown(let why):
            "it cannot be told whether this is the newest state of the vault: \(why)"
        }
    }
}

extension Vault {
    /// Compares with what this machine has seen.
    static func standing(
        of records: RecordsDatabase, _ memory: VaultMemory?
    ) throws(VaultError) -> Standing {
        // What was seen before the records are read: another command may go on and remember meanwhile.
        let seen: MachineMemory?
        do throws(VaultError) { seen = try memory?.seen() } catch { return .unknown(error.message) }
        guard let seen else { return .newest }
        let (head, bytes) = try reading { () throws(RecordsError) in
            (try records.logHead(), try records.header())
        }
        guard head.size >= Int64(seen.size) else {
            return .older(entries: head.size, seen: Int64(seen.size))
        }
        let root: LogHash
        if head.size == Int64(seen.size) {
            do throws(AuditError) {
                root = try LogHash(MerkleEdge.root(of: head))
            } catch {
                throw VaultError(.damaged, "the log's edge is not one")
            }
        } else {
            let entry = try reading { () throws(RecordsError) in try records.entry(Int64(seen.size))
            }
            guard let entry, let leaf = EntryLeaf.ifOne(entry.leaf) else {
                return .forked  // Not the entry that stands there in an honest log.
            }
            root = leaf.before
        }
        guard root == seen.rootHash else { return .forked }
        do throws(FormatError) {
            return try Header(parsing: bytes).generation < seen.generation
                ? .older(entries: head.size, seen: Int64(seen.size)) : .newest
        } catch {
            throw VaultError(error, "the vault's header")
        }
    }

    /// Nothing is changed in a state that is older than one which was seen, or another. A copy that `backup`
    /// made is expected to be older: it may be read, which its own log tells.
    func requireNewest(reading: Bool) throws(VaultError) {
        guard let warning = standing.warning else { return }
        if reading, isCopy { return }
        throw VaultError(
            .olderState, warning,
            hint: "if this is a copy put back on purpose, an owner accepts it: "
                + "lighttight doctor --accept-restore")
    }

    /// In an older state there may be pictures that were destroyed since. They are destroyed again before
    /// anything is shown.
    func requireNothingUndone() throws(VaultError) {
        guard standing != .newest, let memory else { return }
        let back = try undestroyed(memory)
        guard back.isEmpty else {
            throw VaultError(
                .olderState,
                "this older state still has " + DoctorWords.count(back.count, "picture") + " that "
                    + (back.count == 1 ? "was" : "were") + " destroyed since",
                hint: "lighttight doctor --accept-restore destroys them again and accepts the rest")
        }
    }

    /// Records that are there although this machine saw them destroyed.
    func undestroyed(_ memory: VaultMemory) throws(VaultError) -> [RecordID] {
        let destroyed = try memory.destroyed()
        guard !destroyed.isEmpty else { return [] }
        return try reading { () throws(RecordsError) in try records.present(destroyed.sorted()) }
    }

    /// Remembers the state as it is now. What cannot be remembered is no failure of the command, whose work
    /// is done: `doctor` tells.
    func remember() throws(VaultError) {
        try remember(checkpoint: nil)
    }

    /// - Parameters:
    ///   - checkpoint: when one was made, if that was now.
    ///   - looked: up to which revision all was looked at, if that is known now.
    func remember(checkpoint: Int64?, looked: Int64? = nil) throws(VaultError) {
        guard let memory, standing == .newest else { return }
        let (head, bytes) = try reading { () throws(RecordsError) in
            (try records.logHead(), try records.header())
        }
        do {
            let root = LogHash(try MerkleEdge.root(of: head))
            let header = try Header(parsing: bytes)
            try memory.addDestroyed(of: records)
            // After another history was accepted, what was looked at is not known by its revision.
            let seen = memory.ifReadable
            let kept = wasNewest ? seen?.looked : nil
            try memory.remember(
                MachineMemory(
                    vault: header.vault, generation: header.generation, size: UInt64(head.size),
                    root: root,
                    checkpoint: checkpoint ?? seen?.checkpoint, looked: looked ?? kept))
        } catch {
            memoryFailed.store(true, ordering: .relaxed)
        }
    }
}

extension MerkleEdge {
    /// The root of the tree of all entries.
    static func root(of head: LogHead) throws(AuditError) -> Digest {
        var edge = try MerkleEdge(size: UInt64(head.size), edge: head.edge)
        return edge.root()
    }
}

extension EntryLeaf {
    /// `nil` for what is no entry: nobody honest wrote it, and `audit verify` says what it is.
    static func ifOne(_ bytes: [UInt8]) -> EntryLeaf? {
        bytes.withUnsafeBytes { try? EntryLeaf(parsing: $0) }  // As said.
    }
}

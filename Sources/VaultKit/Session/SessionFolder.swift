import VaultFiles
import VaultFormat

/// The files of sessions: `<vault>-<slot>.session`, each worth nothing without the key that the kernel
/// keeps. Spec 02 §12.
struct SessionFolder {
    private let path: FilePath

    /// - Throws: `unsupported` when there is no place for sessions.
    init(_ folder: [UInt8]?) throws(VaultError) {
        // A name that cannot be one is as good as none.
        guard let folder, let path = try? FilePath(bytes: folder), path.isAbsolute else {
            throw VaultError(
                .unsupported, "there is no folder for sessions",
                hint: "set XDG_RUNTIME_DIR or HOME")
        }
        self.path = path
    }

    private static let suffix = Array(".session".utf8)

    private static func name(_ vault: VaultID, _ slot: SlotID) -> FileName {
        do {
            return try FileName(vault.hex + "-" + slot.hex + ".session")
        } catch {
            preconditionFailure("hexadecimal digits are a name")
        }
    }

    /// What lies there, of any vault.
    func all() throws(VaultError) -> [(vault: VaultID, slot: SlotID)] {
        do throws(FileError) {
            var entries = try Directory.open(path).entries()
            var found: [(VaultID, SlotID)] = []
            while let entry = try entries.next() {
                if let session = Self.parse(entry.name.bytes) { found.append(session) }
            }
            return found
        } catch .notFound {
            return []
        } catch {
            throw VaultError(error, "the folder of sessions")
        }
    }

    private static func parse(_ name: [UInt8]) -> (VaultID, SlotID)? {
        guard name.count == 65 + suffix.count, Array(name.suffix(suffix.count)) == suffix else {
            return nil
        }
        let text = String(decoding: name.dropLast(suffix.count), as: UTF8.self)
        let parts = text.split(separator: "-")
        // Another file that somebody put there is no session.
        guard parts.count == 2, let vault = try? VaultID(hex: String(parts[0])),
            // As above.
            let slot = try? SlotID(hex: String(parts[1]))
        else { return nil }
        return (vault, slot)
    }

    func read(_ vault: VaultID, _ slot: SlotID) throws(VaultError) -> SessionFile {
        let bytes = try files("the session") { () throws(FileError) in
            try AtomicFile.read(
                Self.name(vault, slot), in: Directory.open(path),
                limit: SessionFile.maximumByteCount)
        }
        do throws(FormatError) {
            return try SessionFile(parsing: bytes)
        } catch {
            throw VaultError(error, "the session")
        }
    }

    func write(_ session: SessionFile) throws(VaultError) {
        try files("the session") { () throws(FileError) in
            try AtomicFile.replace(
                Self.name(session.vault, session.slot), in: Directory.openOrMakeFollowing(path),
                with: session.encoded)
        }
    }

    func remove(_ vault: VaultID, _ slot: SlotID) throws(VaultError) {
        do throws(FileError) {
            try Directory.open(path).unlinkIfPresent(Self.name(vault, slot))
        } catch .notFound {
            return
        } catch {
            throw VaultError(error, "the session")
        }
    }
}

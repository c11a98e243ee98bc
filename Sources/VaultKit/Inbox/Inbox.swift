import VaultFiles
import VaultFormat

/// A folder of deposits that wait: the vault's inbox, or that of a request. Whoever may write there is not
/// trusted. Spec 08 §6, 13 §7.
final class Inbox: Sendable {
    /// No command looks at more of them.
    static let maximumCount = 65_536
    private static let name: FileName = "inbox"
    private static let suffix = Array(".deposit".utf8)

    let folder: SharedFolder

    init(_ folder: consuming Directory) { self.folder = SharedFolder(folder) }

    /// `nil` when nothing was ever deposited.
    static func open(_ place: VaultPlace) throws(VaultError) -> Inbox? {
        do throws(FileError) {
            return Inbox(try place.folder.openFolder(name))
        } catch .notFound {
            return nil
        } catch {
            throw VaultError(error, "the inbox")
        }
    }

    static func openOrMake(_ place: VaultPlace) throws(VaultError) -> Inbox {
        try files("the inbox") { () throws(FileError) in
            let inbox = Inbox(try place.folder.openOrMakeFolder(name, mode: .likeFolder))
            try place.folder.sync()
            return inbox
        }
    }

    /// What lies there, by its names alone.
    struct Names: Sendable {
        /// Ascending.
        var deposits: [DepositID] = []
        /// Whether there are more than a command looks at.
        var hasMore = false
        /// What is no deposit by its name.
        var strangers = 0
    }

    func names(limit: Int) throws(FileError) -> Names {
        var found = Names()
        var entries = try folder.directory.entries()
        while let entry = try entries.next() {
            if let id = Self.deposit(entry.name) {
                if found.deposits.count == limit {
                    found.hasMore = true
                    break
                }
                found.deposits.append(id)
            } else if !entry.name.isTemporary {
                found.strangers += 1
            }
        }
        found.deposits.sort()
        return found
    }

    /// Reads the front of one, before anything it says of itself is believed.
    func front(
        of id: DepositID
    ) throws(FileError) -> (bytes: [UInt8], status: FileStatus) {
        let file = try folder.directory.openFile(Self.fileName(id))
        let status = try file.status()
        return (try Self.readFront(file), status)
    }

    static func readFront(_ file: borrowing Descriptor) throws(FileError) -> [UInt8] {
        var failure: FileError?
        let bytes = [UInt8](unsafeUninitializedCapacity: DepositFront.byteCount) { buffer, count in
            do throws(FileError) {
                count = try file.read(into: .init(buffer), at: 0)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    func open(_ id: DepositID, seenAs status: FileStatus) throws(FileError) -> Descriptor {
        try folder.directory.openFile(Self.fileName(id), seenAs: status)
    }

    /// Removes one for good.
    ///
    /// - Parameter status: it is left when it is another file by now; `nil` for whatever is there.
    func remove(_ id: DepositID, seenAs status: FileStatus?) throws(FileError) {
        let name = Self.fileName(id)
        let now = try folder.directory.status(of: name)
        if let status, !now.hasSameContent(as: status) { throw .changedWhileRead }
        try folder.directory.unlink(name)
        try folder.directory.sync()
    }

    static func fileName(_ id: DepositID) -> FileName {
        do {
            return try FileName(bytes: Array(id.hex.utf8) + suffix)
        } catch {
            preconditionFailure("hexadecimal digits are a name")
        }
    }

    private static func deposit(_ name: FileName) -> DepositID? {
        guard name.bytes.ends(with: suffix) else { return nil }
        // Another name is no deposit's, whatever is in the file.
        return try? DepositID(
            hex: String(decoding: name.bytes.dropLast(suffix.count), as: UTF8.self))
    }
}

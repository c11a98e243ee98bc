import VaultCrypto
package import VaultFiles
package import VaultFormat

/// The folder `shares/` as the server has it: all of a vault that it sees. Spec 11 §4.
///
/// Follows no link, opens regular files only, and bounds every size before it reads.
package final class ServedFolder: Sendable {
    private static let noticeName: FileName = "vault.json"

    private let root: Directory
    private let links: Directory
    private let halves: Directory
    let requests: Directory
    /// The server's own.
    package let own: Directory

    /// Opens the folder at a path; what the server needs in it is made when missing.
    ///
    /// - Throws: `.noNotice`, with nothing made, for a folder without `vault.json`.
    package init(at path: FilePath) throws(ServedError) {
        let root = try Self.open(path)
        let links = try Self.folder("links", in: root)
        let halves = try Self.folder("halves", in: root)
        let requests = try Self.folder("requests", in: root)
        let own = try Self.folder("server", in: root)
        self.root = root
        self.links = links
        self.halves = halves
        self.requests = requests
        self.own = own
    }

    private static func open(_ path: FilePath) throws(ServedError) -> Directory {
        do throws(FileError) {
            let root = try Directory.open(path, followingLast: true)
            if try root.contains(noticeName) { return root }
        } catch {
            throw .file(error)
        }
        throw .noNotice
    }

    private static func folder(
        _ name: FileName, in root: borrowing Directory
    ) throws(ServedError) -> Directory {
        do throws(FileError) {
            return try root.openOrMakeFolder(name, mode: .likeFolder)
        } catch {
            throw .file(error)
        }
    }

    /// What a share with this ID is called. Spec 11 §1.
    package static func name(of id: ShareID) -> ShareName {
        let digest = Digest(hashing: id.namedBytes).bytes
        return digest.withUnsafeBytes { ShareName(at: 0, in: $0) }
    }

    /// What the vault tells its server; `.notFound` when it told nothing yet.
    package func notice() throws(ServedError) -> ServerNotice {
        try ServedError.wrapping { () throws(FileError) in
            try AtomicFile.read(
                Self.noticeName, in: root, limit: ServerNotice.maximumByteCount)
        } parsing: { bytes throws(FormatError) in
            try ServerNotice(parsing: bytes)
        }
    }

    /// Shares of which package or half is there.
    package func names() throws(FileError) -> Set<ShareName> {
        var names: Set<ShareName> = []
        for folder in [true, false] {
            var entries = try folder ? links.entries() : halves.entries()
            while let entry = try entries.next() {
                // Another name is no share's: it is left alone.
                if let name = Self.share(entry.name) { names.insert(name) }
            }
        }
        return names
    }

    private static func share(_ name: FileName) -> ShareName? {
        do {
            return try ShareName(hex: String(decoding: name.bytes, as: UTF8.self))
        } catch {
            return nil
        }
    }

    // MARK: - One share

    /// The half's file; `.notFound` when there is none, so that the share ended.
    package func halfStatus(_ share: ShareName) throws(FileError) -> FileStatus {
        try halves.status(of: share.fileName)
    }

    /// 32 bytes.
    package func half(_ share: ShareName) throws(ServedError) -> [UInt8] {
        try ServedError.wrapping { () throws(FileError) in
            try AtomicFile.read(share.fileName, in: halves, limit: 32)
        } parsing: { bytes throws(FormatError) in
            guard bytes.count == 32 else {
                throw .wrongLength(expected: 32, actual: bytes.count)
            }
            return bytes
        }
    }

    /// The package's folder; `.notFound` when there is none.
    package func package(_ share: ShareName) throws(FileError) -> ServedPackage {
        ServedPackage(folder: try links.openFolder(share.fileName))
    }

    /// Ends a share: destroys its half, then all else of it. What is gone already is as good.
    /// Spec 11 §4.
    ///
    /// - Throws: what kept the half or a file from going; to be tried again.
    package func destroy(_ share: ShareName) throws(FileError) {
        try ShareRemoval.destroy(share.fileName, links: links, halves: halves)
    }
}

extension ShareName {
    /// What its files are called.
    package var fileName: FileName {
        do {
            return try FileName(hex)
        } catch {
            preconditionFailure("hexadecimal digits are a file name")
        }
    }
}

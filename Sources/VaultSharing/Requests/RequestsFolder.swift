package import VaultFiles
package import VaultFormat

/// The folder `shares/requests/` as the vault sees it: what lies there is a stranger's until it was read and
/// judged. Spec 13 §3.
package final class RequestsFolder: Sendable {
    static let name: FileName = "requests"
    static let slipName: FileName = "slip.json"
    static let offerName: FileName = "offer.json"
    static let stateName: FileName = "state.json"
    static let incoming = Array("incoming-".utf8)
    /// What was begun longer ago, in seconds, and not finished is nobody's any more.
    private static let patience: Int64 = 86_400
    /// So long the files of a request that is over tell how many came, in seconds.
    private static let remembrance: Int64 = 30 * 86_400

    let folder: Directory

    private init(_ folder: consuming Directory) { self.folder = folder }

    /// Opens it, made when missing.
    package static func make(in vault: borrowing Directory) throws(FileError) -> RequestsFolder {
        let root = try vault.openOrMakeFolder("shares", mode: .likeFolder)
        let requests = try make(inShares: root)
        try vault.sync()
        return requests
    }

    /// The same for who has only the folder `shares/`.
    package static func make(
        inShares root: borrowing Directory
    ) throws(FileError) -> RequestsFolder {
        let requests = RequestsFolder(try root.openOrMakeFolder(name, mode: .likeFolder))
        try root.sync()
        return requests
    }

    /// Opens it; `nil` when nothing was ever asked for.
    package static func openIfThere(
        in vault: borrowing Directory
    ) throws(FileError) -> RequestsFolder? {
        do throws(FileError) {
            return RequestsFolder(try vault.openFolder("shares").openFolder(name))
        } catch .notFound {
            return nil
        }
    }

    // MARK: - Reading

    /// Requests that have a folder, ascending; at most so many.
    package func names(limit: Int) throws(FileError) -> [RequestName] {
        var names: [RequestName] = []
        var entries = try folder.entries()
        while names.count < limit, let entry = try entries.next() {
            if let name = Self.request(entry.name) { names.append(name) }
        }
        return names.sorted()
    }

    static func request(_ name: FileName) -> RequestName? {
        // Any other name is no request's: it is left alone.
        try? RequestName(hex: String(decoding: name.bytes, as: UTF8.self))
    }

    /// The folder of one, in which its answers lie; `.notFound` when there is none.
    package func open(_ request: RequestName) throws(FileError) -> Directory {
        try folder.openFolder(request.fileName)
    }

    /// Throws `.file(.notFound)` for a request that is not served any more.
    package func offer(_ request: RequestName) throws(SharingError) -> RequestOffer {
        let bytes = try filing { () throws(FileError) in
            try AtomicFile.read(
                Self.offerName, in: open(request), limit: RequestOffer.maximumByteCount)
        }
        return try parsing { () throws(FormatError) in try RequestOffer(parsing: bytes) }
    }

    /// What the server tells of a request; that nothing came when it tells nothing. Throws
    /// `.file(.notFound)` when its folder is not there any more.
    package func state(_ request: RequestName) throws(SharingError) -> RequestState {
        let folder = try filing { () throws(FileError) in try open(request) }
        do throws(SharingError) {
            let bytes = try filing { () throws(FileError) in
                try AtomicFile.read(
                    Self.stateName, in: folder, limit: RequestState.maximumByteCount)
            }
            return try parsing { () throws(FormatError) in try RequestState(parsing: bytes) }
        } catch .file(.notFound) {
            return RequestState()
        }
    }

    // MARK: - Changing

    /// Replaces the offer; it is durable when this returns.
    package func replace(_ offer: RequestOffer, of request: RequestName) throws(FileError) {
        try AtomicFile.replace(
            Self.offerName, in: open(request), with: offer.encoded, mode: .likeFolder)
    }

    /// Ends a request: nothing more is taken for it. What came stays. One that is gone already is as good.
    package func end(_ request: RequestName) throws(FileError) {
        do throws(FileError) {
            let folder = try open(request)
            try folder.unlinkIfPresent(Self.offerName)
            try folder.sync()
        } catch .notFound {
        }
    }

    /// Removes what stopped commands began, a day later; and of requests that are over, when nothing waits
    /// any more, what told of them, a month later.
    ///
    /// - Parameter now: in seconds since 1970.
    package func sweep(now: Int64) throws(FileError) {
        var doomed: [FileName] = []
        var entries = try folder.entries()
        while let entry = try entries.next() {
            if entry.name.bytes.starts(with: Self.incoming) {
                if try age(of: entry.name, now) > Self.patience { doomed.append(entry.name) }
            } else if let name = Self.request(entry.name), try isForgotten(name, now) {
                doomed.append(entry.name)
            }
        }
        for name in doomed { try remove(name) }
        if !doomed.isEmpty { try folder.sync() }
    }

    private func isForgotten(_ request: RequestName, _ now: Int64) throws(FileError) -> Bool {
        guard try age(of: request.fileName, now) > Self.remembrance else { return false }
        do throws(SharingError) {
            if try offer(request).expires > now - Self.remembrance { return false }
        } catch .file(.notFound) {
            // It ended.
        } catch {
            // What cannot be read is told by `request list`.
            return false
        }
        do throws(FileError) {
            var entries = try open(request).entries()
            while let entry = try entries.next() {
                if entry.name.bytes.ends(with: Array(".deposit".utf8)) { return false }
            }
            return true
        } catch .notFound {
            return false
        }
    }

    private func age(of name: FileName, _ now: Int64) throws(FileError) -> Int64 {
        do throws(FileError) {
            return now - (try folder.status(of: name).modified.seconds)
        } catch .notFound {
            return 0
        }
    }

    /// Removes a folder with the files in it, if it is there.
    func remove(_ name: FileName) throws(FileError) {
        do throws(FileError) {
            let doomed = try folder.openFolder(name)
            var names: [FileName] = []
            var entries = try doomed.entries()
            while let entry = try entries.next() { names.append(entry.name) }
            for name in names { try doomed.unlinkIfPresent(name) }
            try folder.removeFolder(name)
        } catch .notFound {
            // Another command removes the same.
        }
    }
}

extension [UInt8] {
    fileprivate func ends(with suffix: [UInt8]) -> Bool {
        self.suffix(suffix.count).elementsEqual(suffix)
    }
}

extension RequestName {
    /// What its folder is called.
    package var fileName: FileName {
        do {
            return try FileName(hex)
        } catch {
            preconditionFailure("hexadecimal digits are a file name")
        }
    }
}

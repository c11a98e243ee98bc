import VaultCrypto
package import VaultFiles
package import VaultFormat

/// A request as the server has it, its folder held open. Spec 13 §3.
package struct CollectingFolder: ~Copyable, Sendable {
    private let folder: Directory

    init(folder: consuming Directory) { self.folder = folder }

    package func offerStatus() throws(FileError) -> FileStatus {
        try folder.status(of: RequestsFolder.offerName)
    }

    package func offer() throws(ServedError) -> RequestOffer {
        try ServedError.wrapping { () throws(FileError) in
            try AtomicFile.read(
                RequestsFolder.offerName, in: folder, limit: RequestOffer.maximumByteCount)
        } parsing: { bytes throws(FormatError) in
            try RequestOffer(parsing: bytes)
        }
    }

    /// The slip, and its bytes as they are: their SHA-256 is in the link.
    package func slip() throws(ServedError) -> (slip: RequestSlip, bytes: [UInt8]) {
        try ServedError.wrapping { () throws(FileError) in
            try AtomicFile.read(
                RequestsFolder.slipName, in: folder, limit: RequestSlip.maximumByteCount)
        } parsing: { bytes throws(FormatError) in
            (try RequestSlip(parsing: bytes), bytes)
        }
    }

    /// Of a request that nobody answered yet, when there is none.
    package func state() throws(ServedError) -> RequestState {
        do throws(ServedError) {
            return try ServedError.wrapping { () throws(FileError) in
                try AtomicFile.read(
                    RequestsFolder.stateName, in: folder, limit: RequestState.maximumByteCount)
            } parsing: { bytes throws(FormatError) in
                try RequestState(parsing: bytes)
            }
        } catch .file(.notFound) {
            return RequestState()
        }
    }

    /// Replaces the state; it is durable when this returns.
    package func keep(_ state: RequestState) throws(FileError) {
        try AtomicFile.replace(
            RequestsFolder.stateName, in: folder, with: state.encoded, mode: .likeFolder)
    }

    /// Ends the request: nothing more is taken for it. It is durable when this returns.
    package func end() throws(FileError) {
        try folder.unlinkIfPresent(RequestsFolder.offerName)
        try folder.sync()
    }

    /// Begins a file for what comes. Nobody sees it before it has its name; a stop leaves nothing of it.
    package func begin() throws(FileError) -> UnnamedFile {
        try folder.createUnnamed(mode: .likeFolder)
    }

    /// Gives a file that is there as a whole its name; it is durable when this returns.
    ///
    /// - Throws: `.exists` when the deposit is there already, and the file's name stays free.
    package func put(_ file: inout UnnamedFile, as deposit: DepositID) throws(FileError) {
        try file.file.setModified(file.file.status().modified.startOfDay)
        try file.file.sync()
        try file.link(into: folder, as: Self.fileName(deposit))
        try folder.sync()
    }

    /// The SHA-256 and size of a deposit that is there.
    package func receipt(of deposit: DepositID) throws(FileError) -> RequestState.Received {
        let file = try folder.openFile(Self.fileName(deposit))
        let size = try file.status().size
        guard RequestOffer.fileByteCounts.contains(size) else { throw .tooLarge }
        var hasher = SHA256Hasher()
        var offset: Int64 = 0
        while offset < size {
            let count = Int(min(size - offset, 1 << 18))
            // The standard library's closure throws no error of ours.
            var failure: FileError?
            let piece = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                do throws(FileError) {
                    try file.readExactly(into: .init(buffer), at: offset)
                    filled = count
                } catch {
                    failure = error
                }
            }
            if let failure { throw failure }
            hasher.update(piece)
            offset += Int64(count)
        }
        return RequestState.Received(
            deposit: deposit, bytes: size, receipt: hasher.finalize().bytes)
    }

    /// Removes a deposit that was named and could not be made durable, if it can.
    package func remove(_ deposit: DepositID) {
        // The first failure is the one to report; whoever sends it again finds it there.
        _ = try? folder.unlink(Self.fileName(deposit))
    }

    private static func fileName(_ deposit: DepositID) -> FileName {
        do {
            return try FileName(deposit.hex + ".deposit")
        } catch {
            preconditionFailure("hexadecimal digits are a name")
        }
    }
}

extension ServedFolder {
    /// What a request with this ID is called. Spec 13 §1.
    package static func name(of id: RequestID) -> RequestName { RequestKeys.name(of: id) }

    /// Requests that have a folder.
    package func requestNames() throws(FileError) -> [RequestName] {
        var names: [RequestName] = []
        var entries = try requests.entries()
        while let entry = try entries.next() {
            if let name = RequestsFolder.request(entry.name) { names.append(name) }
        }
        return names
    }

    /// A request's folder; `.notFound` when there is none.
    package func collecting(_ request: RequestName) throws(FileError) -> CollectingFolder {
        CollectingFolder(folder: try requests.openFolder(request.fileName))
    }
}

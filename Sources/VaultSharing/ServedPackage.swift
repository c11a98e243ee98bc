package import VaultFiles
package import VaultFormat

/// A share's package as the server has it, held open. Spec 11 §4.
package struct ServedPackage: ~Copyable, Sendable {
    private static let offerName: FileName = "offer.json"
    private static let stateName: FileName = "state.json"

    private let folder: Directory

    init(folder: consuming Directory) { self.folder = folder }

    package func offerStatus() throws(FileError) -> FileStatus {
        try folder.status(of: Self.offerName)
    }

    package func offer() throws(ServedError) -> ShareOffer {
        try ServedError.wrapping { () throws(FileError) in
            try AtomicFile.read(Self.offerName, in: folder, limit: ShareOffer.maximumByteCount)
        } parsing: { bytes throws(FormatError) in
            try ShareOffer(parsing: bytes)
        }
    }

    /// Of a share that nobody opened yet, when there is none.
    package func state() throws(ServedError) -> ShareState {
        do throws(ServedError) {
            return try ServedError.wrapping { () throws(FileError) in
                try AtomicFile.read(
                    Self.stateName, in: folder, limit: ShareState.maximumByteCount)
            } parsing: { bytes throws(FormatError) in
                try ShareState(parsing: bytes)
            }
        } catch .file(.notFound) {
            return ShareState()
        }
    }

    /// Replaces the state; it is durable when this returns.
    package func keep(_ state: ShareState) throws(FileError) {
        try AtomicFile.replace(
            Self.stateName, in: folder, with: state.encoded, mode: .likeFolder)
    }

    /// An object's file; `.notFound` or `.changedWhileRead` when it is not as the offer says.
    package func object(_ number: Int, byteCount: Int64) throws(FileError) -> Descriptor {
        let file = try folder.openFile(FileName(String(number)))
        guard try file.status().size == byteCount else { throw .changedWhileRead }
        return file
    }
}

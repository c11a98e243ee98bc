import VaultCrypto
import VaultFiles
import VaultFormat
import VaultKeys
import VaultStore

/// Seals files into deposits, one after another. Needs a public key only. Spec 08 §2.
final class DepositMaker {
    private let target: DepositTarget
    /// Of the slot that signs.
    private let signer: RoleKeys?
    private let folder: SharedFolder

    init(to target: DepositTarget, by signer: RoleKeys?, into folder: SharedFolder) {
        self.target = target
        self.signer = signer
        self.folder = folder
    }

    /// Seals one file. When this returns, the deposit is durable under its name; else nothing is there.
    ///
    /// - Parameter advance: is told of bytes read.
    func seal(
        _ source: SourceFile, _ facts: ImportFacts, stop: StopSign, advance: (Int) -> Void
    ) throws(SourceError) -> DepositID {
        let size = UInt64(max(source.place.byteCount, 0))
        // Judged before the picture is read.
        _ = try head(source, facts, ContentDigest(words: .zero))
        let reader = try disk { () throws(FileError) in
            try source.folder.directory.openFile(source.name, seenAs: source.place.status)
        }
        let id = DepositID.random()
        let key = FileKey.random()
        var file = try output { () throws(FileError) in
            try folder.directory.createUnnamed(mode: .likeFolder)
        }
        var hasher = SHA256Hasher()
        do throws(LooseSealError<SourceError>) {
            let object: Int
            do throws(CryptoError) {
                object = try ObjectSize.sealed(ofPlaintext: Int(size))
            } catch {
                throw .object(.tooLarge)
            }
            try LooseObjectWriter.seal(
                size, into: file.file, at: UInt64(DepositFront.byteCount),
                upTo: DepositFront.fileByteCount(object: UInt64(object)), key: key,
                context: Associated.depositObject(vault: target.vault, deposit: id)
            ) { (piece, offset) throws(SourceError) in
                if stop() { throw .stopped }
                try disk { () throws(FileError) in
                    try reader.readExactly(into: piece, at: Int64(offset))
                }
                hasher.update(UnsafeRawBufferPointer(piece))
                advance(piece.count)
            }
        } catch {
            switch error {
            case .source(let error): throw error
            case .object(.file(let error)): throw .vault(VaultError(error, "the deposit"))
            case .object(let error): throw SourceError(error)
            }
        }
        try disk { () throws(FileError) in try reader.requireUnchanged(since: source.place.status) }
        let front: DepositFront
        let head = try head(source, facts, ContentDigest(hasher.finalize()))
        do throws(KeysError) {
            front = try DepositSealer.front(head, key: key, as: id, to: target, by: signer)
        } catch {
            throw .vault(VaultError(error))
        }
        try output { () throws(FileError) in
            try file.file.write(front.encoded, at: 0)
            try file.file.setModified(file.file.status().modified.startOfDay)
            try file.file.sync()
            try file.link(into: folder.directory, as: Inbox.fileName(id))
            try folder.directory.sync()
        }
        return id
    }

    private func head(
        _ source: SourceFile, _ facts: ImportFacts, _ digest: ContentDigest
    ) throws(SourceError) -> DepositHead {
        do throws(FormatError) {
            return try DepositHead(
                name: source.name.bytes, modified: facts.modified ?? source.place.modified,
                byteCount: UInt64(max(source.place.byteCount, 0)), digest: digest,
                deposited: Wall.seconds, subject: facts.subject, album: facts.album,
                tags: facts.tags)
        } catch {
            if case .outOfRange(let what) = error {
                throw .damaged("cannot be deposited: \(what) is out of bounds")
            }
            throw .damaged("cannot be deposited")
        }
    }

    private func disk<R: ~Copyable>(
        _ body: () throws(FileError) -> R
    ) throws(SourceError) -> R {
        do throws(FileError) {
            return try body()
        } catch {
            throw .file(error == .endOfFile ? .changedWhileRead : error)
        }
    }

    /// What fails here fails for every file.
    private func output<R: ~Copyable>(
        _ body: () throws(FileError) -> R
    ) throws(SourceError) -> R {
        do throws(FileError) {
            return try body()
        } catch {
            throw .vault(VaultError(error, "the folder for deposits"))
        }
    }
}

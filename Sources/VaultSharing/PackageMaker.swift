package import VaultCrypto
import VaultFiles
package import VaultFormat

/// Makes one package: objects and offer first, where nobody serves them; then, when the vault has put down
/// that there is a share, it gets its half and its name. Spec 11 §4. Of one thread.
///
/// What is not published must be abandoned; what a crash leaves is swept after a day.
package final class PackageMaker: PictureTaker {
    package let id: ShareID
    package let name: ShareName
    private let secret: LinkSecret
    private let half: ServerHalf
    private let key: FileKey
    private let proof: Digest
    private let view: Digest
    private let password: ShareOffer.Password?

    private let shares: SharesFolder
    private let incoming: FileName
    private let folder: Directory
    private let sealer: ObjectSealer
    private var writer: ObjectWriter?
    private var items: [LinkManifest.Item] = []
    private var sizes: [Int64] = [0]

    /// Draws a new link, and begins its package.
    ///
    /// - Parameters:
    ///   - password: normalized, see `LinkPassword`.
    ///   - rounds: how often it is hashed, of those that an offer may say.
    package init(
        in shares: SharesFolder, password typed: borrowing Secret?,
        rounds: Int = ShareOffer.Password.rounds.lowerBound
    ) throws(SharingError) {
        let id = Self.drawID()
        let secret = LinkSecret.random()
        let half = ServerHalf.random()
        let password =
            typed == nil ? nil : ShareOffer.Password(rounds: rounds, salt: RandomBytes.make(16))
        let stretched = try Self.stretched(typed, password)
        let proof = try crypting { () throws(CryptoError) in
            try LinkKeys.proof(of: id, secret).digest
        }
        let view = try crypting { () throws(CryptoError) in
            try LinkKeys.viewProof(of: id, secret, stretched).digest
        }
        let key = try crypting { () throws(CryptoError) in
            try LinkKeys.contentKey(of: id, secret, stretched, half)
        }
        let incoming = Self.drawFolderName()
        let folder = try filing { () throws(FileError) in
            try shares.links.makeFolder(incoming, mode: .likeFolder)
            return try shares.links.openFolder(incoming)
        }
        sealer = try crypting { () throws(CryptoError) in try ObjectSealer() }
        (self.shares, self.incoming) = (shares, incoming)
        self.folder = folder
        (self.id, name, self.password) = (id, LinkKeys.name(of: id), password)
        (self.proof, self.view) = (proof, view)
        self.secret = secret
        self.half = half
        self.key = key
    }

    private static func drawID() -> ShareID {
        RandomBytes.make(ShareID.byteCount).withUnsafeBytes { ShareID(at: 0, in: $0) }
    }

    private static func drawFolderName() -> FileName {
        do {
            return try FileName("incoming-" + Hex.encode(RandomBytes.make(8)))
        } catch {
            preconditionFailure("hexadecimal digits are a name")
        }
    }

    private static func stretched(
        _ typed: borrowing Secret?, _ password: ShareOffer.Password?
    ) throws(SharingError) -> PasswordKey? {
        guard let password else { return nil }
        do throws(CryptoError) {
            switch typed {
            case .some(let typed):
                return try PasswordKey(typed, salt: password.salt.bytes, rounds: password.rounds)
            case .none: return nil
            }
        } catch {
            throw .crypto(error)
        }
    }

    /// Begins the next picture, of so many bytes.
    package func begin(_ byteCount: Int64) throws(SharingError) {
        precondition(writer == nil, "one picture after the other")
        precondition(items.count < LinkManifest.itemCounts.upperBound, "a package is full")
        writer = try beginObject(items.count + 1, byteCount)
    }

    private func beginObject(
        _ number: Int, _ byteCount: Int64
    ) throws(SharingError) -> ObjectWriter {
        let file = try filing { () throws(FileError) in
            try folder.createExclusive(FileName(String(number)), mode: .likeFolder)
        }
        return try ObjectWriter(
            number, byteCount: byteCount, of: .share(id), key: key, to: file, sealer)
    }

    package func write(_ piece: UnsafeRawBufferPointer) throws(SharingError) {
        try writer?.write(piece)
    }

    /// Ends the picture.
    package func end(_ item: LinkManifest.Item) throws(SharingError) {
        guard let writer = writer.take() else { preconditionFailure("no picture was begun") }
        sizes.append(try writer.finish(syncing: true))
        items.append(item)
    }

    /// Writes manifest and offer. When this returns, all of the package is durable, and nobody serves it.
    ///
    /// - Parameter expires: in seconds since 1970.
    package func finish(
        note: String?, isOriginal: Bool, expires: Int64, views: Int?
    ) throws(SharingError) {
        let plaintext = try parsing { () throws(FormatError) in
            try LinkManifest(items: items, note: note, isOriginal: isOriginal).checkedPlaintext()
        }
        var head = try beginObject(0, Int64(plaintext.count))
        try head.write(plaintext)
        sizes[0] = try head.finish(syncing: true)
        let offer = ShareOffer(
            expires: expires, objects: sizes, password: password, proof: proof.bytes,
            view: view.bytes, views: views)
        try filing { () throws(FileError) in
            try AtomicFile.replace(
                SharesFolder.offerName, in: folder, with: offer.encoded, mode: .likeFolder)
        }
    }

    /// Gives the package its half, then its name: from then on the share is served. After a failure it is
    /// not, and nothing of the half is left that could be removed.
    package func publish() throws(SharingError) {
        do throws(FileError) {
            try shares.put(half: half, of: name)
            try shares.links.renameNoReplace(incoming, as: name.fileName)
            try shares.links.sync()
        } catch {
            // The first failure is the one to report; what stays is swept, and was never handed out.
            _ = try? shares.destroy(name)
            throw .file(error)
        }
    }

    /// Removes what was made. Nothing is reported: what stays is swept after a day.
    package func abandon() {
        writer = nil
        _ = try? ShareRemoval.empty(incoming, in: shares.links)  // As said above.
    }

    package var hasPassword: Bool { password != nil }

    /// Of all objects, in bytes.
    package var byteCount: Int64 { sizes.reduce(0, +) }

    /// The link, to be handed out once.
    package func link(base: String) -> Link {
        Link(base: base, id: id, secret: secret.withUnsafeBytes { Array($0) })
    }
}

extension Secret {
    fileprivate var digest: Digest {
        borrowing get { withUnsafeBytes { Digest(hashing: $0) } }
    }
}

import VaultCrypto
import VaultFiles
import VaultFormat
import VaultSharing

extension UnlockedVault {
    /// Seals copies of pictures, or the files themselves, under a password into one HTML file, which opens
    /// in a browser without a server and can be neither taken back nor counted. Spec 11 §10.
    ///
    /// The file is written whole before it has a name, and the log tells of it before it gets one. Whatever
    /// fails, no part of it is left.
    ///
    /// - Throws: `usage` for a request that makes no sense, and for a file that is there already;
    ///   `noSuchPicture` when it means no picture; `failed` for a picture that cannot be copied.
    package func bundle(
        _ request: BundleRequest, password: borrowing Passphrase, stop: @escaping StopSign,
        progress: (Progress) -> Void
    ) throws(VaultError) -> NewBundle {
        let target = try BundleTarget(request.target)
        let pictures = try pictures(of: request.content.choice)
        try request.content.check(pictures)
        let maker = try Self.maker(target, password)
        try PackingJob(self, request.content, into: [maker])
            .add(pictures, stop: stop, progress: progress)
        do throws(SharingError) {
            try maker.finish(
                note: request.content.note, isOriginal: request.content.side == nil,
                request.template, stop: stop)
        } catch {
            throw target.error(error)
        }
        try slot.tell(Telling(.bundled, pictures: pictures, remark: request.recipient))
        do throws(SharingError) {
            try maker.publish(as: target.name)
            return NewBundle(pictures: pictures.count, byteCount: try maker.byteCount)
        } catch {
            throw target.error(error)
        }
    }

    private static func maker(
        _ target: BundleTarget, _ password: borrowing Passphrase
    ) throws(VaultError) -> BundleMaker {
        switch LinkPassword.normalized(password.secret) {
        case .none: throw VaultError.passwordNoText
        case .some(let normal):
            let folder = try files(target.words) { () throws(FileError) in
                try target.folder.reopened()
            }
            do throws(SharingError) {
                return try BundleMaker(in: folder, password: normal)
            } catch {
                throw target.error(error)
            }
        }
    }
}

extension BundleRequest {
    /// Asked before there is work.
    ///
    /// - Throws: `usage` when its file is there already; what keeps its folder from being opened.
    package func requireFree() throws(VaultError) { _ = try BundleTarget(target) }
}

/// Where a bundle goes.
final class BundleTarget {
    let folder: Directory
    let name: FileName
    let words: String

    /// - Throws: `usage` when something is there already.
    init(_ path: [UInt8]) throws(VaultError) {
        let words = "\"\(Printable.text(path))\""
        guard let split = SourcePath.split(try SourcePath.absolute(path)) else {
            throw VaultError(.usage, "\(words) is no name for a file")
        }
        let name = try files(words) { () throws(FileError) in try FileName(bytes: split.name) }
        let folder = try files(words) { () throws(FileError) in
            try Directory.open(FilePath(bytes: split.folder), followingLast: true)
        }
        let isTaken = try files(words) { () throws(FileError) in try folder.contains(name) }
        if isTaken { throw Self.taken(words) }
        self.words = words
        self.name = name
        self.folder = folder
    }

    private static func taken(_ words: String) -> VaultError {
        VaultError(
            .usage, "\(words) is there already, and nothing is replaced",
            hint: "name a new file with --out")
    }

    func error(_ error: SharingError) -> VaultError {
        switch error {
        case .file(.exists): Self.taken(words)
        case .file(let error): VaultError(error, words)
        case .crypto, .format, .tooLarge, .stopped: VaultError(error)
        }
    }
}

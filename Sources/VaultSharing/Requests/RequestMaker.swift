import VaultCrypto
import VaultFiles
package import VaultFormat

/// What follows from a request's link. Spec 13 §4.
package enum RequestKeys {
    /// Shows the server that somebody has the link. 32 bytes.
    package static func proof(of id: RequestID, token: [UInt8]) -> [UInt8] {
        HMAC.sha256(Associated.requestProof(id), under: token)
    }

    /// Shows the vault that somebody had the link when they sealed a picture. 32 bytes.
    package static func mark(
        of id: RequestID, token: [UInt8], vault: VaultID, epoch: UInt32, picture: ContentDigest
    ) -> [UInt8] {
        HMAC.sha256(
            Associated.requestMark(vault: vault, request: id, epoch: epoch, picture: picture),
            under: token)
    }

    /// Whether a mark is right, in constant time.
    package static func holds(
        _ mark: [UInt8], of id: RequestID, token: [UInt8], vault: VaultID, epoch: UInt32,
        picture: ContentDigest
    ) -> Bool {
        HMAC.verify(
            mark,
            of: Associated.requestMark(vault: vault, request: id, epoch: epoch, picture: picture),
            under: token)
    }

    /// The name of a request.
    package static func name(of id: RequestID) -> RequestName {
        Digest(hashing: id.namedBytes).withUnsafeBytes { RequestName(at: 0, in: $0) }
    }
}

/// Makes one request: slip and offer first, where nobody serves them; then, when the vault has put down that
/// there is one, it gets its name. Spec 13 §3. Of one thread.
///
/// What is not published must be abandoned; what a crash leaves is swept after a day.
package final class RequestMaker {
    package let id: RequestID
    package let name: RequestName
    /// 16 bytes.
    package let token: [UInt8]
    private let requests: RequestsFolder
    private let slip: Digest
    private let incoming: FileName

    /// Draws a new link, and writes what is served for it, durably.
    ///
    /// - Parameters:
    ///   - slip: that passes its check.
    ///   - offer: likewise, but for the proof, which is set.
    package init(
        in requests: RequestsFolder, _ slip: RequestSlip, _ offer: RequestOffer
    ) throws(SharingError) {
        id = RandomBytes.make(RequestID.byteCount).withUnsafeBytes { RequestID(at: 0, in: $0) }
        name = RequestKeys.name(of: id)
        token = RandomBytes.make(RequestLink.tokenByteCount)
        var offer = offer
        let proof = RequestKeys.proof(of: id, token: token)
        offer.proof = JSONBytes(Digest(hashing: proof).bytes)
        let (slip, bytes) = (slip.encoded, offer.encoded)
        self.slip = Digest(hashing: slip)
        self.requests = requests
        let incoming: FileName
        do throws(FileError) {
            incoming = try FileName(
                bytes: RequestsFolder.incoming + Hex.encode(RandomBytes.make(8)).utf8)
        } catch {
            preconditionFailure("hexadecimal digits are a name")
        }
        self.incoming = incoming
        try filing { () throws(FileError) in
            try requests.folder.makeFolder(incoming, mode: .likeFolder)
            let folder = try requests.folder.openFolder(incoming)
            try AtomicFile.replace(
                RequestsFolder.slipName, in: folder, with: slip, mode: .likeFolder)
            try AtomicFile.replace(
                RequestsFolder.offerName, in: folder, with: bytes, mode: .likeFolder)
        }
    }

    /// Gives the request its name: from then on it is served.
    package func publish() throws(SharingError) {
        try filing { () throws(FileError) in
            try requests.folder.renameNoReplace(incoming, as: name.fileName)
            try requests.folder.sync()
        }
    }

    /// Removes what was made. Nothing is reported: what stays is swept after a day.
    package func abandon() {
        _ = try? requests.remove(incoming)  // As said above.
    }

    /// The link, to be handed out once.
    package func link(base: String) -> RequestLink {
        RequestLink(base: base, id: id, token: token, slip: slip.bytes)
    }
}

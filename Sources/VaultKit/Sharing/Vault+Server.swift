import VaultFiles
import VaultFormat

extension Vault {
    static let sharesName: FileName = "shares"
    private static let noticeName: FileName = "vault.json"

    /// Tells whoever serves `shares/` to which key it seals what it sees. Needs no key; writes nothing when it
    /// is told already. Spec 11 §9.
    ///
    /// Without a key the header's signature is not checked: who forged it could read what a server says, and
    /// could do worse. Each unlock writes it again from a header that was.
    ///
    /// - Returns: the path of `shares/`, which is made when missing.
    @discardableResult
    package func tellServer() throws(VaultError) -> [UInt8] {
        let key = header.keys.audit[header.keys.audit.count - 1]
        let notice = ServerNotice(vault: header.vault, epoch: key.epoch, audit: key.public.bytes)
        let bytes = notice.encoded
        try files("the folder shares") { () throws(FileError) in
            let folder = try place.folder.openOrMakeFolder(Self.sharesName, mode: .likeFolder)
            do throws(FileError) {
                let now = try AtomicFile.read(
                    Self.noticeName, in: folder, limit: ServerNotice.maximumByteCount)
                if now == bytes { return }
            } catch .notFound {
            } catch .tooLarge {
            }
            try AtomicFile.replace(Self.noticeName, in: folder, with: bytes, mode: .likeFolder)
        }
        return place.path.appending(Self.sharesName).bytes
    }
}

import VaultCrypto
import VaultFiles
import VaultFormat
import VaultKeys
import VaultRecords
import VaultSharing
import VaultStore

/// A deposit whose front was opened and found right. Its file key is not kept: thousands may wait.
struct WaitingDeposit: Sendable {
    let id: DepositID
    /// The request that it answers, as its mark proves.
    let request: AnsweredRequest?
    let head: DepositHead
    let signer: DepositSigner
    /// Of the file.
    let status: FileStatus
    /// Of the front that says all this.
    let front: Digest

    /// Its own, or those of the request.
    var subject: String? { head.subject ?? request?.subject }
    var album: String? { head.album ?? request?.album }
}

/// Why a deposit is not taken; it costs only itself.
struct DepositRefusal: Error {
    /// For a person: "its head does not open".
    let reason: String
}

/// Opens deposits, an owner's or a manager's.
final class InboxReader: Sendable {
    let inbox: Inbox
    private let keys: ReceivingKeys
    /// Verified when the slot was opened.
    private let header: Header
    /// Those that the vault keeps.
    private let requests: [RequestName: RequestCard]
    /// Whose folder it is; `nil` for the inbox.
    private let folder: RequestName?

    /// - Throws: `notPermitted` for a role that does not hold the deposit key.
    init(
        _ slot: OpenSlot, _ inbox: Inbox, of folder: RequestName?,
        _ requests: [RequestName: RequestCard]
    ) throws(VaultError) {
        self.inbox = inbox
        self.folder = folder
        self.requests = requests
        keys = try slot.depositKeys()
        header = slot.locked.header
    }

    /// Opens the front of a deposit and checks all that can be checked without reading the picture.
    func look(at id: DepositID) throws(DepositRefusal) -> WaitingDeposit {
        let read: (bytes: [UInt8], status: FileStatus)
        do throws(FileError) {
            read = try inbox.front(of: id)
        } catch {
            throw DepositRefusal(reason: error.describe)
        }
        let front = try front(read.bytes, id)
        let opened = try open(front)
        let request = try answered(front, opened.head, opened.signer)
        let object: Int
        do throws(CryptoError) {
            object = try ObjectSize.sealed(ofPlaintext: Int(opened.head.byteCount))
        } catch {
            preconditionFailure("a head's size is bounded")
        }
        let size = DepositFront.fileByteCount(object: UInt64(object))
        guard read.status.size == Int64(size) else {
            throw DepositRefusal(reason: "it does not have the size that it says")
        }
        return WaitingDeposit(
            id: id, request: request, head: opened.head, signer: opened.signer,
            status: read.status,
            front: Digest(hashing: read.bytes))
    }

    /// The picture in a deposit, to be read.
    func open(_ deposit: WaitingDeposit) throws(SourceError) -> LooseObjectReader {
        let file = try file { () throws(FileError) in
            try inbox.open(deposit.id, seenAs: deposit.status)
        }
        let bytes = try self.file { () throws(FileError) in try Inbox.readFront(file) }
        // The same bytes: so what was shown, and who signed it, holds for what is read now.
        guard Digest(hashing: bytes) == deposit.front else { throw .file(.changedWhileRead) }
        let opened = try reopen(bytes, deposit.id)
        do throws(LooseObjectError) {
            return try LooseObjectReader(
                file, at: UInt64(DepositFront.byteCount), byteCount: opened.head.byteCount,
                key: opened.key,
                context: Associated.depositObject(vault: header.vault, deposit: deposit.id))
        } catch {
            throw SourceError(error)
        }
    }

    private func file<R: ~Copyable>(
        _ body: () throws(FileError) -> R
    ) throws(SourceError) -> R {
        do throws(FileError) { return try body() } catch { throw .file(error) }
    }

    private func reopen(
        _ bytes: [UInt8], _ id: DepositID
    ) throws(SourceError) -> OpenedDeposit {
        do throws(DepositRefusal) {
            return try open(front(bytes, id))
        } catch {
            throw .damaged(error.reason)
        }
    }

    private func front(
        _ bytes: [UInt8], _ id: DepositID
    ) throws(DepositRefusal) -> DepositFront {
        let front: DepositFront
        do throws(FormatError) {
            front = try DepositFront(parsing: bytes)
        } catch {
            throw DepositRefusal(error)
        }
        guard front.vault == header.vault else {
            throw DepositRefusal(reason: "it is another vault's")
        }
        guard front.deposit == id else {
            throw DepositRefusal(reason: "its name is another deposit's")
        }
        return front
    }

    private func open(_ front: DepositFront) throws(DepositRefusal) -> OpenedDeposit {
        guard let key = keys.key(front.epoch) else {
            throw DepositRefusal(reason: "it is sealed to a key that the vault does not have")
        }
        do throws(KeysError) {
            return try DepositOpener.open(front, with: key, header: header)
        } catch {
            switch error {
            case .untrusted(let reason): throw DepositRefusal(reason: reason)
            case .format(let error): throw DepositRefusal(error)
            default: throw DepositRefusal(reason: "it does not open")
            }
        }
    }
}

extension InboxReader {
    /// The request that a deposit answers; `nil` for one that says nothing of any. Spec 13 §7.
    ///
    /// What lies among the answers of a request and is none, or was not made by who had its link, is refused.
    fileprivate func answered(
        _ front: DepositFront, _ head: DepositHead, _ signer: DepositSigner
    ) throws(DepositRefusal) -> AnsweredRequest? {
        guard let answer = head.answer else {
            if folder == nil { return nil }
            throw DepositRefusal(reason: "it answers no request")
        }
        let name = RequestKeys.name(of: answer.request)
        guard let card = requests[name] else {
            throw DepositRefusal(reason: "it answers no request of this vault")
        }
        guard folder == nil || folder == name else {
            throw DepositRefusal(reason: "it answers another request than the one that it came for")
        }
        guard
            RequestKeys.holds(
                answer.mark, of: card.id, token: card.token, vault: front.vault,
                epoch: front.epoch, picture: head.digest)
        else { throw DepositRefusal(reason: "whoever sealed it did not have the request's link") }
        guard signer == .nobody else {
            throw DepositRefusal(reason: "it answers a request, and is signed")
        }
        return AnsweredRequest(
            name: name, recipient: card.recipient, subject: card.subject, album: card.album)
    }
}

extension DepositRefusal {
    init(_ error: FormatError) {
        switch error {
        case .unknown(let what): reason = "it is of a kind this program does not know: \(what)"
        case .outOfRange(let what): reason = "it is out of bounds: \(what)"
        default: reason = "it is damaged"
        }
    }
}

extension SourceError {
    init(_ error: LooseObjectError) {
        switch error {
        case .file(let error): self = .file(error)
        case .object(.truncated): self = .damaged("it is cut short")
        case .object: self = .damaged("its picture does not open")
        case .tooLarge: self = .damaged("it is out of bounds: size")
        case .outOfMemory: self = .vault(VaultError(.failed, "out of memory"))
        }
    }
}

extension OpenSlot {
    /// The keys that open deposits of every epoch.
    func depositKeys() throws(VaultError) -> ReceivingKeys {
        do throws(KeysError) {
            return try keys.depositKeys(keyring())
        } catch {
            throw VaultError(error)
        }
    }
}

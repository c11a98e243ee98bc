import VaultFiles
import VaultFormat
import VaultStore

/// Deposits of one depositor, or answers to one request, that an import takes in. Spec 08 §7.
final class DepositIntake: Sendable {
    /// The root of their occurrences.
    private static let root = Array("/inbox".utf8)

    let reader: InboxReader
    let sources: [SourceFile]
    private let signer: DepositSigner
    private let request: RequestName?

    var inbox: Inbox { reader.inbox }

    /// - Precondition: `signer` signed all of them, and all answer the request, if there is one.
    init(
        _ reader: InboxReader, _ deposits: [WaitingDeposit], by signer: DepositSigner,
        answering request: RequestName?
    ) {
        self.reader = reader
        self.signer = signer
        self.request = request
        sources = deposits.map {
            SourceFile(
                place: SourcePlace(
                    root: Self.root, path: $0.head.name, status: $0.status, deposit: $0),
                folder: reader.inbox.folder, name: Inbox.fileName($0.id), sidecar: nil)
        }
    }

    func telling(_ pictures: [RecordID]) -> Telling {
        switch signer {
        case .slot(let slot):
            Telling(.deposited, pictures: pictures, slot: slot, remark: "accepted")
        case .former(let slot):
            Telling(
                .deposited, pictures: pictures, slot: slot,
                remark: "accepted, signed by a former depositor")
        case .nobody:
            Telling(
                .deposited, pictures: pictures,
                remark: request.map { "accepted, for request \($0)" } ?? "accepted, unsigned")
        }
    }
}

/// A deposit's picture, opened.
final class DepositReader: SourceReader {
    private let object: LooseObjectReader
    private let digest: ContentDigest

    init(_ deposit: WaitingDeposit, _ intake: DepositIntake) throws(SourceError) {
        object = try intake.reader.open(deposit)
        digest = deposit.head.digest
    }

    func read(_ count: Int, at offset: Int64, into buffer: PageBuffer) throws(SourceError) {
        do throws(LooseObjectError) {
            try object.read(into: buffer[0..<count], at: UInt64(offset))
        } catch {
            throw SourceError(error)
        }
    }

    func finish(_ digest: ContentDigest) throws(SourceError) {
        guard digest == self.digest else {
            throw .damaged("its picture is not the one that it says")
        }
    }
}

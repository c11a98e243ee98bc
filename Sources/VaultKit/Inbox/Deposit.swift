package import VaultFormat

/// A deposit that waits, as far as it opens.
package struct Deposit: Sendable {
    package let id: DepositID
    /// The request that it answers, as its mark proves.
    package var request: AnsweredRequest?
    /// What it says of its picture; `nil` when it is refused.
    package let head: DepositHead?
    package let signer: DepositSigner
    /// Why it cannot be accepted; `nil` when it can.
    package let reason: String?

    /// Whose picture it is, as it says itself or as the request said.
    package var subject: String? { head?.subject ?? request?.subject }
    package var album: String? { head?.album ?? request?.album }
}

/// A request, as far as its answers tell of it.
package struct AnsweredRequest: Hashable, Sendable {
    package var name: RequestName
    package var recipient: String?
    package var subject: String?
    package var album: String?
}

/// What lies in the inbox.
package struct InboxListing: Sendable {
    package var deposits: [Deposit] = []
    /// Files that are no deposits by their names.
    package var strangers = 0
    /// Whether more wait than one command looks at.
    package var hasMore = false
}

/// Which deposits are meant.
package enum DepositChoice: Sendable {
    case all
    /// Beginnings of IDs, each of one deposit.
    case beginning([String])
}

/// What became of a deposit that was to be accepted.
package struct DepositOutcome: Sendable {
    package let deposit: DepositID
    package let kind: ImportOutcome.Kind
    /// The picture that it is now.
    package let id: RecordID?
    /// Of what came in; what did not is not in the log, and so not shown.
    package let name: [UInt8]?
    package let byteCount: UInt64
    package let reason: String?

    init(_ outcome: ImportOutcome) {
        guard let deposit = outcome.deposit else {
            preconditionFailure("only deposits are accepted")
        }
        self.deposit = deposit
        kind = outcome.kind
        id = outcome.id
        name = outcome.id == nil ? nil : SourcePath.split(outcome.path)?.name
        byteCount = outcome.id == nil ? 0 : outcome.byteCount
        reason = outcome.reason
    }

    init(_ deposit: DepositID, _ kind: ImportOutcome.Kind, _ reason: String) {
        self.deposit = deposit
        self.kind = kind
        id = nil
        name = nil
        byteCount = 0
        self.reason = reason
    }
}

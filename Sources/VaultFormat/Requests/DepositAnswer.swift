/// Which request a deposit answers, as it says itself. Spec 13 §5.
package struct DepositAnswer: Hashable, Sendable {
    package static let markByteCount = 32

    package let request: RequestID
    /// What only who has the link can make, and the vault can check.
    package let mark: [UInt8]

    package init(request: RequestID, mark: [UInt8]) {
        self.request = request
        self.mark = mark
    }
}

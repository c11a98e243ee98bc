/// Who signed a deposit, once its signature was found to hold. Spec 08 §4.
package enum DepositSigner: Hashable, Sendable {
    case slot(SlotID)
    /// Its signature counts no more: it was retired, or has another role now.
    case former(SlotID)
    case nobody
}

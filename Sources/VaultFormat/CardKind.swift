/// What a card tells of. Spec 04 §13.
package enum CardKind: UInt32, Sendable, CaseIterable {
    /// An album with rules of its own.
    case album = 1
    /// A share that was given out.
    case share = 2
    /// A request that was sent.
    case request = 3
    /// A setting of the vault.
    case setting = 4
}

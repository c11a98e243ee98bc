import VaultFormat

extension Vault {
    /// Ends the session of a slot that is gone.
    func endSession(of slot: SlotID) {}
}

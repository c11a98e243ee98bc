package import VaultCrypto
package import VaultFormat

/// Whose signatures count: what a verified header says of keys and slots. Spec 02 §3.
package struct LogAuthority: Sendable {
    /// A signing key of the vault and the sequence of the entry with which it came.
    package struct VaultKey: Sendable {
        package let epoch: UInt32
        package let since: UInt64
        /// `nil` for bytes that are no public key: nothing verifies with them.
        package let key: VerifyingKey?

        package init(epoch: UInt32, since: UInt64, public key: [UInt8]) {
            self.epoch = epoch
            self.since = since
            self.key = VerifyingKey(ifSound: key)
        }
    }

    /// A slot; a retired one with the sequence of the entry that removed it.
    package struct Slot: Sendable {
        package let id: SlotID
        package let until: UInt64?
        /// `nil` for bytes that are no public key: nothing verifies with them.
        package let key: VerifyingKey?

        package init(id: SlotID, public key: [UInt8], until: UInt64? = nil) {
            self.id = id
            self.until = until
            self.key = VerifyingKey(ifSound: key)
        }
    }

    package let vault: VaultID
    /// In the header's order; the last is in use.
    package let keys: [VaultKey]
    package let slots: [SlotID: Slot]

    /// - Parameter slots: those of the header and its retired ones, no ID twice.
    package init(vault: VaultID, keys: [VaultKey], slots: [Slot]) {
        self.vault = vault
        self.keys = keys
        self.slots = Dictionary(slots.map { ($0.id, $0) }) { _, _ in
            preconditionFailure("a parsed header has no slot twice")
        }
    }
}

extension VerifyingKey {
    init?(ifSound bytes: [UInt8]) {
        do {
            try self.init(bytes)
        } catch {
            return nil
        }
    }
}

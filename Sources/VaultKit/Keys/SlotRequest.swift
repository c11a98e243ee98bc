package import VaultFormat
import VaultKeys

/// How somebody is going to open the vault.
package struct SlotRequest: Sendable {
    package var kind = SlotKind.passphrase
    package var role = Role.owner
    package var label = ""
    package var cost = InitRequest.Cost.standard
    /// Takes a passphrase that is easy to guess.
    package var acceptWeak = false

    package init() {}

    var way: SlotMaker.Way {
        switch kind {
        case .passphrase: .passphrase(memory: cost.memory, passes: cost.passes)
        case .passphraseAndKeyFile:
            .passphraseAndKeyFile(memory: cost.memory, passes: cost.passes)
        case .recovery: .recovery
        }
    }
}

/// One way to open the vault, as it is told to people.
package struct SlotFacts: Sendable {
    package var id: SlotID
    package var label: String
    package var kind: SlotKind
    package var role: Role
    /// Argon2id memory in bytes and passes; `nil` for a recovery code.
    package var memory: UInt64?
    package var passes: UInt32?
    /// The time of the newest entry that names it, in seconds since 1970; `nil` when there is none.
    package var lastUsed: Int64?
}
